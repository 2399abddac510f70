# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of one cluster to the objects on the hub that register it with Argo CD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import encoded
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.kinds import (
    MANIFEST_WORK,
    ROLE,
    ROLE_BINDING,
    SECRET,
    SERVICE_ACCOUNT,
)

Manifest = dict[str, Any]

ACCOUNT_ANNOTATION = "medical.diagnosis/managed-service-account"
TYPE_LABEL = "argocd.argoproj.io/secret-type"
RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class Registration:
    """One cluster and where its objects go.

    :param options: the cluster's options, see :mod:`arguments`.
    :param namespace: Argo CD's namespace.
    :param account: name of the service account that Argo CD acts as.
    :param token_sync: name of the service account, in Argo CD's namespace, that keeps the token; empty for none.
    """

    options: Mapping[str, Any]
    namespace: str
    account: str
    token_sync: str

    @property
    def cluster(self) -> str:
        """Name of the managed cluster, and of its namespace on the hub."""
        return str(self.options["name"])

    @property
    def secret_name(self) -> str:
        """Name of the Argo CD cluster Secret, and of what gives the service access to it."""
        return f"cluster-{self.cluster}"

    @property
    def work_name(self) -> str:
        """Name of the ManifestWork that gives the account its rights."""
        return f"gitops-{self.account}"

    def service_account(self) -> Manifest:
        """The account that the add-on makes in the cluster, and whose token it reports and renews."""
        return {
            "apiVersion": SERVICE_ACCOUNT.api_version,
            "kind": SERVICE_ACCOUNT.name,
            "metadata": {"name": self.account, "namespace": self.cluster},
            "spec": {"rotation": {"enabled": True, "validity": self.options["validity"]}},
        }

    def rights(self, account_namespace: str) -> Manifest:
        """What gives the account its rights in the cluster.

        :param account_namespace: where in the cluster the add-on keeps the account.
        """
        return {
            "apiVersion": MANIFEST_WORK.api_version,
            "kind": MANIFEST_WORK.name,
            "metadata": {"name": self.work_name, "namespace": self.cluster},
            "spec": {"workload": {"manifests": self._bindings(account_namespace)}},
        }

    def secret(self, config: str) -> Manifest:
        """The Secret by which Argo CD knows the cluster."""
        options = self.options
        data = {"name": self.cluster, "server": options["server"], "config": config}
        if options["project"]:
            data["project"] = options["project"]
        if options["namespaces"]:
            data["namespaces"] = ",".join(options["namespaces"])
            data["clusterResources"] = "false"
        labels = {key: str(value) for key, value in (options["labels"] or {}).items()}
        return {
            "apiVersion": SECRET.api_version,
            "kind": SECRET.name,
            "metadata": {
                "name": self.secret_name,
                "namespace": self.namespace,
                "labels": {**labels, TYPE_LABEL: "cluster"},
                "annotations": {ACCOUNT_ANNOTATION: f"{self.cluster}/{self.account}"},
            },
            "type": "Opaque",
            "data": {key: encoded(value) for key, value in data.items()},
        }

    def access(self) -> list[Manifest]:
        """What lets the service write this one Secret; nothing where there is no service."""
        if not self.token_sync:
            return []
        metadata = {"name": self.secret_name, "namespace": self.namespace}
        rule = {
            "apiGroups": [""],
            "resources": ["secrets"],
            "resourceNames": [self.secret_name],
            "verbs": ["get", "patch"],
        }
        return [
            {"apiVersion": ROLE.api_version, "kind": ROLE.name, "metadata": metadata, "rules": [rule]},
            {
                "apiVersion": ROLE_BINDING.api_version,
                "kind": ROLE_BINDING.name,
                "metadata": metadata,
                "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": self.secret_name},
                "subjects": [{"kind": "ServiceAccount", "name": self.token_sync, "namespace": self.namespace}],
            },
        ]

    def _bindings(self, account_namespace: str) -> list[Manifest]:
        """One binding for the cluster, or one in each namespace where Argo CD is to stay within some."""
        common = {
            "apiVersion": f"{RBAC}/v1",
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": self.options["cluster_role"]},
            "subjects": [{"kind": "ServiceAccount", "name": self.account, "namespace": account_namespace}],
        }
        # The role is part of the name since a binding's role can't be changed: another one is another binding.
        name = f"gitops:{self.account}:{self.options['cluster_role']}"
        if not self.options["namespaces"]:
            return [{**common, "kind": "ClusterRoleBinding", "metadata": {"name": name}}]
        return [
            {**common, "kind": "RoleBinding", "metadata": {"name": name, "namespace": namespace}}
            for namespace in self.options["namespaces"]
        ]
