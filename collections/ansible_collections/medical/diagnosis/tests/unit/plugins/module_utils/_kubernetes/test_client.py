# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import client as subject
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NOT_FOUND = (404, {"details": {"name": "a", "kind": "applications"}})


class Api(ThreadingHTTPServer):
    """An API server that answers what it was told to, in order, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any]] = []
        self.requests: list[dict[str, Any]] = []

    def client(self, retry_timeout: float = 0.0) -> KubernetesClient:
        configuration = libraries.Configuration(host=f"http://127.0.0.1:{self.server_port}")
        configuration.retries = False
        return KubernetesClient(libraries.ApiClient(configuration), timeout=5.0, retry_timeout=retry_timeout)


class Handler(BaseHTTPRequestHandler):
    """One connection to it."""

    server: Api

    def answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append(
            {
                "method": self.command,
                "path": parts.path,
                "query": {key: values[0] for key, values in parse_qs(parts.query).items()},
                "type": self.headers.get("Content-Type"),
                "body": json.loads(body) if body else None,
            }
        )
        status, content = self.server.answers.pop(0)
        payload = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *line: Any) -> None:
        """Say nothing."""


for verb in ("GET", "PATCH", "DELETE"):
    setattr(Handler, f"do_{verb}", Handler.answer)


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_an_object_and_none(api: Api) -> None:
    api.answers = [(200, {"metadata": {"name": "a"}}), NOT_FOUND]
    client = api.client()
    assert client.get(APPLICATION, "argocd", "a") == {"metadata": {"name": "a"}}
    assert client.get(APPLICATION, "argocd", "a") is None
    assert api.requests[0]["path"] == "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/a"


def test_a_name_can_not_reach_another_path(api: Api) -> None:
    api.answers = [NOT_FOUND]
    api.client().get(APPLICATION, "argocd", "../../secrets/x")
    assert api.requests[0]["path"].endswith("/applications/..%2F..%2Fsecrets%2Fx")


def test_a_kind_that_is_not_served_is_no_missing_object(api: Api) -> None:
    api.answers = [(404, b"404 page not found")]
    with pytest.raises(KindNotServedError) as caught:
        api.client().get(APPLICATION, "argocd", "a")
    assert "404 Not Found: 404 page not found" in caught.value.as_failure()["details"]


def test_a_long_list_comes_in_pages(api: Api) -> None:
    api.answers = [
        (200, {"metadata": {"continue": "next"}, "items": [{"a": 1}, {"a": 2}]}),
        (200, {"metadata": {}, "items": [{"a": 3}]}),
    ]
    assert list(api.client().list(APPLICATION, label_selector="x=y")) == [{"a": 1}, {"a": 2}, {"a": 3}]
    limit = str(subject.PAGE)
    assert [request["query"] for request in api.requests] == [
        {"labelSelector": "x=y", "limit": limit},
        {"labelSelector": "x=y", "limit": limit, "continue": "next"},
    ]
    assert api.requests[0]["path"] == "/apis/argoproj.io/v1alpha1/applications"


@pytest.mark.parametrize(("dry_run", "query"), [(True, {"dryRun": "All"}), (False, {})])
def test_a_manifest_is_applied_as_this_collection(api: Api, dry_run: bool, query: dict[str, str]) -> None:
    manifest = {"metadata": {"name": "a", "namespace": "argocd"}, "spec": {"b": None}}
    api.answers = [(200, manifest)]
    api.client().apply(APPLICATION, manifest, dry_run=dry_run)
    [request] = api.requests
    assert request["method"] == "PATCH"
    assert request["type"] == "application/apply-patch+yaml"
    assert request["query"].pop("force").lower() == "true"
    assert request["query"] == {"fieldManager": "medical.diagnosis", **query}
    assert request["body"] == manifest


def test_a_passing_fault_is_repeated_and_a_lasting_one_is_told(api: Api) -> None:
    api.answers = [(503, {"message": "starting"}), (429, {}), (200, {"metadata": {}})]
    assert api.client(retry_timeout=30).get(APPLICATION, "argocd", "a") == {"metadata": {}}
    api.answers = [(403, {"message": "user can't get applications"})]
    with pytest.raises(DiagnosisError, match=r"Application 'argocd/a': the API server answered 403: user can't get"):
        api.client(retry_timeout=30).get(APPLICATION, "argocd", "a")
    assert not api.answers


def test_nobody_answers() -> None:
    with Api() as server:
        client = server.client()
    with pytest.raises(
        DiagnosisError, match=r"Kubernetes API at http://127\.0\.0\.1:\d+: it can't be reached"
    ) as caught:
        client.get(APPLICATION, "argocd", "a")
    assert caught.value.transient


def test_deleting_what_is_gone_is_no_error(api: Api) -> None:
    api.answers = [NOT_FOUND]
    api.client().delete(APPLICATION, "argocd", "a")
    assert api.requests[0]["method"] == "DELETE"
