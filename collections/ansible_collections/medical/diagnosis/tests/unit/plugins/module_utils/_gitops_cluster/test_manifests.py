# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import decoded
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import Registration

CLUSTER = {
    "name": "east",
    "server": "https://east:6443",
    "labels": None,
    "project": None,
    "validity": "24h",
    "namespaces": None,
    "cluster_role": "cluster-admin",
}


def registration(service: str = "gitops-token-sync", **options: Any) -> Registration:
    return Registration({**CLUSTER, **options}, "argocd", "argocd-manager", service)


def data_of(secret: dict[str, Any]) -> dict[str, str]:
    return {key: decoded(value) for key, value in secret["data"].items()}


def test_a_whole_cluster() -> None:
    secret = registration(labels={"wave": 1}).secret("{}")
    assert data_of(secret) == {"name": "east", "server": "https://east:6443", "config": "{}"}
    assert secret["metadata"]["labels"] == {"wave": "1", "argocd.argoproj.io/secret-type": "cluster"}
    assert secret["metadata"]["annotations"] == {"medical.diagnosis/managed-service-account": "east/argocd-manager"}
    (binding,) = registration().rights("addons")["spec"]["workload"]["manifests"]
    assert binding["kind"] == "ClusterRoleBinding"
    assert binding["roleRef"]["name"] == "cluster-admin"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "argocd-manager", "namespace": "addons"}]


def test_some_namespaces() -> None:
    narrow = registration(namespaces=["a", "b"], project="p", cluster_role="admin")
    data = data_of(narrow.secret("{}"))
    assert (data["namespaces"], data["clusterResources"], data["project"]) == ("a,b", "false", "p")
    bindings = narrow.rights("addons")["spec"]["workload"]["manifests"]
    assert [(binding["kind"], binding["metadata"]["namespace"]) for binding in bindings] == [
        ("RoleBinding", "a"),
        ("RoleBinding", "b"),
    ]


def test_a_label_of_the_user_does_not_make_it_something_else() -> None:
    secret = registration(labels={"argocd.argoproj.io/secret-type": "repository"}).secret("{}")
    assert secret["metadata"]["labels"] == {"argocd.argoproj.io/secret-type": "cluster"}


def test_another_role_is_another_binding() -> None:
    names = {
        registration(cluster_role=role).rights("addons")["spec"]["workload"]["manifests"][0]["metadata"]["name"]
        for role in ("admin", "edit")
    }
    assert len(names) == 2


def test_the_service_may_write_this_one_secret() -> None:
    role, binding = registration().access()
    assert role["rules"] == [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["cluster-east"], "verbs": ["get", "patch"]}
    ]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "gitops-token-sync", "namespace": "argocd"}]
    assert registration(service="").access() == []


@pytest.mark.parametrize("validity", ["24h", "90m"])
def test_the_account(validity: str) -> None:
    account = registration(validity=validity).service_account()
    assert account["metadata"] == {"name": "argocd-manager", "namespace": "east"}
    assert account["spec"]["rotation"]["validity"] == validity
