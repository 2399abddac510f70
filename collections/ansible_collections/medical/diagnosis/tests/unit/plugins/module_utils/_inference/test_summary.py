# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._inference.summary import summarize

REGISTRY = "registry.example/medical/risk-assessment"
DIGEST = "sha256:" + "5f2b0f9c1a7d4e8b" * 4


def service(generation: int = 2, seen: int = 2, ready: str = "True", **status: Any) -> dict[str, Any]:
    annotations = {"autoscaling.knative.dev/min-scale": "1", "autoscaling.knative.dev/maxScale": "4"}
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": "2026-11-24T14:05:40Z"}
    return {
        "metadata": {"name": "risk-assessment", "namespace": "xraylab-1", "generation": generation},
        "spec": {
            "template": {
                "metadata": {"annotations": annotations},
                "spec": {"containerConcurrency": 8, "containers": [{"image": f"{REGISTRY}:2"}]},
            }
        },
        "status": {"observedGeneration": seen, "conditions": [condition], **status},
    }


def revision(name: str, created: str, *containers: dict[str, Any], **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "creationTimestamp": created, "generation": 1},
        "spec": {"containers": list(containers) or [{"name": "user-container", "image": f"{REGISTRY}:1"}]},
        "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}], **status},
    }


def test_a_service_of_two_revisions() -> None:
    resolved = {"containerStatuses": [{"name": "user-container", "imageDigest": f"{REGISTRY}@{DIGEST}"}]}
    old = revision("r-1", "2026-11-24T14:00:00Z", **resolved, actualReplicas=1, desiredReplicas=2)
    new = revision("r-2", "2026-11-24T14:05:00Z")
    traffic = [
        {"revisionName": "r-1", "percent": 90, "latestRevision": False},
        {
            "revisionName": "r-2",
            "percent": 10,
            "tag": "candidate",
            "url": "http://candidate-r.x",
            "latestRevision": True,
        },
    ]
    summary = summarize(service(traffic=traffic, url="http://r.x"), [new, old], {})
    assert (summary["ready"], summary["message"], summary["url"]) == (True, "", "http://r.x")
    assert summary["scale"] == {"min": 1, "max": 4, "initial": None, "target": None, "container_concurrency": 8}
    assert [entry["name"] for entry in summary["revisions"]] == ["r-1", "r-2"]
    assert summary["revisions"][0]["image_digest"] == DIGEST
    assert (summary["revisions"][0]["replicas"], summary["revisions"][0]["desired_replicas"]) == (1, 2)
    assert summary["revisions"][1]["image_digest"] == ""
    assert [(share["percent"], share["tag"], share["latest"]) for share in summary["traffic"]] == [
        (90, "", False),
        (10, "candidate", True),
    ]


def test_ready_from_before_the_last_change_does_not_count() -> None:
    summary = summarize(service(generation=3, seen=2), [], {})
    assert not summary["ready"]
    assert summary["message"] == "its controller has seen generation 2, the newest is 3"


def test_why_it_is_not_ready() -> None:
    summary = summarize(service(ready="False"), [], {})
    assert (summary["ready"], summary["message"]) == (False, "Ready is False")


def test_an_image_that_is_given_by_digest_is_its_own_digest() -> None:
    entry = revision("r", "", {"image": f"{REGISTRY}@{DIGEST}", "name": "user-container"})
    assert summarize(service(), [entry], {})["revisions"][0]["image_digest"] == DIGEST


def test_the_digest_is_that_of_the_container_that_answers() -> None:
    helper = {"name": "helper", "image": "helper:1"}
    answering = {"name": "model", "image": f"{REGISTRY}:1", "ports": [{"containerPort": 8080}]}
    statuses = [
        {"name": "helper", "imageDigest": "helper@sha256:0"},
        {"name": "model", "imageDigest": f"{REGISTRY}@{DIGEST}"},
    ]
    entry = revision("r", "", helper, answering, containerStatuses=statuses)
    assert summarize(service(), [entry], {})["revisions"][0]["image_digest"] == DIGEST


@pytest.mark.parametrize("status", [{}, None])
def test_a_service_that_knative_has_not_seen_yet(status: Any) -> None:
    found = {**service(), "status": status}
    summary = summarize(found, [], {})
    assert (summary["ready"], summary["revisions"], summary["traffic"], summary["url"]) == (False, [], [], "")


def test_a_revision_that_is_not_ready_tells_what_keeps_its_pods_from_running() -> None:
    summary = summarize(service(), [revision("r-1", "a"), revision("r-2", "b")], {"r-2": ["no model"]})
    assert [entry["problems"] for entry in summary["revisions"]] == [[], ["no model"]]
