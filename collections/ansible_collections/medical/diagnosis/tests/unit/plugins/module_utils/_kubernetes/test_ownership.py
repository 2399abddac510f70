# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.ownership import (
    is_applied,
    managers,
    unstated,
)

ME = "medical.diagnosis"


def live(owned: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An object that this collection has applied, with the fields it owns besides its name."""
    entries = [
        {"manager": "argocd", "operation": "Update", "fieldsV1": {"f:status": {}}},
        {"manager": ME, "operation": "Update", "fieldsV1": {"f:metadata": {"f:annotations": {"f:refresh": {}}}}},
        {"manager": ME, "operation": "Apply", "fieldsV1": owned},
    ]
    return {"metadata": {"name": "a", "managedFields": entries}, **fields}


def manifest(**fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": "a"}, **fields}


OWNED: dict[str, Any] = {"f:spec": {".": {}, "f:a": {}, "f:list": {}, "f:b": {"f:c": {}}}}
SPEC = {"a": 1, "list": [1, {"x": 2}], "b": {"c": "d"}}


def test_what_is_there_and_owned_needs_no_write() -> None:
    assert is_applied(live(OWNED, spec={**SPEC, "theirs": 1}, status={}), manifest(spec=SPEC), ME)


@pytest.mark.parametrize(
    "wanted",
    [
        {**SPEC, "a": 2},
        {**SPEC, "a": True},
        {**SPEC, "new": 1},
        {**SPEC, "list": [1]},
        {**SPEC, "list": [1, {"x": 2, "y": 3}]},
        {**SPEC, "b": {"c": None}},
        {**SPEC, "b": "d"},
    ],
)
def test_a_value_that_differs_needs_a_write(wanted: dict[str, Any]) -> None:
    assert not is_applied(live(OWNED, spec=SPEC), manifest(spec=wanted), ME)


@pytest.mark.parametrize("wanted", [{"list": SPEC["list"], "b": SPEC["b"]}, {**SPEC, "b": {}}])
def test_a_field_that_was_dropped_needs_a_write(wanted: dict[str, Any]) -> None:
    assert not is_applied(live(OWNED, spec=SPEC), manifest(spec=wanted), ME)


def test_what_only_others_have_written_has_to_be_taken_over() -> None:
    found = live(OWNED, spec=SPEC)
    found["metadata"]["managedFields"] = [{"manager": "kubectl", "operation": "Apply", "fieldsV1": OWNED}]
    assert not is_applied(found, manifest(spec=SPEC), ME)
    assert managers(found) == ["kubectl"]


def test_fields_that_a_manifest_says_nothing_about() -> None:
    found = {"a": 1, "helm": {"valuesObject": {"x": 1}, "parameters": [{"name": "y"}]}, "list": [1]}
    wanted = {"helm": {"valuesObject": {}}, "list": [2]}
    assert list(unstated(found, wanted)) == [("a",), ("helm", "valuesObject", "x"), ("helm", "parameters")]
    assert list(unstated(found, found)) == []
