# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of Open Cluster Management, and those of Kubernetes that it works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind

OCM = "Open Cluster Management"
KUBERNETES = "Kubernetes"

MANAGED_CLUSTER = Kind("cluster.open-cluster-management.io", "v1", "ManagedCluster", "managedclusters", OCM)
CLUSTER_SET = Kind("cluster.open-cluster-management.io", "v1beta2", "ManagedClusterSet", "managedclustersets", OCM)
CLUSTER_CLAIM = Kind("cluster.open-cluster-management.io", "v1alpha1", "ClusterClaim", "clusterclaims", OCM)
ADDON = Kind("addon.open-cluster-management.io", "v1alpha1", "ManagedClusterAddOn", "managedclusteraddons", OCM)
WORK = Kind("work.open-cluster-management.io", "v1", "ManifestWork", "manifestworks", OCM)
APPLIED_WORK = Kind("work.open-cluster-management.io", "v1", "AppliedManifestWork", "appliedmanifestworks", OCM)
KLUSTERLET = Kind("operator.open-cluster-management.io", "v1", "Klusterlet", "klusterlets", OCM)

# Theirs is the provider that a person has to install for their namespace to be there.
LEASE = Kind("coordination.k8s.io", "v1", "Lease", "leases", OCM)
SERVICE_ACCOUNT = Kind("", "v1", "ServiceAccount", "serviceaccounts", OCM)

CERTIFICATE_REQUEST = Kind(
    "certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", KUBERNETES
)
CRD = Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", KUBERNETES)
CONFIG_MAP = Kind("", "v1", "ConfigMap", "configmaps", KUBERNETES)
DEPLOYMENT = Kind("apps", "v1", "Deployment", "deployments", KUBERNETES)
NAMESPACE = Kind("", "v1", "Namespace", "namespaces", KUBERNETES)
SECRET = Kind("", "v1", "Secret", "secrets", KUBERNETES)
CLUSTER_ROLE = Kind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", KUBERNETES)
CLUSTER_ROLE_BINDING = Kind("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", KUBERNETES)

# What the klusterlet's chart is made of; of others the API server is asked.
CHARTED = {
    (kind.api_version, kind.name): kind
    for kind in (
        CLUSTER_ROLE,
        CLUSTER_ROLE_BINDING,
        CRD,
        DEPLOYMENT,
        KLUSTERLET,
        NAMESPACE,
        SECRET,
        SERVICE_ACCOUNT,
    )
}

# Labels that Open Cluster Management puts on what belongs to a managed cluster; the last one is ACM's, for namespaces.
CLUSTER_NAME_LABEL = "open-cluster-management.io/cluster-name"
CLUSTER_SET_LABEL = "cluster.open-cluster-management.io/clusterset"
MANAGED_CLUSTER_LABEL = "cluster.open-cluster-management.io/managedCluster"


def is_cluster_namespace(namespace: Mapping[str, Any]) -> bool:
    """Whether a namespace of the hub is that of the managed cluster of its name, not somebody else's."""
    metadata = namespace["metadata"]
    labels = metadata.get("labels") or {}
    return metadata["name"] in (labels.get(CLUSTER_NAME_LABEL), labels.get(MANAGED_CLUSTER_LABEL))
