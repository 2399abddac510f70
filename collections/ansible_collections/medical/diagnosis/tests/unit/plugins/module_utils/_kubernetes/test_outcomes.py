# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    Outcome,
    Progress,
    any_of,
    condition,
    gone,
    observed,
    unless,
)


def status(conditions: dict[str, str], *, generation: int = 2, seen: int = 2) -> dict[str, Any]:
    return {
        "metadata": {"generation": generation},
        "status": {
            "observedGeneration": seen,
            "conditions": [{"type": name, "status": value} for name, value in conditions.items()],
        },
    }


def found(*, generation: int = 2, seen: int = 2, **conditions: str) -> dict[str, Any]:
    return status(conditions, generation=generation, seen=seen)


def test_a_condition_of_an_older_generation_does_not_count() -> None:
    ready = observed(condition("Ready"))
    assert ready(found(generation=3, seen=2, Ready="True")).progress is Progress.UNKNOWN
    assert ready(found(generation=3, seen=3, Ready="True")).done


def test_an_object_without_status_has_not_been_seen() -> None:
    assert observed(condition("Ready"))({"metadata": {"generation": 1}}).progress is Progress.UNKNOWN
    assert observed(condition("Ready"))(None).progress is Progress.WAITING


def test_a_condition_is_told_with_reason_and_message() -> None:
    present = {"type": "Ready", "status": "False", "reason": "RevisionFailed", "message": " exited with 1\n"}
    outcome = condition("Ready")({"metadata": {}, "status": {"conditions": [present]}})
    assert outcome == Outcome(Progress.WAITING, "Ready is False (RevisionFailed): exited with 1")
    assert condition("Ready")({"metadata": {}}).detail == "it has no condition Ready yet"


@pytest.mark.parametrize(
    ("conditions", "progress"),
    [
        ({"Complete": "True"}, Progress.DONE),
        ({"SuccessCriteriaMet": "True", "Complete": "False"}, Progress.DONE),
        ({"Complete": "False"}, Progress.WAITING),
    ],
)
def test_one_of_several_is_enough(conditions: dict[str, str], progress: Progress) -> None:
    judge = any_of(condition("Complete"), condition("SuccessCriteriaMet"))
    assert judge(status(conditions)).progress is progress


def test_a_failure_counts_only_while_the_wish_is_not_fulfilled() -> None:
    judge = unless(condition("Failed"), condition("Ready"), grace=7, cure="Look.")
    assert judge(found(Failed="True")) == Outcome(Progress.FAILED, "Failed is True", "Look.", grace=7)
    assert judge(found(Failed="True", Ready="True")).done
    assert judge(found(Failed="False", Ready="False")).progress is Progress.WAITING


def test_something_that_goes_tells_what_holds_it() -> None:
    assert gone(None).done
    assert gone({"metadata": {"finalizers": ["a/b", "c/d"]}}).detail == "it is still there, held by a/b, c/d"
