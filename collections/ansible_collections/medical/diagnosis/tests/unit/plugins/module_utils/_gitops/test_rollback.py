# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.rollback import (
    ANNOTATION,
    is_rolled_back,
    rollback_of,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

FIRST, SECOND, THIRD = "1" * 40, "2" * 40, "3" * 40


def source(message: str, revision: str = "main") -> dict[str, Any]:
    return {"repoURL": "r", "path": "p", "targetRevision": revision, "helm": {"valuesObject": {"message": message}}}


def entry(number: int, revision: str, message: str = "a") -> dict[str, Any]:
    return {"id": number, "revision": revision, "deployedAt": f"t{number}", "source": source(message)}


def application(*history: dict[str, Any], present: dict[str, Any] | None = None, mark: str = "") -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "argocd", "annotations": {ANNOTATION: mark}}
    return {"metadata": metadata, "spec": {"source": present or source("a")}, "status": {"history": list(history)}}


def way(found: dict[str, Any], history_id: int | None = None) -> Any:
    return rollback_of("Application 'argocd/a'", found, history_id)


def test_the_one_before_is_pinned_to_the_commit_of_then_with_the_values_of_then() -> None:
    back = way(application(entry(0, FIRST, "old"), entry(1, SECOND, "new")))
    assert back.source == source("old", FIRST)
    assert back.revision == FIRST
    assert back.as_result == {"id": 0, "revision": FIRST, "deployed_at": "t0"}


def test_a_sync_of_the_same_is_no_state_of_its_own() -> None:
    assert way(application(entry(0, FIRST), entry(1, SECOND), entry(2, SECOND))).entry["id"] == 0


def test_other_values_at_the_same_commit_are() -> None:
    back = way(application(entry(0, FIRST, "old"), entry(1, FIRST, "new")))
    assert back.source == source("old", FIRST)


def test_an_entry_by_its_id() -> None:
    assert way(application(entry(0, FIRST), entry(1, SECOND), entry(2, THIRD)), 0).revision == FIRST


def test_going_back_twice_is_going_back_once() -> None:
    found = application(entry(0, FIRST), entry(1, SECOND))
    back = way(found)
    assert not is_rolled_back(found, back)
    returned = application(
        entry(0, FIRST), entry(1, SECOND), entry(2, FIRST), present=dict(back.source), mark=back.mark
    )
    again = way(returned)
    assert is_rolled_back(returned, again)
    assert again.entry["id"] == 0


def test_a_rollback_whose_entry_has_left_the_history_still_holds() -> None:
    back = way(application(entry(0, FIRST), entry(1, SECOND)))
    returned = application(entry(1, SECOND), entry(2, FIRST), present=dict(back.source), mark=back.mark)
    again = way(returned)
    assert is_rolled_back(returned, again)
    assert again.as_result == {"id": 0, "revision": FIRST, "deployed_at": ""}


def test_what_was_moved_on_since_can_go_back_again() -> None:
    back = way(application(entry(0, FIRST), entry(1, SECOND)))
    moved = application(entry(1, SECOND), entry(2, FIRST), entry(3, THIRD), present=source("a"), mark=back.mark)
    assert way(moved).entry["id"] == 2


@pytest.mark.parametrize(
    ("found", "history_id", "problem"),
    [
        (application(), None, "it has never been synced"),
        (application(entry(0, FIRST)), None, "nothing else was synced before"),
        (application(entry(0, FIRST), entry(1, FIRST)), None, "nothing else was synced before"),
        (application(entry(3, FIRST)), 2, "its history has no entry 2"),
        ({"metadata": {}, "spec": {"sources": [{}]}}, None, "it has several sources"),
    ],
)
def test_no_way_back(found: dict[str, Any], history_id: int | None, problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem) as caught:
        way(found, history_id)
    assert caught.value.cure


def test_an_unknown_entry_names_those_that_are_there() -> None:
    with pytest.raises(DiagnosisError, match=r"3 \(111111111111\), 4 \(222222222222\)"):
        way(application(entry(3, FIRST), entry(4, SECOND)), 9)
