# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a hub's managed clusters to the variables and groups of hosts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.plugin_utils.managed_clusters import groups_of, variables_of

AVAILABLE = "ManagedClusterConditionAvailable"


def cluster(**more: Any) -> dict[str, Any]:
    return {"metadata": {"name": "north"}, **more}


def with_condition(name: str, status: str) -> dict[str, Any]:
    return cluster(status={"conditions": [{"type": name, "status": status}]})


def test_one_that_was_only_just_created_has_every_variable() -> None:
    assert variables_of(cluster()) == {
        "cluster_name": "north",
        "labels": {},
        "cluster_set": "",
        "availability": "unknown",
        "accepted": False,
        "joined": False,
        "conditions": {},
        "kubernetes_version": "",
        "claims": {},
        "api_urls": [],
        "created": "",
    }


def test_one_that_has_joined() -> None:
    found = variables_of(
        {
            "metadata": {
                "name": "north",
                "creationTimestamp": "2026-01-02T03:04:05Z",
                "labels": {"cluster.open-cluster-management.io/clusterset": "hospitals", "wave": "canary"},
            },
            "spec": {
                "hubAcceptsClient": True,
                "managedClusterClientConfigs": [{"url": "https://api.north.example:6443"}, {"caBundle": "QUJD"}],
            },
            "status": {
                "clusterClaims": [
                    {"name": "platform.open-cluster-management.io", "value": "BareMetal"},
                    {"name": "odd"},
                ],
                "conditions": [
                    {
                        "type": "ManagedClusterJoined",
                        "status": "True",
                        "reason": "Joined",
                        "message": "Managed cluster joined",
                        "lastTransitionTime": "2026-01-02T03:04:06Z",
                        "observedGeneration": 1,
                    }
                ],
                "version": {"kubernetes": "v1.34.4"},
            },
        }
    )
    assert found["cluster_set"] == "hospitals"
    assert found["accepted"]
    assert found["joined"]
    assert found["conditions"] == {
        "ManagedClusterJoined": {
            "status": "True",
            "reason": "Joined",
            "message": "Managed cluster joined",
            "since": "2026-01-02T03:04:06Z",
        }
    }
    assert found["kubernetes_version"] == "v1.34.4"
    assert found["claims"] == {"platform.open-cluster-management.io": "BareMetal", "odd": ""}
    assert found["api_urls"] == ["https://api.north.example:6443"]
    assert found["created"] == "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("status", "availability"), [("True", "available"), ("False", "unavailable"), ("Unknown", "unknown")]
)
def test_availability(status: str, availability: str) -> None:
    assert variables_of(with_condition(AVAILABLE, status))["availability"] == availability


def test_joined_is_not_available() -> None:
    found = variables_of(with_condition("ManagedClusterJoined", "True"))
    assert (found["joined"], found["availability"]) == (True, "unknown")


def test_groups() -> None:
    labels = {
        "cluster.open-cluster-management.io/clusterset": "north-hospitals",
        "wave": "canary",
        "example.com/region": "north",
        "empty": "",
    }
    variables = variables_of({"metadata": {"name": "north", "labels": labels}})
    wanted = ["example.com/region", "wave", "empty", "missing"]
    assert list(groups_of(variables, wanted)) == [
        "unknown",
        "cluster_set_north-hospitals",
        "region_north",
        "wave_canary",
    ]


def test_no_groups_of_what_is_not_there() -> None:
    assert list(groups_of(variables_of(cluster()), ["wave"])) == ["unknown"]
