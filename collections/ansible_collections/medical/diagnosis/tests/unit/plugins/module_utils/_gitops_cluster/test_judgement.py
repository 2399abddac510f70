# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.judgement import (
    ADDON_NAMESPACE,
    addon_installed,
    addon_namespace,
    registered,
    rights_applied,
    token_reported,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import Progress


def condition(name: str, status: str = "True", **more: Any) -> dict[str, Any]:
    return {"type": name, "status": status, "reason": "R", "message": "m", **more}


def found(*conditions: dict[str, Any], spec: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    return {"metadata": {"generation": 2}, "spec": spec or {}, "status": {"conditions": list(conditions), **status}}


AVAILABLE = "ManagedClusterConditionAvailable"
ACCEPTED = {"hubAcceptsClient": True}
REPORTED = (condition("TokenReported"), condition("SecretCreated"))


@pytest.mark.parametrize(
    ("cluster", "progress", "detail"),
    [
        (None, Progress.FAILED, "it isn't registered"),
        (found(), Progress.FAILED, "the hub hasn't accepted it"),
        (found(spec=ACCEPTED), Progress.WAITING, "it has no condition"),
        (found(condition(AVAILABLE, "Unknown"), spec=ACCEPTED), Progress.WAITING, f"{AVAILABLE} is Unknown"),
        (found(condition(AVAILABLE), spec=ACCEPTED), Progress.DONE, ""),
    ],
)
def test_registered(cluster: Any, progress: Progress, detail: str) -> None:
    outcome = registered(cluster)
    assert outcome.progress is progress
    assert detail in outcome.detail
    assert outcome.done or outcome.cure


@pytest.mark.parametrize(
    ("addon", "done", "cure"),
    [
        (None, False, "Install the add-on"),
        (found(condition("Available", "False")), False, "managed-serviceaccount-addon-agent"),
        (found(condition("Available", "Unknown")), False, "managed-serviceaccount-addon-agent"),
        (found(), True, ""),
        (found(condition("Available")), True, ""),
    ],
)
def test_addon(addon: Any, done: bool, cure: str) -> None:
    outcome = addon_installed(addon)
    assert outcome.done is done
    assert cure in outcome.cure


def test_where_the_addon_keeps_its_accounts() -> None:
    assert addon_namespace(None) == ADDON_NAMESPACE
    assert addon_namespace(found()) == ADDON_NAMESPACE
    assert addon_namespace(found(spec={"installNamespace": "a"})) == "a"
    assert addon_namespace(found(spec={"installNamespace": "a"}, namespace="b")) == "b"


@pytest.mark.parametrize(
    ("account", "progress", "detail"),
    [
        (None, Progress.FAILED, "somebody deleted it"),
        ({"metadata": {"deletionTimestamp": "t"}}, Progress.FAILED, "somebody deletes it"),
        (found(), Progress.WAITING, "it has no condition TokenReported yet"),
        (found(condition("TokenReported", "False")), Progress.WAITING, "TokenReported is False (R): m"),
        (found(condition("TokenReported")), Progress.WAITING, "it has no condition SecretCreated yet"),
        (found(*REPORTED, expirationTimestamp="2020-01-01T00:00:00Z"), Progress.WAITING, "its token ended at 2020"),
        (found(*REPORTED, expirationTimestamp="2999-01-01T00:00:00Z"), Progress.DONE, ""),
    ],
)
def test_token(account: Any, progress: Progress, detail: str) -> None:
    outcome = token_reported(account)
    assert outcome.progress is progress
    assert detail in outcome.detail


def applied(generation: int = 2) -> dict[str, Any]:
    return found(condition("Applied", observedGeneration=generation), condition("Available", observedGeneration=2))


def test_rights() -> None:
    assert rights_applied(applied()).done
    assert rights_applied(None).progress is Progress.FAILED
    assert "hasn't looked at it yet" in rights_applied(found()).detail
    assert "hasn't looked at it yet" in rights_applied(applied(1)).detail


def test_rights_that_are_refused_name_what_is_refused() -> None:
    parts = [
        {"resourceMeta": {"kind": "RoleBinding", "name": "a"}, "conditions": [condition("Applied")]},
        {
            "resourceMeta": {"kind": "RoleBinding", "name": "b"},
            "conditions": [condition("Applied", "False", message='namespaces "x" not found')],
        },
    ]
    work = found(condition("Applied", "False", observedGeneration=2), resourceStatus={"manifests": parts})
    outcome = rights_applied(work)
    assert outcome.progress is Progress.WAITING
    assert 'RoleBinding b: Applied is False (R): namespaces "x" not found' in outcome.detail
    assert "RoleBinding a" not in outcome.detail
