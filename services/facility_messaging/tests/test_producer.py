"""The producer against a real broker; what happens while the broker is away is tested where it is used."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import uuid
from collections.abc import AsyncIterator

import pytest
from facility_messaging.kafka import Broker
from facility_messaging.producer import AcknowledgedProducer, NotAcknowledgedError, RecordTooLargeError

from services.kafka_fixture import KafkaServer
from services.kafka_testing import create_topic, first_records


@pytest.fixture
def broker(kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """The broker as the services' environment names it."""
    for name, value in kafka.environment.items():
        monkeypatch.setenv(name, value)
    return Broker.from_environment()


@pytest.fixture
async def producer(broker: Broker) -> AsyncIterator[AcknowledgedProducer]:
    """A producer that isn't connected yet."""
    producer = AcknowledgedProducer(broker, "test", timeout=5)
    yield producer
    await producer.stop()


async def test_a_refused_record_doesn_t_keep_later_ones_out(broker: Broker, producer: AcknowledgedProducer) -> None:
    topic = f"small-{uuid.uuid4().hex[:8]}"
    await create_topic(broker, topic, 1, {"max.message.bytes": "500"})
    await producer.send(topic, key=b"key", value=b"first")
    with pytest.raises(RecordTooLargeError):
        # Random, so that compression doesn't help.
        await producer.send(topic, key=b"key", value=random.Random(5).randbytes(2000))
    await producer.send(topic, key=b"key", value=b"second")
    assert [record.value for record in await first_records(broker, topic, 2)] == [b"first", b"second"]


async def test_many_at_once_share_one_connection_and_arrive_once(
    broker: Broker, producer: AcknowledgedProducer
) -> None:
    topic = f"many-{uuid.uuid4().hex[:8]}"
    await create_topic(broker, topic)
    values = {str(number).encode() for number in range(200)}
    await asyncio.gather(*(producer.send(topic, key=value, value=value) for value in values))
    assert {record.value for record in await first_records(broker, topic, 200)} == values


async def test_a_wrong_password_is_told_as_the_reason(broker: Broker) -> None:
    producer = AcknowledgedProducer(dataclasses.replace(broker, password=uuid.uuid4().hex), "test", timeout=5)
    with pytest.raises(NotAcknowledgedError, match="Authentication failed"):
        await producer.send("any", key=None, value=b"value")
    assert "Authentication failed" in (await producer.problem("any", 5) or "")
    await producer.stop()
