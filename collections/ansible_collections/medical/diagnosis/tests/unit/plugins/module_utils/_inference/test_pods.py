# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._inference.pods import problems


def container(**states: Any) -> dict[str, Any]:
    return {"status": {"containerStatuses": [{"name": "model", **states}]}}


def test_a_pod_that_runs_has_no_problem() -> None:
    assert problems(container(state={"running": {}})) == []
    assert problems({}) == []


@pytest.mark.parametrize("reason", ["ContainerCreating", "PodInitializing"])
def test_starting_is_no_problem(reason: str) -> None:
    assert problems(container(state={"waiting": {"reason": reason}})) == []


def test_a_crash_loop_tells_how_the_container_ended() -> None:
    waiting = {"reason": "CrashLoopBackOff", "message": "back-off 20s restarting"}
    ended = {"exitCode": 1, "reason": "Error", "message": "Traceback:\n  no model\n"}
    assert problems(container(state={"waiting": waiting}, lastState={"terminated": ended})) == [
        "container model: CrashLoopBackOff: back-off 20s restarting",
        "container model ended with 1: Traceback: no model",
    ]


def test_a_container_that_was_killed_without_a_word() -> None:
    ended = {"exitCode": 137, "reason": "OOMKilled"}
    assert problems(container(state={"terminated": ended})) == ["container model ended with 137: OOMKilled"]
    assert problems(container(state={"terminated": {"exitCode": 0, "reason": "Completed"}})) == []


def test_a_pod_without_a_place() -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "Insufficient cpu"}
    assert problems({"status": {"conditions": [condition]}}) == ["Unschedulable: Insufficient cpu"]
