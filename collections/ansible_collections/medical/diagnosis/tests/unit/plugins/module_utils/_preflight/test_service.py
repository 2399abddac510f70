# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.arguments import CLUSTER
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.cluster import Limits
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.service import Preflight
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NOW = datetime.now(timezone.utc)
LIMITS = Limits(2.0, 0.0, 5.0, timedelta(days=30), timedelta(hours=1))
HEALTHY = {
    "/version": {"gitVersion": "v1.34.4"},
    "/apis": {"groups": [{"name": "apps"}]},
    "/api/v1/namespaces/kube-system": {"metadata": {"uid": "1"}},
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": {"status": {"allowed": True}},
    "/apis/storage.k8s.io/v1/storageclasses": {"metadata": {}, "items": []},
    "/api/v1/nodes": {"metadata": {}, "items": []},
    "/api/v1/pods": {"metadata": {}, "items": []},
}


@contextmanager
def api_server(answers: dict[str, Any]) -> Iterator[str]:
    """An API server that answers by path, 403 for a number, and 404 where nothing is said."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = answers.get(self.path.partition("?")[0], 404)
            status, body = (content, {"message": "no"}) if isinstance(content, int) else (200, content)
            payload = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = answer  # noqa: N815 - the names are http.server's

        def log_message(self, *line: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def cluster(name: str, host: str | None = None, **options: Any) -> dict[str, Any]:
    defaults = {key: spec.get("default") for key, spec in CLUSTER.items()}
    return {**defaults, "name": name, "host": host, **options}


def findings(*clusters: dict[str, Any], limit: float = 20.0) -> dict[tuple[str, str], tuple[str, str]]:
    found = Preflight(clusters, LIMITS, NOW, limit).findings()
    return {(one.cluster, one.verdict.check): (one.verdict.level, one.verdict.found) for one in found}


def test_a_cluster_that_does_not_answer_keeps_no_other_from_being_looked_at() -> None:
    with api_server(HEALTHY) as host:
        found = findings(cluster("dead", "http://127.0.0.1:9"), cluster("east", host, api_groups=["apps"]))
    assert found["dead", "connection"][0] == "error"
    assert ("dead", "version") not in found
    assert found["east", "connection"] == ("ok", host)
    assert found["east", "API groups"][0] == "ok"
    assert found["east", "clock"] == ("ok", "in step")
    assert found["east", "identity"] == ("ok", "1")
    assert found["east", "registration"][0] == "ok"
    # what nobody expects anything of isn't checked
    assert ("east", "storage class") not in found
    assert ("east", "cpu") not in found


def test_findings_come_cluster_by_cluster() -> None:
    names = ["b", "a", "c"]
    found = Preflight([cluster(name, problem="no such variable") for name in names], LIMITS, NOW, 20).findings()
    assert [one.cluster for one in found] == ["b", "b", "a", "a", "c", "c"]
    assert {one.verdict.found for one in found if one.verdict.check == "inventory"} == {"no such variable"}


def test_what_may_not_be_read_is_a_finding_of_its_check() -> None:
    answers = {**HEALTHY, "/api/v1/nodes": 403, "/api/v1/namespaces/kube-system": 403}
    with api_server(answers) as host:
        found = findings(cluster("east", host, capacity={"cpu": "1"}, storage_class=""))
    assert found["east", "capacity"] == ("error", "Node objects: the API server answered 403: no")
    assert found["east", "identity"][0] == "error"
    assert found["east", "storage class"] == ("error", "there is none")


def test_a_server_that_is_no_kubernetes() -> None:
    with api_server({"/version": b"<html>Log in</html>"}) as page, api_server({"/version": []}) as other:
        found = findings(cluster("page", page), cluster("other", other))
    for name in ("page", "other"):
        level, text = found[name, "connection"]
        assert level == "error"
        assert "isn't Kubernetes'" in text


def test_one_cluster_under_two_names() -> None:
    with api_server(HEALTHY) as host:
        found = findings(cluster("hub", host, role="hub"), cluster("east", host))
    assert found["hub", "identity"] == ("error", "the same cluster as east")
    assert found["east", "identity"] == ("error", "the same cluster as hub")


def test_who_has_not_answered_in_time() -> None:
    release = threading.Event()

    class Slow(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            release.wait(10)
            return default

    endpoint = {"name": "store", "url": "http://127.0.0.1:9", "required": True, "validate_certs": True, "ca_cert": None}
    with api_server(Slow()) as host:
        found = findings(cluster("slow", host, endpoints=[endpoint]), limit=0.5)
        release.set()
    assert found["slow", "connection"] == ("error", "no answer within 0.5 s")
    assert found["slow", "store"] == ("error", "nothing listens there")


@pytest.mark.parametrize(
    "options", [{"capacity": {"cpu": "much"}}, {"kubernetes_version": {"minimum": "new", "maximum": None}}]
)
def test_expectations_that_mean_nothing(options: dict[str, Any]) -> None:
    with pytest.raises(DiagnosisError):
        findings(cluster("east", "http://127.0.0.1:9", **options))
