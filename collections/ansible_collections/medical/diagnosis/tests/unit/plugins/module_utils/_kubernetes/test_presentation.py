# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import (
    LAST_APPLIED,
    hidden_differences,
    visible,
)


def test_the_server_s_own_fields_are_left_out() -> None:
    found = {
        "kind": "Application",
        "metadata": {
            "name": "a",
            "uid": "1",
            "resourceVersion": "2",
            "managedFields": [],
            "annotations": {LAST_APPLIED: "{}", "refresh": "hard", "note": "x"},
        },
        "spec": {"a": 1},
        "status": {"b": 2},
    }
    assert visible(found, frozenset({"refresh"})) == {
        "kind": "Application",
        "metadata": {"name": "a", "annotations": {"note": "x"}},
        "spec": {"a": 1},
    }
    assert visible({"metadata": {"name": "a", "annotations": {LAST_APPLIED: ""}}}) == {"metadata": {"name": "a"}}
    assert visible(None) is None


def test_a_secret_shows_which_values_differ_and_none_of_them() -> None:
    before = {
        "kind": "Secret",
        "metadata": {"name": "a"},
        "data": {"same": "c2FtZQ==", "password": "b2xk", "gone": "eA=="},
    }
    after = {"kind": "Secret", "metadata": {"name": "a"}, "data": {"same": "c2FtZQ==", "password": "bmV3"}}
    assert "data" not in (visible(after) or {})
    assert hidden_differences(before, after) == ("data.gone", "data.password")
    assert hidden_differences(None, after) == ("data.password", "data.same")


def test_other_kinds_hide_nothing() -> None:
    assert (
        hidden_differences({"kind": "ConfigMap", "data": {"a": "1"}}, {"kind": "ConfigMap", "data": {"a": "2"}}) == ()
    )
