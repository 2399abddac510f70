# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at an address from this machine: does it answer, with which certificate, at what time by its clock."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.clock import TimeSignal
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

DEFAULT_PORTS = {"http": 80, "https": 443}
PLAIN = frozenset({"http", "tcp"})
SCHEMES = (*DEFAULT_PORTS, "tcp", "tls")
# A forwarder lets everybody in, and hangs up as soon as it finds nothing behind itself.
HANGS_UP_WITHIN = 0.3


@dataclass(frozen=True)
class Address:
    """Where to knock.

    :param scheme: ``http`` or ``https``, which are asked for an answer; ``tcp`` or ``tls``, which only have to let one in.
    """

    scheme: str
    host: str
    port: int
    path: str = "/"


@dataclass(frozen=True)
class Contact:
    """What came of it.

    :param certificate: DER of the certificate that it showed; None without TLS.
    :param status: HTTP status; None where HTTP isn't spoken.
    :param signal: what its HTTP answer says of its clock.
    """

    seconds: float
    certificate: bytes | None = None
    status: int | None = None
    signal: TimeSignal | None = None


def parse_address(url: str) -> Address:
    """The address that a URL names.

    :raises DiagnosisError: where it names none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in SCHEMES or not parts.hostname or port is None:
        raise DiagnosisError(
            f"Address '{url}'",
            "it is none",
            "Write it as http(s)://host or, for what speaks no HTTP, tcp://host:port or tls://host:port.",
        )
    return Address(parts.scheme, parts.hostname, port, parts.path or "/")


def trusting_all() -> ssl.SSLContext:
    """TLS that only looks: for whoever has checked the certificate otherwise, and wants to see it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def look_at(address: Address, context: ssl.SSLContext, timeout: float) -> Contact:
    """Knock at ``address``.

    :raises DiagnosisError: where nothing answers, or nothing that TLS or HTTP understands.
    """
    started = time.monotonic()
    try:
        with socket.create_connection((address.host, address.port), timeout) as plain:
            if address.scheme in PLAIN:
                return _ask(address, plain, None, started)
            with context.wrap_socket(plain, server_hostname=address.host) as secure:
                return _ask(address, secure, secure.getpeercert(binary_form=True), started)
    except (OSError, http.client.HTTPException) as error:
        raise _fault(address, error, timeout) from error


def _ask(address: Address, connected: socket.socket, certificate: bytes | None, started: float) -> Contact:
    """What an open connection tells: that it stays open, or the answer to an HTTP request."""
    if address.scheme not in DEFAULT_PORTS:
        seconds = time.monotonic() - started
        _stay(connected)
        return Contact(seconds, certificate)
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.sock = connected
    before = time.time()
    connection.request("GET", address.path)
    answer = connection.getresponse()
    signal = TimeSignal(answer.getheader("Date", ""), before, time.time())
    return Contact(time.monotonic() - started, certificate, answer.status, signal)


def _stay(connected: socket.socket) -> None:
    """Raise ConnectionResetError where the other side hangs up before it was asked anything."""
    connected.settimeout(HANGS_UP_WITHIN)
    try:
        if not connected.recv(1):
            raise ConnectionResetError
    except socket.timeout:
        return


def _fault(address: Address, error: Exception, timeout: float) -> DiagnosisError:
    """Why nobody answered, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        problem, cure = f"its certificate isn't trusted: {error.verify_message}", "Name the authority that signed it."
    elif isinstance(error, ssl.SSLError):
        problem, cure = f"no TLS connection: {error.reason}", "Check that its scheme and port are right."
    elif isinstance(error, socket.gaierror):
        problem, cure = "its name isn't known here", "Correct it in the inventory, or have DNS know it."
    elif isinstance(error, ConnectionRefusedError):
        problem, cure = "nothing listens there", "Check that it runs, and its address in the inventory."
    elif isinstance(error, (ConnectionResetError, http.client.RemoteDisconnected)):
        problem, cure = "it hangs up at once", "A forwarder that has nothing behind it does so: check that it runs."
    elif isinstance(error, socket.timeout):
        problem = f"no answer within {timeout:g} s"
        cure = "Check that it runs, and that firewalls let this machine reach it."
    elif isinstance(error, http.client.HTTPException):
        problem, cure = "it speaks no HTTP", "Check that its scheme and port are right."
    else:
        problem, cure = f"it can't be reached: {error}", "Check the network between this machine and it."
    return DiagnosisError(f"{address.host}:{address.port}", problem, cure)
