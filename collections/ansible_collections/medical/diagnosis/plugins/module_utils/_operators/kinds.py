# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of Operator Lifecycle Manager, and the namespace that its objects need."""

from __future__ import annotations

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind

PROVIDER = "Operator Lifecycle Manager"

NAMESPACE = Kind("", "v1", "Namespace", "namespaces", "Kubernetes")
SUBSCRIPTION = Kind("operators.coreos.com", "v1alpha1", "Subscription", "subscriptions", PROVIDER)
CLUSTER_SERVICE_VERSION = Kind(
    "operators.coreos.com", "v1alpha1", "ClusterServiceVersion", "clusterserviceversions", PROVIDER
)
INSTALL_PLAN = Kind("operators.coreos.com", "v1alpha1", "InstallPlan", "installplans", PROVIDER)
CATALOG_SOURCE = Kind("operators.coreos.com", "v1alpha1", "CatalogSource", "catalogsources", PROVIDER)
OPERATOR_GROUP = Kind("operators.coreos.com", "v1", "OperatorGroup", "operatorgroups", PROVIDER)
PACKAGE_MANIFEST = Kind("packages.operators.coreos.com", "v1", "PackageManifest", "packagemanifests", PROVIDER)
