# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Knative service and its revisions, told in the terms of those who run a model: ready, digest, scale, traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import condition, observed

Tree = Mapping[str, Any]

SERVICE_LABEL = "serving.knative.dev/service"
REVISION_LABEL = "serving.knative.dev/revision"
SCALE_ANNOTATIONS = {"min": "min-scale", "max": "max-scale", "initial": "initial-scale", "target": "target"}
# Knative reads the older spelling too.
OLDER_SPELLING = {"min-scale": "minScale", "max-scale": "maxScale", "initial-scale": "initialScale"}

is_ready = observed(condition("Ready"))


def summarize(service: Tree, revisions: Sequence[Tree], problems: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """One service as the module returns it.

    :param revisions: the service's own revisions.
    :param problems: by the name of a revision, what keeps its pods from running.
    """
    metadata, status = service["metadata"], service.get("status") or {}
    outcome = is_ready(service)
    template = service["spec"].get("template") or {}
    return {
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "labels": dict(metadata.get("labels") or {}),
        "url": status.get("url", ""),
        "address": (status.get("address") or {}).get("url", ""),
        "ready": outcome.done,
        "message": "" if outcome.done else outcome.detail,
        "conditions": _conditions(status),
        "image": _serving_container(template.get("spec") or {}).get("image", ""),
        "scale": _scale(template),
        "latest_created_revision": status.get("latestCreatedRevisionName", ""),
        "latest_ready_revision": status.get("latestReadyRevisionName", ""),
        "revisions": [
            _revision(revision, problems.get(revision["metadata"]["name"], ()))
            for revision in sorted(revisions, key=_age)
        ],
        "traffic": [_share(share) for share in status.get("traffic") or []],
    }


def _age(revision: Tree) -> tuple[str, str]:
    return revision["metadata"].get("creationTimestamp", ""), revision["metadata"]["name"]


def _revision(revision: Tree, problems: Sequence[str]) -> dict[str, Any]:
    status = revision.get("status") or {}
    outcome = is_ready(revision)
    container = _serving_container(revision["spec"])
    return {
        "name": revision["metadata"]["name"],
        "created_at": revision["metadata"].get("creationTimestamp", ""),
        "ready": outcome.done,
        "message": "" if outcome.done else outcome.detail,
        "problems": list(problems),
        "image": container.get("image", ""),
        "image_digest": _digest(container, status),
        "scale": _scale(revision),
        "replicas": int(status.get("actualReplicas") or 0),
        "desired_replicas": int(status.get("desiredReplicas") or 0),
    }


def _digest(container: Tree, status: Tree) -> str:
    """``sha256:…`` of the image that the revision runs: what Knative resolved its tag to, or what the image itself says.

    Empty where nobody knows: Knative resolves no tags of registries that it is told to leave alone.
    """
    resolved = [
        entry.get("imageDigest", "")
        for entry in status.get("containerStatuses") or []
        if entry.get("name") == container.get("name") or not container.get("name")
    ]
    for image in (*resolved, container.get("image", "")):
        digest = str(image).partition("@")[2]
        if digest:
            return digest
    return ""


def _serving_container(spec: Tree) -> Tree:
    """The container that answers requests: the one with a port, or the only one."""
    containers = spec.get("containers") or [{}]
    return next((container for container in containers if container.get("ports")), containers[0])


def _scale(template: Tree) -> dict[str, int | None]:
    """The bounds that a template or revision asks for; None leaves one to the cluster's default."""
    annotations = (template.get("metadata") or {}).get("annotations") or {}
    scale = {name: _number(annotations, key) for name, key in SCALE_ANNOTATIONS.items()}
    return {**scale, "container_concurrency": (template.get("spec") or {}).get("containerConcurrency")}


def _number(annotations: Tree, key: str) -> int | None:
    prefix = "autoscaling.knative.dev/"
    value = annotations.get(prefix + key, annotations.get(prefix + OLDER_SPELLING.get(key, key)))
    return None if value is None else int(float(value))


def _share(share: Tree) -> dict[str, Any]:
    return {
        "revision": share.get("revisionName", ""),
        "percent": int(share.get("percent") or 0),
        "tag": share.get("tag", ""),
        "url": share.get("url", ""),
        "latest": bool(share.get("latestRevision")),
    }


def _conditions(status: Tree) -> list[dict[str, str]]:
    return [
        {
            "type": present["type"],
            "status": present["status"],
            "reason": present.get("reason", ""),
            "message": present.get("message", ""),
            "since": present.get("lastTransitionTime", ""),
        }
        for present in status.get("conditions") or []
    ]
