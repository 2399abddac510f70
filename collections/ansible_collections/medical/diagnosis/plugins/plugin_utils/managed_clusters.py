# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory wants to know of a hub's managed clusters: pure functions from their objects to variables and groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]
Variables = dict[str, Any]

CLUSTER_SET_LABEL = "cluster.open-cluster-management.io/clusterset"
AVAILABILITY = {"True": "available", "False": "unavailable"}


def variables_of(cluster: Object) -> Variables:
    """The host variables of a ``ManagedCluster``; what the hub doesn't know (yet) is empty, never left out."""
    metadata = cluster["metadata"]
    spec = cluster.get("spec") or {}
    status = cluster.get("status") or {}
    labels = metadata.get("labels") or {}
    conditions = {each["type"]: _condition(each) for each in status.get("conditions") or []}
    return {
        "cluster_name": metadata["name"],
        "labels": labels,
        "cluster_set": labels.get(CLUSTER_SET_LABEL, ""),
        "availability": AVAILABILITY.get(_status(conditions, "ManagedClusterConditionAvailable"), "unknown"),
        "accepted": bool(spec.get("hubAcceptsClient")),
        "joined": _status(conditions, "ManagedClusterJoined") == "True",
        "conditions": conditions,
        "kubernetes_version": (status.get("version") or {}).get("kubernetes", ""),
        "claims": {each["name"]: each.get("value", "") for each in status.get("clusterClaims") or []},
        "api_urls": [each["url"] for each in spec.get("managedClusterClientConfigs") or [] if each.get("url")],
        "created": metadata.get("creationTimestamp") or "",
    }


def groups_of(variables: Mapping[str, Any], label_keys: Iterable[str]) -> Iterator[str]:
    """The groups of a cluster by its own state, not yet safe as names: availability, cluster set, then labels.

    :param label_keys: labels to group by; of a key with a domain, the name alone leads the group's name.
    """
    yield variables["availability"]
    if variables["cluster_set"]:
        yield f"cluster_set_{variables['cluster_set']}"
    labels = variables["labels"]
    for key in label_keys:
        if labels.get(key):
            yield f"{key.rpartition('/')[2]}_{labels[key]}"


def _condition(condition: Object) -> dict[str, str]:
    parts = {"status": "status", "reason": "reason", "message": "message", "since": "lastTransitionTime"}
    return {name: condition.get(field) or "" for name, field in parts.items()}


def _status(conditions: Mapping[str, Mapping[str, str]], name: str) -> str:
    """The status of a condition; empty where it isn't there."""
    return conditions.get(name, {}).get("status", "")
