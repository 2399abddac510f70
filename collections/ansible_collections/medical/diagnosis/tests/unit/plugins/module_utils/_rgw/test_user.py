# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.user import (
    User,
    plan_absent,
    plan_present,
    size_in_bytes,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

TOLD = {
    "display_name": "Films",
    "email": "",
    "suspended": 0,
    "max_buckets": 1000,
    "keys": [
        {"user": "lab", "access_key": "OLD", "secret_key": "old-secret"},
        {"user": "lab:sub", "access_key": "SUB", "secret_key": "sub-secret"},
    ],
    "caps": [{"type": "buckets", "perm": "read"}],
    "bucket_quota": {"enabled": False, "check_on_raw": False, "max_size": -1, "max_size_kb": 0, "max_objects": -1},
    "user_quota": {"enabled": True, "check_on_raw": False, "max_size": 1024, "max_size_kb": 1, "max_objects": -1},
}
LAB = User.from_admin("lab", TOLD)


def plan(current: User | None, *, own_key: str = "ADMIN", purge_keys: bool = False, **options: Any) -> Any:
    (change,) = plan_present([{"uid": "lab", **options}], {"lab": current} if current else {}, own_key, purge_keys)
    return change


def calls(change: Any) -> list[tuple[str, dict[str, str]]]:
    return [
        (call.method, {name: value for name, value in call.params.items() if name != "uid"}) for call in change.payload
    ]


def test_a_user_is_read_without_secrets_and_without_keys_of_subusers() -> None:
    assert LAB.state["keys"] == ["OLD"]
    assert LAB.state["caps"] == {"buckets": "read"}
    assert LAB.state["user_quota"] == {"enabled": True, "max_size": 1024, "max_objects": -1}
    assert "secret" not in str(LAB.state)


def test_a_new_user_is_created_with_its_keys_capabilities_and_quotas() -> None:
    change = plan(
        None,
        display_name="Films",
        keys=[{"access_key": "K", "secret_key": "s"}],
        caps={"usage": "read"},
        bucket_quota={"enabled": True, "max_size": "1K", "max_objects": None},
    )
    assert change.action == "create"
    assert calls(change) == [
        ("PUT", {"display-name": "Films", "suspended": "false", "generate-key": "false"}),
        ("PUT", {"key": "", "access-key": "K", "secret-key": "s", "generate-key": "false"}),
        ("PUT", {"caps": "", "user-caps": "usage=read"}),
        (
            "PUT",
            {"quota": "", "quota-type": "bucket", "enabled": "true", "max-size": "1024", "max-objects": "-1"},
        ),
    ]


def test_what_is_as_asked_is_left() -> None:
    change = plan(
        LAB,
        display_name="Films",
        keys=[{"access_key": "OLD", "secret_key": "old-secret"}],
        user_quota={"max_size": "1K"},
    )
    assert change.action == "none"
    assert change.payload == []


def test_a_renewed_secret_is_told_by_its_key_and_not_shown() -> None:
    change = plan(LAB, keys=[{"access_key": "OLD", "secret_key": "new-secret"}])
    assert change.differences == ["keys.OLD.secret_key"]
    assert calls(change) == [
        ("PUT", {"key": "", "access-key": "OLD", "secret-key": "new-secret", "generate-key": "false"})
    ]
    assert "secret-" not in str([change.as_item(), change.as_diff()])


def test_a_new_key_comes_before_the_old_one_goes() -> None:
    change = plan(LAB, keys=[{"access_key": "NEW", "secret_key": "s"}], purge_keys=True)
    assert [(method, params["access-key"]) for method, params in calls(change)] == [("PUT", "NEW"), ("DELETE", "OLD")]
    assert change.after["keys"] == ["NEW"]


def test_other_keys_stay_unless_purged() -> None:
    change = plan(LAB, keys=[{"access_key": "NEW", "secret_key": "s"}])
    assert change.after["keys"] == ["NEW", "OLD"]


def test_a_capability_that_changes_is_taken_away_first() -> None:
    change = plan(LAB, caps={"buckets": "write", "usage": "*"})
    assert calls(change) == [
        ("DELETE", {"caps": "", "user-caps": "buckets=read"}),
        ("PUT", {"caps": "", "user-caps": "buckets=write;usage=*"}),
    ]


def test_capabilities_that_are_not_set_stay_and_an_empty_set_takes_all() -> None:
    assert plan(LAB).action == "none"
    assert calls(plan(LAB, caps={})) == [("DELETE", {"caps": "", "user-caps": "buckets=read"})]


def test_only_changed_fields_are_written() -> None:
    assert calls(plan(LAB, display_name="Films", suspended=True, email="a@b.example")) == [
        ("POST", {"email": "a@b.example", "suspended": "true"})
    ]


def test_an_email_can_be_taken_away() -> None:
    there = User.from_admin("lab", {**TOLD, "email": "a@b.example"})
    assert calls(plan(there, email="")) == [("POST", {"email": ""})]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"suspended": True}, "would lock itself out to suspend it"),
        ({"keys": [{"access_key": "NEW", "secret_key": "s"}], "purge_keys": True}, "to take this key from it"),
    ],
)
def test_nobody_locks_himself_out(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem):
        plan(LAB, own_key="OLD", **options)


def test_nobody_removes_himself() -> None:
    with pytest.raises(DiagnosisError, match="to remove it"):
        plan_absent([{"uid": "lab"}], {"lab": LAB}, "OLD")
    (change,) = plan_absent([{"uid": "lab"}], {"lab": LAB}, "ADMIN")
    assert change.action == "delete"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "has no display_name"),
        ({"display_name": "A & B"}, "display_name has a &"),
        ({"display_name": "Films", "user_quota": {"max_size": "much"}}, "max_size 'much' of user_quota is no size"),
    ],
)
def test_what_can_not_be_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem):
        plan(None, **options)


@pytest.mark.parametrize(("size", "size_bytes"), [("1024", 1024), (5, 5), ("2T", 2 * 1024**4), ("-1", -1), (-7, -1)])
def test_sizes(size: str | int, size_bytes: int) -> None:
    assert size_in_bytes("User 'lab'", "user_quota", size) == size_bytes
