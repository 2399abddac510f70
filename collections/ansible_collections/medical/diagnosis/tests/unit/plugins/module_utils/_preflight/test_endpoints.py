# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.contact import Address, parse_address
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.endpoints import check_endpoint
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)


def check(url: str, **options: Any) -> list[tuple[str, str]]:
    endpoint = {
        "name": "object store",
        "url": url,
        "required": True,
        "validate_certs": True,
        "ca_cert": None,
        **options,
    }
    return [(verdict.level, verdict.found) for verdict in check_endpoint(endpoint, 1.0, NOW, timedelta(days=30))]


@contextmanager
def web_server(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *line: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def listener(hangs_up: bool) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connected = server.accept()[0]
            with connected:
                if not hangs_up:
                    connected.recv(100)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://s3.example", Address("https", "s3.example", 443)),
        ("http://s3.example/a", Address("http", "s3.example", 80, "/a")),
        ("tls://kafka.example:9094", Address("tls", "kafka.example", 9094)),
        ("https://[::1]:6443/version", Address("https", "::1", 6443, "/version")),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize(
    "url", ["s3.example", "tcp://kafka.example", "ftp://a", "https://", "https://a:b", "http://[", ""]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(DiagnosisError, match="Address"):
        parse_address(url)
    assert check(url) == [("error", "it is none")]


@pytest.mark.parametrize(("status", "level"), [(200, "ok"), (403, "ok"), (404, "ok"), (500, "error"), (503, "error")])
def test_any_answer_but_a_fault_of_the_server_will_do(status: int, level: str) -> None:
    with web_server(status) as url:
        [(found, text)] = check(url)
    assert found == level
    assert f"HTTP {status}" in text


def test_what_only_has_to_let_one_in() -> None:
    with listener(hangs_up=False) as url:
        [finding] = check(url)
    assert finding[0] == "ok"


def test_a_forwarder_with_nothing_behind_it() -> None:
    with listener(hangs_up=True) as url:
        assert check(url) == [("error", "it hangs up at once")]


def test_nothing_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert check(f"http://127.0.0.1:{port}") == [("error", "nothing listens there")]
    assert check(f"http://127.0.0.1:{port}", required=False) == [("warning", "nothing listens there")]


def test_a_name_that_nobody_knows() -> None:
    assert check("https://s3.invalid") == [("error", "its name isn't known here")]


def test_tls_where_there_is_none() -> None:
    with web_server(200) as url:
        [(level, text)] = check(url.replace("http", "https"))
    assert (level, text[:17]) == ("error", "no TLS connection")


def test_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert check(f"http://127.0.0.1:{server.getsockname()[1]}") == [("error", "no answer within 1 s")]


def test_authorities_that_are_not_there() -> None:
    [(level, text)] = check("https://127.0.0.1:1", ca_cert="/nowhere")
    assert level == "error"
    assert "'/nowhere' can't be used" in text
