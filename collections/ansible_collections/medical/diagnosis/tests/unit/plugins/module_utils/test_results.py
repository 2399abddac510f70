# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change, Report

OLD = {"partitions": 1, "config": {"a": "1", "b": "2"}}
NEW = {"partitions": 3, "config": {"a": "1", "c": "3"}}


@pytest.mark.parametrize(
    ("before", "after", "hidden", "action"),
    [
        (None, NEW, (), "create"),
        (OLD, NEW, (), "update"),
        (OLD, OLD, (), "none"),
        (OLD, OLD, ("password",), "update"),
        (OLD, None, (), "delete"),
        (None, None, (), "none"),
    ],
)
def test_what_becomes_of_an_object(before: Any, after: Any, hidden: tuple[str, ...], action: str) -> None:
    change = Change(name="a", before=before, after=after, hidden=hidden)
    assert change.action == action
    assert change.changed is (action != "none")


def test_differences_go_into_mappings_that_both_have() -> None:
    change = Change(name="a", before=OLD, after=NEW, hidden=("password",))
    assert change.differences == ["config.b", "config.c", "partitions", "password"]


def test_only_an_update_has_differences() -> None:
    assert Change(name="a", before=None, after=NEW).differences == []
    assert Change(name="a", before=OLD, after=None).differences == []


def test_a_diff_shows_that_something_hidden_changes_and_not_what() -> None:
    diff = Change(name="a", before=OLD, after=OLD, hidden=("password",), payload="secret").as_diff()
    assert diff["before"]["password"] != diff["after"]["password"]
    assert diff["before_header"] == diff["after_header"] == "a"
    assert "secret" not in str(diff)


def test_a_missing_object_is_an_empty_side_of_the_diff() -> None:
    diff = Change(name="a", before=None, after=NEW).as_diff()
    assert diff["before"] == {}
    assert diff["after"] == NEW


def test_a_report_has_an_item_for_each_object_and_a_diff_for_each_changed_one() -> None:
    report = Report("topics")
    report.record(Change(name="a", before=OLD, after=OLD, result={"arn": "x"}))
    report.record(Change(name="b", before=OLD, after=NEW, payload="secret"))
    result = report.as_result(diff=True)
    assert result["changed"] is True
    assert result["topics"][0] == {"arn": "x", "name": "a", "action": "none", "changed": False, "differences": []}
    assert [diff["after_header"] for diff in result["diff"]] == ["b"]
    assert "secret" not in str(result)
    assert "diff" not in report.as_result(diff=False)


def test_nothing_to_do_is_not_changed() -> None:
    report = Report("topics")
    assert report.as_result(diff=True) == {"changed": False, "topics": [], "diff": []}
