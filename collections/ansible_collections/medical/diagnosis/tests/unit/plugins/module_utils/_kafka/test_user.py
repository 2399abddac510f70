# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user import plan_absent, plan_present
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

SHA512 = "SCRAM-SHA-512"


class Cluster:
    """Knows a password, and notes what it is asked."""

    def __init__(self, password: str = "secret") -> None:  # noqa: S107 - of nobody
        self.asked: list[tuple[str, str]] = []
        self._password = password

    def differs(self, user: str, password: str, mechanism: str) -> bool:
        self.asked.append((user, mechanism))
        return password != self._password


def plan(cluster: Cluster, current: dict[str, Any], *, update_password: bool = True, **options: Any) -> Any:
    wanted = {"name": "source", "password": "secret", "mechanism": SHA512, "iterations": None, **options}
    (change,) = plan_present([wanted], current, update_password, cluster.differs)
    return change


def test_a_new_user_is_created_without_trying_its_password() -> None:
    cluster = Cluster()
    change = plan(cluster, {})
    assert change.action == "create"
    assert change.payload["iterations"] == 4096
    assert cluster.asked == []
    assert "secret" not in str([change.as_item(), change.as_diff()])


def test_a_password_that_is_right_is_left() -> None:
    cluster = Cluster()
    assert plan(cluster, {"source": {SHA512: 8192}}).action == "none"
    assert cluster.asked == [("source", SHA512)]


def test_a_password_that_differs_is_written_with_the_iterations_there_are() -> None:
    change = plan(Cluster("other"), {"source": {SHA512: 8192}})
    assert change.differences == ["password"]
    assert change.payload["iterations"] == 8192


def test_a_password_may_be_left_alone() -> None:
    cluster = Cluster("other")
    assert plan(cluster, {"source": {SHA512: 4096}}, update_password=False).action == "none"
    assert cluster.asked == []


def test_other_iterations_need_no_login_to_be_written() -> None:
    cluster = Cluster()
    change = plan(cluster, {"source": {SHA512: 4096}}, iterations=8192)
    assert change.differences == [f"mechanisms.{SHA512}"]
    assert cluster.asked == []


def test_a_second_mechanism_leaves_the_first() -> None:
    change = plan(Cluster(), {"source": {"SCRAM-SHA-256": 4096}})
    assert change.action == "update"
    assert change.after == {"mechanisms": {"SCRAM-SHA-256": 4096, SHA512: 4096}}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"password": None}, "it has no password"),
        ({"iterations": 1000}, "1000 iterations are not what the brokers take"),
        ({"iterations": 20000}, "20000 iterations are not what the brokers take"),
    ],
)
def test_what_can_not_be_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem):
        plan(Cluster(), {}, **options)


def test_a_removal_takes_all_mechanisms() -> None:
    current = {"source": {"SCRAM-SHA-256": 4096, SHA512: 4096}}
    there, gone = plan_absent([{"name": "source"}, {"name": "gone"}], current)
    assert (there.action, there.payload) == ("delete", ["SCRAM-SHA-256", SHA512])
    assert gone.action == "none"
