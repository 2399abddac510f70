# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.capacity import (
    is_schedulable,
    judge_capacity,
    needed_amounts,
    requested,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.quantity import (
    bytes_of_memory,
    cores,
    parse_quantity,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def node(name: str = "a", ready: str = "True", **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "spec": spec,
        "status": {
            "allocatable": {"cpu": "2", "memory": "4Gi", "pods": "10"},
            "conditions": [{"type": "Ready", "status": ready}],
        },
    }


def pod(cpu: str, namespace: str = "other", phase: str = "Running", **spec: Any) -> dict[str, Any]:
    containers = [{"resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}]
    return {
        "metadata": {"namespace": namespace},
        "spec": {"nodeName": "a", "containers": containers, **spec},
        "status": {"phase": phase},
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", Fraction(1, 2)),
        ("2", 2),
        ("1.5", Fraction(3, 2)),
        (".5", Fraction(1, 2)),
        ("4Gi", 4 * 2**30),
        ("1G", 10**9),
        ("129e6", 129 * 10**6),
        ("12E", 12 * 10**18),
        ("100n", Fraction(1, 10**7)),
        (0, 0),
    ],
)
def test_quantities(text: str, number: Fraction) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize("text", ["", "4 Gi", "4GiB", "much", "1e", "-"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(DiagnosisError, match="Quantity"):
        parse_quantity(text)


def test_amounts_for_people() -> None:
    assert cores(Fraction(1130, 1000)) == "1.13 CPU"
    assert cores(Fraction(2)) == "2 CPU"
    assert bytes_of_memory(parse_quantity("3584Mi")) == "3.5 GiB"


def test_amounts_that_are_left_open_are_not_checked() -> None:
    assert needed_amounts({"cpu": "1", "memory": None, "pods": None}) == {"cpu": 1}


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (node(), True),
        (node(ready="Unknown"), False),
        (node(unschedulable=True), False),
        (node(taints=[{"key": "x", "effect": "NoSchedule"}]), False),
        (node(taints=[{"key": "x", "effect": "PreferNoSchedule"}]), True),
    ],
)
def test_nodes_that_take_pods(one: dict[str, Any], answer: bool) -> None:
    assert is_schedulable(one) is answer


def test_what_a_pod_requests_by_the_rule_of_the_scheduler() -> None:
    sidecar = {"restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}}
    large = {"resources": {"requests": {"cpu": "700m"}}}
    assert requested(pod("500m"), "cpu") == Fraction(1, 2)
    assert requested(pod("500m", initContainers=[sidecar]), "cpu") == Fraction(6, 10)
    # the large one runs beside the sidecar that was started before it, not beside the one after it
    assert requested(pod("500m", initContainers=[sidecar, large, sidecar]), "cpu") == Fraction(8, 10)
    assert requested(pod("500m", overhead={"cpu": "50m"}), "cpu") == Fraction(55, 100)
    assert requested(pod("500m", containers=[{"resources": {"limits": {"cpu": "300m"}}}]), "cpu") == Fraction(3, 10)
    assert requested(pod("500m", containers=[{}]), "cpu") == 0
    assert requested(pod("500m"), "pods") == 1


def test_room_is_what_others_leave() -> None:
    pods = [
        pod("1"),
        pod("900m", namespace="ours"),
        pod("900m", phase="Succeeded"),
        pod("900m", nodeName="tainted"),
        # nobody has found a place for it yet, but it will take one
        pod("250m", nodeName=None),
    ]
    nodes = [node(), node("tainted", taints=[{"key": "x", "effect": "NoExecute"}])]
    needed = needed_amounts({"cpu": "750m", "memory": "3Gi", "pods": "8"})
    verdicts = {verdict.check: verdict for verdict in judge_capacity(nodes, pods, needed, {"ours"})}
    assert (verdicts["cpu"].level, verdicts["cpu"].found) == ("ok", "0.75 CPU free of 2 CPU on 1 schedulable node")
    assert (verdicts["memory"].level, verdicts["memory"].found) == (
        "error",
        "2.0 GiB free of 4.0 GiB on 1 schedulable node",
    )
    assert (verdicts["pods"].level, verdicts["pods"].expected) == ("ok", "8")
    assert "uncordon" in verdicts["memory"].cure


def test_a_cluster_without_a_node() -> None:
    [verdict] = judge_capacity([node(ready="False")], [], {"cpu": Fraction(1)}, ())
    assert (verdict.level, verdict.found) == ("error", "0 CPU free of 0 CPU on 0 schedulable nodes")
