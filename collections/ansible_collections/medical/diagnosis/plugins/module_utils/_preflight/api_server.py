# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What preflight asks an API server; it only reads, reviews included, which ask and leave nothing behind."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import POD, Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.hub_kubeconfig import agent_of, authorities
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.permissions import EVERYTHING, Permission
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Agent, Hub
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Object = dict[str, Any]

OCM = "Open Cluster Management"
VERSION = Kind("", "v1", "version", "version", "Kubernetes")
API_GROUP = Kind("", "v1", "APIGroup", "apis", "Kubernetes")
NAMESPACE = Kind("", "v1", "Namespace", "namespaces", "Kubernetes")
NODE = Kind("", "v1", "Node", "nodes", "Kubernetes")
STORAGE_CLASS = Kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", "Kubernetes")
CONFIG_MAP = Kind("", "v1", "ConfigMap", "configmaps", "Kubernetes")
SECRET = Kind("", "v1", "Secret", "secrets", "Kubernetes")
ACCESS_REVIEW = Kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "Kubernetes")
USER_REVIEW = Kind("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", "Kubernetes")
KLUSTERLET = Kind("operator.open-cluster-management.io", "v1", "Klusterlet", "klusterlets", OCM)
MANAGED_CLUSTER = Kind("cluster.open-cluster-management.io", "v1", "ManagedCluster", "managedclusters", OCM)

SYSTEM_NAMESPACE = "kube-system"
# Kubernetes puts it into every namespace.
AUTHORITIES = "kube-root-ca.crt"
AGENT_NAMESPACE = "open-cluster-management-agent"
# The agent's own way to the hub, and the one it is given for its first contact.
HUB_SECRETS = ("hub-kubeconfig-secret", "bootstrap-hub-kubeconfig")


class ApiServer(KubernetesClient):
    """An API server as preflight looks at it."""

    def version(self) -> str:
        """Its version, such as ``v1.34.4``."""
        return str(self._call(VERSION, "the version", "GET", "/version")["gitVersion"])

    def groups(self) -> frozenset[str]:
        """The API groups that it serves, those of custom resources and aggregated APIs included."""
        found = self._call(API_GROUP, "the API groups", "GET", "/apis")
        return frozenset(group["name"] for group in found["groups"])

    def identity(self) -> str:
        """The UID by which the cluster can be told from every other."""
        found = self._call(NAMESPACE, f"Namespace '{SYSTEM_NAMESPACE}'", "GET", NAMESPACE.path(None, SYSTEM_NAMESPACE))
        return str(found["metadata"]["uid"])

    def storage_classes(self) -> Iterator[Object]:
        """Its storage classes."""
        return self.list(STORAGE_CLASS)

    def nodes(self) -> Iterator[Object]:
        """Its nodes."""
        return self.list(NODE)

    def pods(self) -> Iterator[Object]:
        """The pods of all namespaces."""
        return self.list(POD)

    def missing(self, wanted: Sequence[Permission]) -> list[Permission]:
        """Those of the permissions that the user of this connection lacks."""
        if self._allows(EVERYTHING):
            return []
        return [permission for permission in wanted if permission == EVERYTHING or not self._allows(permission)]

    def user(self) -> str:
        """The user of this connection as the API server knows it; empty where it can't tell (before Kubernetes 1.28)."""
        try:
            review = self._review(USER_REVIEW, {"apiVersion": USER_REVIEW.api_version, "kind": USER_REVIEW.name})
        except DiagnosisError:
            return ""
        return str((review["status"].get("userInfo") or {}).get("username", ""))

    def agent(self) -> Agent | None:
        """The cluster's klusterlet, and which hub it belongs to; None where it has none."""
        try:
            klusterlet = next(self.list(KLUSTERLET), None)
        except KindNotServedError:
            return None
        if klusterlet is None:
            return None
        spec = klusterlet.get("spec") or {}
        name = spec.get("clusterName") or ""
        for secret in HUB_SECRETS:
            found = self.get(SECRET, spec.get("namespace") or AGENT_NAMESPACE, secret)
            agent = agent_of(name, _decoded((found or {}).get("data") or {}, "kubeconfig"))
            if agent.hub_server:
                return agent
        return Agent(name)

    def hub(self, server: str) -> Hub:
        """What the cluster knows as a hub; one that has no Open Cluster Management yet knows nobody.

        :param server: its address.
        """
        found = self.get(CONFIG_MAP, SYSTEM_NAMESPACE, AUTHORITIES) or {}
        trusted = authorities((found.get("data") or {}).get("ca.crt", ""))
        try:
            joined = {one["metadata"]["name"]: _has_joined(one) for one in self.list(MANAGED_CLUSTER)}
        except KindNotServedError:
            joined = {}
        return Hub(server, trusted, joined)

    def _allows(self, permission: Permission) -> bool:
        return bool(self._review(ACCESS_REVIEW, permission.review())["status"]["allowed"])

    def _review(self, kind: Kind, body: Mapping[str, Any]) -> Object:
        return self._call(kind, f"{kind.name}", "POST", kind.path(), body=dict(body))


def _has_joined(managed_cluster: Mapping[str, Any]) -> bool:
    conditions = (managed_cluster.get("status") or {}).get("conditions") or []
    return any(one["type"] == "ManagedClusterJoined" and one["status"] == "True" for one in conditions)


def _decoded(data: Mapping[str, str], key: str) -> str:
    """One value of a Secret; empty where it isn't there."""
    try:
        return base64.b64decode(data.get(key, "")).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
