# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._conditions.judgement import reached
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import Outcome, Progress

OPTIONS: dict[str, Any] = {
    "kind": "Kafka",
    "name": "xray-cluster",
    "namespace": "xraylab-1",
    "condition": "Ready",
    "status": "True",
    "phases": [],
    "failed_phases": [],
    "failed_timeout": None,
}
NOT_READY = {"type": "Ready", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes\nare free"}


def judged(said: dict[str, Any] | None, **options: Any) -> Outcome:
    found = None if said is None else {"metadata": {"generation": 2}, "status": said}
    return reached({**OPTIONS, **options})(found)


def test_what_is_not_there_is_waited_for() -> None:
    assert judged(None).progress is Progress.WAITING


@pytest.mark.parametrize("status", [{}, {"conditions": []}])
def test_an_object_without_a_status_is_waited_for(status: dict[str, Any]) -> None:
    assert judged(status).progress is Progress.WAITING
    assert judged(status, phases=["Running"]).detail == "it has no phase yet"


def test_a_status_of_an_older_generation_tells_nothing() -> None:
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    assert judged({**ready, "observedGeneration": 1}).progress is Progress.UNKNOWN
    assert judged({**ready, "observedGeneration": 2}).done
    assert judged(ready).done


def test_a_condition_that_is_false_fails_only_where_that_is_asked_for() -> None:
    waiting = judged({"conditions": [NOT_READY]})
    assert waiting.progress is Progress.WAITING
    assert waiting.detail == "Ready is False (Unschedulable): 0/3 nodes are free"
    assert "kubectl describe kafka xray-cluster -n xraylab-1" in waiting.cure
    outcome = judged({"conditions": [NOT_READY]}, failed_timeout=60)
    assert (outcome.progress, outcome.grace) == (Progress.FAILED, 60)


def test_a_condition_that_is_missing_is_explained_by_one_that_says_why() -> None:
    broken = {"conditions": [{"type": "NotReady", "status": "True", "reason": "Invalid", "message": "no listener"}]}
    waiting = judged(broken)
    assert waiting.progress is Progress.WAITING
    assert waiting.detail == "it has no condition Ready yet; NotReady is True (Invalid): no listener"
    assert "kubectl describe kafka" in waiting.cure
    assert judged(broken, failed_timeout=60).progress is Progress.FAILED
    assert judged({"conditions": []}, failed_timeout=60).progress is Progress.WAITING


def test_a_condition_may_be_good_when_it_is_gone() -> None:
    gone = {"conditions": [{"type": "Progressing", "status": "False"}]}
    assert judged(gone, condition="Progressing", status="False").done
    assert judged(
        {"conditions": [{"type": "Progressing", "status": "True"}]}, condition="Progressing", status="False"
    ).progress is (Progress.WAITING)


def test_a_phase_is_told_with_the_conditions_that_explain_it() -> None:
    conditions = [
        {"type": "Available", "status": "True"},
        {"type": "Degraded", "status": "True", "message": "osd.1 is down"},
        {"type": "Upgradeable", "status": "False", "reason": "Osd"},
    ]
    outcome = judged({"phase": "Error", "conditions": conditions}, phases=["Ready"], failed_phases=["Error"])
    assert outcome.progress is Progress.FAILED
    assert outcome.detail == "phase is Error; Degraded is True: osd.1 is down; Upgradeable is False (Osd)"
    assert judged({"phase": "Ready", "conditions": conditions}, phases=["Ready"]).done
