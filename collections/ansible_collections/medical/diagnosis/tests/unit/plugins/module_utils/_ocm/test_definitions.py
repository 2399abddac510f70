# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.definitions import Definitions
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import reject_names
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.works import applied_resources
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

KLUSTERLET = {
    "apiVersion": "operator.open-cluster-management.io/v1",
    "kind": "Klusterlet",
    "metadata": {"name": "klusterlet"},
    "spec": {"namespace": "agents"},
}


def manifest(kind: str, name: str = "a") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}


def definitions(*manifests: Any) -> Definitions:
    nobody: Any = None
    return Definitions(nobody, "ManagedCluster 'facility-east'", manifests)


def test_each_comes_after_what_it_needs() -> None:
    found = definitions(
        KLUSTERLET,
        manifest("Deployment"),
        manifest("CustomResourceDefinition"),
        manifest("Namespace"),
        manifest("Role"),
    )
    assert [one["kind"] for one in found.manifests] == [
        "Namespace",
        "CustomResourceDefinition",
        "Deployment",
        "Role",
        "Klusterlet",
    ]
    assert found.agent_namespace == "agents"


@pytest.mark.parametrize(
    ("manifests", "words"),
    [
        ([], "there are 0 Klusterlets"),
        ([KLUSTERLET, KLUSTERLET], "there are 2 Klusterlets"),
        ([KLUSTERLET, {"kind": "Role", "metadata": {"name": "a"}}], "has no apiVersion, no kind or no metadata.name"),
        ([KLUSTERLET, {"apiVersion": "v1", "kind": "Role"}], "has no apiVersion, no kind or no metadata.name"),
    ],
)
def test_what_is_no_klusterlet(manifests: list[Any], words: str) -> None:
    with pytest.raises(DiagnosisError, match=words):
        definitions(*manifests)


@pytest.mark.parametrize("name", ["a", "facility-east", "0", "a" * 63])
def test_names(name: str) -> None:
    reject_names([name])


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a-", "a.b", "a" * 64, "a\n", "ä"])
def test_names_that_cant_be(name: str) -> None:
    with pytest.raises(DiagnosisError, match="it can't be called so"):
        reject_names([name])


RESOURCE = {"group": "apps", "version": "v1", "resource": "deployments", "namespace": "n", "name": "d"}


@pytest.mark.parametrize(
    ("option", "stays"),
    [
        (None, False),
        ({"propagationPolicy": "Foreground"}, False),
        ({"propagationPolicy": "Orphan"}, True),
        (
            {
                "propagationPolicy": "SelectivelyOrphan",
                "selectivelyOrphans": {
                    "orphaningRules": [{"group": "apps", "resource": "deployments", "namespace": "n", "name": "d"}]
                },
            },
            True,
        ),
        (
            {
                "propagationPolicy": "SelectivelyOrphan",
                "selectivelyOrphans": {
                    "orphaningRules": [{"group": "", "resource": "services", "namespace": "n", "name": "d"}]
                },
            },
            False,
        ),
    ],
)
def test_what_stays_of_a_work(option: Any, stays: bool) -> None:
    applied = {"status": {"appliedResources": [RESOURCE]}}
    ((kind, namespace, name, left),) = applied_resources(applied, {"spec": {"deleteOption": option}})
    assert (kind.path(namespace, name), left) == ("/apis/apps/v1/namespaces/n/deployments/d", stays)


def test_a_work_that_the_hub_has_lost_leaves_nothing() -> None:
    assert [entry[-1] for entry in applied_resources({"status": {"appliedResources": [RESOURCE]}}, None)] == [False]
