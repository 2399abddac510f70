# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import KafkaConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.faults import told_by_code
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.login import (
    Verdict,
    check_reachable,
    try_login,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def params(**given: Any) -> dict[str, Any]:
    return {
        "bootstrap_servers": ["broker:9092"],
        "username": "admin",
        "password": "secret",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "validate_certs": True,
        "ca_path": None,
        "client_cert": None,
        "client_key": None,
        "timeout": 2.0,
        "retry_timeout": 0.0,
        **given,
    }


@contextmanager
def listener(*answers: bytes) -> Iterator[KafkaConnection]:
    """A connection to a socket that answers each request with the next of ``answers`` and then closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            stream = server.accept()[0]
            with stream:
                for answer in answers:
                    stream.recv(4096)
                    stream.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield KafkaConnection.from_params(params(bootstrap_servers=[f"127.0.0.1:{server.getsockname()[1]}"]))
        thread.join()


def framed(body: bytes) -> bytes:
    """An answer with its length and correlation id."""
    return struct.pack(">ii", len(body) + 4, 0) + body


HANDSHAKE = framed(struct.pack(">hi", 0, 0))
ACCEPTED = framed(struct.pack(">hhi", 0, -1, 0))
REJECTED = framed(struct.pack(">hh", 58, 3) + b"bad" + struct.pack(">i", 0))


def test_a_login_is_accepted_or_rejected() -> None:
    with listener(HANDSHAKE, ACCEPTED) as connection:
        assert try_login(connection, "a", "b", "PLAIN") is Verdict.ACCEPTED
    with listener(HANDSHAKE, REJECTED) as connection:
        assert try_login(connection, "a", "b", "PLAIN") is Verdict.REJECTED


def test_a_rejected_user_is_named_with_both_causes() -> None:
    with listener(HANDSHAKE, REJECTED) as connection, pytest.raises(DiagnosisError) as raised:
        check_reachable(connection)
    assert "wrong password for user 'admin', or no such user" in str(raised.value)
    assert not raised.value.transient


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (framed(struct.pack(">hi", 33, 0)), "the brokers don't offer PLAIN"),
        (framed(struct.pack(">hi", 34, 0)), "the listener has no users to log in as"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "doesn't answer as a broker"),
        (b"", "doesn't answer as a broker"),
    ],
)
def test_another_kind_of_listener_is_told_apart(answer: bytes, problem: str) -> None:
    with listener(answer) as connection, pytest.raises(DiagnosisError, match=problem):
        check_reachable(connection)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_closed_port_is_transient_and_named() -> None:
    port = closed_port()
    connection = KafkaConnection.from_params(params(bootstrap_servers=[f"127.0.0.1:{port}"]))
    with pytest.raises(DiagnosisError, match=f"127.0.0.1:{port}: nothing listens there") as raised:
        check_reachable(connection)
    assert raised.value.transient


def test_the_second_server_is_asked_when_the_first_is_away() -> None:
    with listener(HANDSHAKE, ACCEPTED) as connection:
        both = [f"127.0.0.1:{closed_port()}", *connection.addresses]
        check_reachable(KafkaConnection.from_params(params(bootstrap_servers=both)))


def test_a_fault_that_lasts_is_told_before_one_that_may_pass() -> None:
    both = [f"127.0.0.1:{closed_port()}", "no-such-host.invalid:9092"]
    with pytest.raises(DiagnosisError) as raised:
        check_reachable(KafkaConnection.from_params(params(bootstrap_servers=both)))
    assert "its host name is unknown" in str(raised.value)


def test_a_connection_is_made_of_options() -> None:
    connection = KafkaConnection.from_params(params(bootstrap_servers=["a:1", " [::1]:2"]))
    assert connection.servers == (("a", 1), ("::1", 2))
    assert connection.addresses == ["a:1", "[::1]:2"]
    assert connection.ssl_context is None
    assert "secret" not in repr(connection)


def test_certificates_are_checked_unless_turned_off() -> None:
    checked = KafkaConnection.from_params(params(security_protocol="SASL_SSL")).ssl_context
    unchecked = KafkaConnection.from_params(params(security_protocol="SASL_SSL", validate_certs=False)).ssl_context
    assert checked is not None
    assert unchecked is not None
    assert (checked.verify_mode, unchecked.verify_mode) == (ssl.CERT_REQUIRED, ssl.CERT_NONE)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bootstrap_servers": None}, "KAFKA_BOOTSTRAP"),
        ({"bootstrap_servers": ["broker"]}, "'broker' is no address"),
        ({"bootstrap_servers": ["broker:kafka"]}, "'broker:kafka' is no address"),
        ({"password": None}, "needs username and password"),
        ({"security_protocol": "SSL"}, "has no use for it"),
        ({"security_protocol": "SASL_SSL", "ca_path": "/no/such/file"}, "there is no such file"),
    ],
)
def test_options_that_do_not_do_are_told(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DiagnosisError, match=said):
        KafkaConnection.from_params(params(**options))


@pytest.mark.parametrize(
    ("code", "message", "said", "transient"),
    [
        (29, None, "Kafka topic 'a': user 'admin' may not read it. Act as", False),
        (
            40,
            "Invalid value",
            "Kafka topic 'a': the broker didn't read it (InvalidConfiguration: Invalid value).",
            False,
        ),
        (7, None, "Kafka topic 'a': the broker didn't read it (RequestTimedOut).", True),
        (38, "too many", "Ask for no more replicas than there are brokers", False),
    ],
)
def test_a_broker_s_code_becomes_words(code: int, message: str | None, said: str, transient: bool) -> None:
    error = told_by_code(KafkaConnection.from_params(params()), "Kafka topic 'a'", "read it", code, message)
    assert said in str(error)
    assert error.transient is transient
