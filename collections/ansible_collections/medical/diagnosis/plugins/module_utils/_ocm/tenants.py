# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a namespace holds that its deletion would destroy."""

from __future__ import annotations

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import POD, Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import DEPLOYMENT

CLAIM = Kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "Kubernetes")
STATEFUL_SET = Kind("apps", "v1", "StatefulSet", "statefulsets", "Kubernetes")
DAEMON_SET = Kind("apps", "v1", "DaemonSet", "daemonsets", "Kubernetes")
JOB = Kind("batch", "v1", "Job", "jobs", "Kubernetes")
KINDS = (CLAIM, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, JOB, POD)


def tenants_of(client: KubernetesClient, namespace: str) -> list[str]:
    """Workloads and volumes in a namespace, as people call them; pods only where no workload stands for them."""
    return [
        kind.label(namespace, each["metadata"]["name"])
        for kind in KINDS
        for each in client.list(kind, namespace)
        if not each["metadata"].get("ownerReferences") and "deletionTimestamp" not in each["metadata"]
    ]
