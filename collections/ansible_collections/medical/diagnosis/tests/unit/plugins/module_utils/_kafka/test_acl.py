# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl import (
    expand,
    matching,
    plan_absent,
    plan_present,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def options(*operations: str, **given: Any) -> dict[str, Any]:
    return {
        "principal": "User:source",
        "operations": list(operations),
        "permission": "allow",
        "resource_type": "topic",
        "resource_name": "films",
        "pattern_type": "literal",
        "host": "*",
        **given,
    }


READ, WRITE = expand([options("read", "write")])
OTHER = expand([options("read", principal="User:other")])[0]


def test_operations_become_single_entries_without_doubles() -> None:
    assert expand([options("read", "write"), options("read")]) == [READ, WRITE]


def test_entries_have_names_for_people() -> None:
    assert READ.name == "allow User:source read topic 'films'"
    (entry,) = expand([options("read", permission="deny", pattern_type="prefixed", host="192.0.2.1")])
    assert entry.name == "deny User:source read topic prefixed 'films' from 192.0.2.1"


def test_the_cluster_needs_no_name() -> None:
    (entry,) = expand([options("create", resource_type="cluster", resource_name=None)])
    assert entry.resource_name == "kafka-cluster"


def test_what_is_there_is_left_and_what_is_not_is_added() -> None:
    assert [change.action for change in plan_present([READ, WRITE], [WRITE, OTHER], [])] == ["create", "none"]


def test_strangers_of_a_purged_principal_go_and_others_stay() -> None:
    changes = plan_present([READ], [READ, WRITE, OTHER], ["User:source"])
    assert [(change.name, change.action) for change in changes] == [(READ.name, "none"), (WRITE.name, "delete")]


def test_removal() -> None:
    assert [change.action for change in plan_absent([READ, WRITE], [WRITE])] == ["none", "delete"]


def test_conditions_that_are_not_set_match_all() -> None:
    assert list(matching([WRITE, OTHER, READ], principal=None, resource_type="topic")) == sorted([READ, WRITE, OTHER])
    assert list(matching([WRITE, OTHER, READ], principal="User:other")) == [OTHER]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"resource_name": None}, "no resource_name for its topic"),
        ({"resource_type": "cluster", "resource_name": "mine"}, "there is no cluster 'mine'"),
    ],
)
def test_what_can_not_be_is_refused(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem):
        expand([options("read", **given)])
