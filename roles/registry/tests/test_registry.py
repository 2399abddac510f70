"""What the registry is asked, against an HTTP server that answers as one does."""

import base64
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lab_registry.errors import RegistryError
from lab_registry.registry import Image, Registry

USER, PASSWORD, DIGEST = "lab", "secret", "sha256:" + "a" * 64
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Handler(BaseHTTPRequestHandler):
    """The part of the registry's API that is asked before a push: medical/there:key is there, nothing else is."""

    def _answer(self) -> None:
        if self.headers["Authorization"] != AUTHORIZATION:
            self.send_response(HTTPStatus.UNAUTHORIZED)
        elif self.path == "/v2/":
            self.send_response(HTTPStatus.OK)
        elif self.path == "/v2/medical/there/manifests/key" and "oci.image.manifest" in self.headers["Accept"]:
            self.send_response(HTTPStatus.OK)
            self.send_header("Docker-Content-Digest", DIGEST)
        else:
            self.send_response(HTTPStatus.NOT_FOUND)
        self.end_headers()

    do_GET = do_HEAD = _answer  # noqa: N815 - the names that the base class calls

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_only_the_same_content_counts_as_there(url: str) -> None:
    registry = Registry(url, USER, PASSWORD)
    assert registry.has(Image("medical/there", "key", DIGEST, ""))
    assert not registry.has(Image("medical/there", "key", "sha256:" + "b" * 64, ""))
    assert not registry.has(Image("medical/missing", "key", DIGEST, ""))


def test_a_registry_that_answers_is_waited_for(url: str) -> None:
    Registry(url, USER, PASSWORD).wait(0)


def test_a_wrong_password_is_told_at_once(url: str) -> None:
    with pytest.raises(RegistryError, match="refuses the password of lab"):
        Registry(url, USER, "other").wait(60)


def test_a_registry_that_does_not_answer_is_told() -> None:
    with pytest.raises(RegistryError, match=r"127.0.0.1:9 does not answer"):
        Registry("http://127.0.0.1:9", USER, PASSWORD).wait(0)
