# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed clusters as somebody who only looks wants to see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import condition_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import (
    ADDON,
    CLUSTER_NAME_LABEL,
    LEASE,
    MANAGED_CLUSTER,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import ManagedCluster
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.registration import AGENT_LEASE

Object = Mapping[str, Any]


def read_clusters(hub: KubernetesClient, names: Sequence[str] | None, selectors: Sequence[str]) -> list[dict[str, Any]]:
    """The managed clusters of the hub, by name.

    :param names: only these; None for all.
    """
    clusters = [
        found
        for found in hub.list(MANAGED_CLUSTER, label_selector=",".join(selectors))
        if names is None or found["metadata"]["name"] in names
    ]
    if not clusters:
        return []
    leases = {
        lease["metadata"]["namespace"]: lease
        for lease in hub.list(LEASE, label_selector=CLUSTER_NAME_LABEL)
        if lease["metadata"]["name"] == AGENT_LEASE
    }
    agents = _agents(hub)
    now = datetime.now(timezone.utc)
    return [
        describe_cluster(found, leases.get(name), agents.get(name, []), now)
        for found in clusters
        for name in (found["metadata"]["name"],)
    ]


def describe_cluster(found: Object, lease: Object | None, agents: Sequence[Object], now: datetime) -> dict[str, Any]:
    """One managed cluster as the module returns it."""
    cluster = ManagedCluster(found)
    renewed = ((lease or {}).get("spec") or {}).get("renewTime") or ""
    status = found.get("status") or {}
    return {
        "name": cluster.name,
        **cluster.as_result(),
        "annotations": found["metadata"].get("annotations") or {},
        "created": found["metadata"].get("creationTimestamp", ""),
        "being_deleted": cluster.is_being_deleted,
        "claims": cluster.claims,
        "capacity": status.get("capacity") or {},
        "allocatable": status.get("allocatable") or {},
        "taints": found["spec"].get("taints") or [],
        "lease_renewed": renewed,
        "lease_age": _age(renewed, now),
        "agents": [
            {
                "name": agent["metadata"]["name"],
                "available": (condition_of(agent, "Available") or {}).get("status", "Unknown") == "True",
            }
            for agent in agents
        ],
    }


def _agents(hub: KubernetesClient) -> dict[str, list[Object]]:
    """The add-ons of each managed cluster, by its name."""
    agents: dict[str, list[Object]] = {}
    try:
        for addon in hub.list(ADDON):
            agents.setdefault(addon["metadata"]["namespace"], []).append(addon)
    except KindNotServedError:
        # a hub may do without add-ons
        return {}
    return agents


def _age(renewed: str, now: datetime) -> int | None:
    """Seconds since then; None where it never was."""
    if not renewed:
        return None
    then = datetime.strptime(renewed, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return max(0, int((now - then).total_seconds()))
