"""Settings out of environment variables."""

from __future__ import annotations

import uuid

import pytest
from facility_messaging.environment import required, whole_number
from facility_messaging.kafka import Broker


def test_a_number_is_its_default_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIMIT", raising=False)
    assert whole_number("LIMIT", 7) == 7
    monkeypatch.setenv("LIMIT", "3")
    assert whole_number("LIMIT", 7) == 3


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many"])
def test_a_number_out_of_range_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LIMIT", value)
    with pytest.raises(ValueError, match="LIMIT"):
        whole_number("LIMIT", 7)


def test_what_is_required_is_missed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDED", "")
    with pytest.raises(ValueError, match="NEEDED"):
        required("NEEDED")


def test_without_sasl_no_credentials_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_SECURITY_PROTOCOL", "KAFKA_USERNAME", "KAFKA_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    assert Broker.from_environment() == Broker("kafka:9092")


def test_the_password_is_not_shown() -> None:
    password = uuid.uuid4().hex
    assert password not in repr(Broker("kafka:9092", password=password))
