# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One login at a broker, to learn what kafka-python doesn't tell.

kafka-python 3.0 throws away what a broker said just before it closed the connection, so that a wrong password looks
like a broker that isn't there. This says the two SASL requests of Kafka's protocol by itself: SaslHandshake (17) and
SaslAuthenticate (36), each with a header and a length before it.
"""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import ExitStack
from enum import Enum
from typing import TYPE_CHECKING, Callable, TypeVar

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import KafkaConnection

T = TypeVar("T")

_SASL_HANDSHAKE, _SASL_AUTHENTICATE = 17, 36
_UNSUPPORTED_MECHANISM, _ILLEGAL_STATE, _AUTHENTICATION_FAILED = 33, 34, 58
# No answer to these requests comes near to it; more is another protocol's text taken for a length.
_LONGEST_ANSWER = 1 << 20


class Verdict(Enum):
    """What a broker says to a login."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NO_SUCH_MECHANISM = "no such mechanism"


def try_login(connection: KafkaConnection, username: str, password: str, mechanism: str) -> Verdict:
    """What the first broker that answers says to the user.

    :raises DiagnosisError: where none answers, or not in Kafka's way.
    """
    return _with_first(connection, lambda stream: _Login(connection, stream).run(username, password, mechanism))


def check_reachable(connection: KafkaConnection) -> None:
    """Raise DiagnosisError where no broker can be connected to, or where none lets the connection's user in."""
    if connection.sasl:
        username, password = connection.username or "", connection.password or ""
        verdict = try_login(connection, username, password, connection.sasl_mechanism)
        if verdict is Verdict.REJECTED:
            raise DiagnosisError(
                connection.subject,
                f"wrong password for user '{username}', or no such user with {connection.sasl_mechanism}",
                "Check username, password and sasl_mechanism",
            )
        if verdict is Verdict.NO_SUCH_MECHANISM:
            raise DiagnosisError(
                connection.subject,
                f"the brokers don't offer {connection.sasl_mechanism}",
                "Set sasl_mechanism to one that their listener has enabled",
            )
    else:
        _with_first(connection, lambda _: None)


def _with_first(connection: KafkaConnection, talk: Callable[[socket.socket], T]) -> T:
    """What ``talk`` returns with the first server that lets it; raises the gravest fault where none does."""
    faults = []
    for server in connection.servers:
        answer = _attempt(connection, server, talk)
        if not isinstance(answer, DiagnosisError):
            return answer
        faults.append(answer)
    # One that time won't heal, if there is.
    raise min(faults, key=lambda fault: fault.transient)


def _attempt(
    connection: KafkaConnection, server: tuple[str, int], talk: Callable[[socket.socket], T]
) -> T | DiagnosisError:
    try:
        with _connect(connection, server) as stream:
            return talk(stream)
    except DiagnosisError as error:
        return error


def _connect(connection: KafkaConnection, server: tuple[str, int]) -> socket.socket:
    subject = f"Kafka at {server[0]}:{server[1]}"
    try:
        return _dial(connection, server)
    except ssl.SSLCertVerificationError as error:
        raise DiagnosisError(
            subject,
            f"its certificate isn't accepted ({error.verify_message.rstrip('.')})",
            "Set ca_path to the authority that signed it, or use the host name in the certificate",
        ) from error
    except ssl.SSLError as error:
        raise DiagnosisError(
            subject,
            # errors that don't come from OpenSSL itself have no reason
            f"TLS doesn't come about ({getattr(error, 'reason', error)})",
            "Check that security_protocol is that of the listener",
        ) from error
    except socket.gaierror as error:
        raise DiagnosisError(
            subject,
            "its host name is unknown",
            "Check bootstrap_servers and the name server",
            transient=error.errno != socket.EAI_NONAME,
        ) from error
    except ConnectionRefusedError as error:
        raise DiagnosisError(
            subject, "nothing listens there", "Check bootstrap_servers, and that the broker is running", transient=True
        ) from error
    except OSError as error:
        raise DiagnosisError(
            subject,
            f"no connection within {connection.timeout:g} s",
            "Check bootstrap_servers, the network in between, and that the broker is running",
            transient=True,
        ) from error


def _dial(connection: KafkaConnection, server: tuple[str, int]) -> socket.socket:
    with ExitStack() as on_failure:
        stream = on_failure.enter_context(socket.create_connection(server, timeout=connection.timeout))
        if connection.ssl_context is not None:
            stream = connection.ssl_context.wrap_socket(stream, server_hostname=server[0])
        on_failure.pop_all()
        return stream


class _Login:
    def __init__(self, connection: KafkaConnection, stream: socket.socket) -> None:
        self._connection = connection
        self._stream = stream

    def run(self, username: str, password: str, mechanism: str) -> Verdict:
        try:
            return self._converse(username, password, mechanism)
        except (OSError, struct.error, ValueError) as error:
            raise DiagnosisError(
                self._connection.subject,
                "what listens there doesn't answer as a broker",
                "Check that bootstrap_servers has the port of a Kafka listener, and that security_protocol is that listener's",
                transient=isinstance(error, OSError),
            ) from error

    def _converse(self, username: str, password: str, mechanism: str) -> Verdict:
        name = mechanism.encode()
        (code,) = struct.unpack_from(">h", self._ask(_SASL_HANDSHAKE, 1, struct.pack(">h", len(name)) + name))
        if code == _UNSUPPORTED_MECHANISM:
            return Verdict.NO_SUCH_MECHANISM
        if code == _ILLEGAL_STATE:
            raise DiagnosisError(
                self._connection.subject,
                "the listener has no users to log in as",
                "Set security_protocol to PLAINTEXT or SSL there, or use the port of a listener with SASL",
            )
        self._expect_success(code)
        if mechanism == "PLAIN":
            return self._authenticate(f"\0{username}\0{password}".encode())[0]
        scram = lib.ScramClient(username, password, mechanism)
        verdict, challenge = self._authenticate(scram.first_message())
        if verdict is not Verdict.ACCEPTED:
            return verdict
        scram.process_server_first_message(challenge)
        return self._authenticate(scram.final_message())[0]

    def _authenticate(self, token: bytes) -> tuple[Verdict, bytes]:
        """The verdict so far and the broker's own token."""
        answer = self._ask(_SASL_AUTHENTICATE, 0, struct.pack(">i", len(token)) + token)
        code, message_length = struct.unpack_from(">hh", answer)
        if code == _AUTHENTICATION_FAILED:
            return Verdict.REJECTED, b""
        self._expect_success(code)
        # The message is null, told by a length of -1.
        start = 4 + max(message_length, 0)
        (token_length,) = struct.unpack_from(">i", answer, start)
        return Verdict.ACCEPTED, answer[start + 4 : start + 4 + token_length]

    def _expect_success(self, code: int) -> None:
        if code != 0:
            raise DiagnosisError(self._connection.subject, f"the login failed ({lib.errors.for_code(code).__name__})")

    def _ask(self, key: int, version: int, body: bytes) -> bytes:
        """The body of the answer to one request, its header's correlation id taken off."""
        # api key, version, correlation id, no client id
        request = struct.pack(">hhih", key, version, 0, -1) + body
        self._stream.sendall(struct.pack(">i", len(request)) + request)
        (length,) = struct.unpack(">i", self._receive(4))
        if not 0 < length < _LONGEST_ANSWER:
            raise ValueError(f"an answer of {length} bytes")
        return self._receive(length)[4:]

    def _receive(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            piece = self._stream.recv(length - len(received))
            if not piece:
                raise ConnectionResetError("closed by the broker")
            received += piece
        return received
