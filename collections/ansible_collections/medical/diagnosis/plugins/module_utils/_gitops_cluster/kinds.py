# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that registering a cluster with Argo CD has to do with."""

from __future__ import annotations

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind

OCM = "Open Cluster Management"
ADDON_PROVIDER = "the add-on managed-serviceaccount of Open Cluster Management"

MANAGED_CLUSTER = Kind("cluster.open-cluster-management.io", "v1", "ManagedCluster", "managedclusters", OCM)
MANAGED_ADDON = Kind("addon.open-cluster-management.io", "v1alpha1", "ManagedClusterAddOn", "managedclusteraddons", OCM)
MANIFEST_WORK = Kind("work.open-cluster-management.io", "v1", "ManifestWork", "manifestworks", OCM)
SERVICE_ACCOUNT = Kind(
    "authentication.open-cluster-management.io",
    "v1beta1",
    "ManagedServiceAccount",
    "managedserviceaccounts",
    ADDON_PROVIDER,
)
SECRET = Kind("", "v1", "Secret", "secrets", "Kubernetes")
ROLE = Kind("rbac.authorization.k8s.io", "v1", "Role", "roles", "Kubernetes")
ROLE_BINDING = Kind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "Kubernetes")
