# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ManagedCluster as the hub has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import condition_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import CLUSTER_SET_LABEL

Object = Mapping[str, Any]

ACCEPTED = "HubAcceptedManagedCluster"
JOINED = "ManagedClusterJoined"
AVAILABLE = "ManagedClusterConditionAvailable"

# The UID of the managed cluster's namespace kube-system, which no two clusters share and none ever changes.
IDENTITY_ANNOTATION = "medical.diagnosis/cluster-uid"
KUBERNETES_ID_CLAIM = "id.k8s.io"
OPENSHIFT_ID_CLAIM = "id.openshift.io"


class ManagedCluster:
    """Reads the object's fields; nothing is asked of the hub."""

    def __init__(self, found: Object) -> None:
        self._found = found
        self._metadata: Object = found["metadata"]
        self._status: Object = found.get("status") or {}

    @property
    def name(self) -> str:
        """Its name."""
        name: str = self._metadata["name"]
        return name

    @property
    def uid(self) -> str:
        """The object's identity on the hub."""
        uid: str = self._metadata.get("uid", "")
        return uid

    @property
    def labels(self) -> dict[str, str]:
        """All its labels."""
        return dict(self._metadata.get("labels") or {})

    @property
    def cluster_set(self) -> str:
        """The ManagedClusterSet that it is in; empty for none."""
        return self.labels.get(CLUSTER_SET_LABEL, "")

    @property
    def is_being_deleted(self) -> bool:
        """Whether somebody has asked for its deletion."""
        return "deletionTimestamp" in self._metadata

    @property
    def has_joined(self) -> bool:
        """Whether an agent has ever joined under this name."""
        return self.holds(JOINED)

    @property
    def is_available(self) -> bool:
        """Whether its agent has said lately that its API server is well."""
        return self.holds(AVAILABLE)

    @property
    def cluster_uid(self) -> str:
        """The identity of the cluster that it stands for; empty where nobody has written it down.

        ACM's agent claims it, too, but on OpenShift the claim of that name is another number.
        """
        claims = self.claims
        return self.written_uid or ("" if OPENSHIFT_ID_CLAIM in claims else claims.get(KUBERNETES_ID_CLAIM, ""))

    @property
    def written_uid(self) -> str:
        """That identity as this collection has written it down; empty where it hasn't."""
        written: str = (self._metadata.get("annotations") or {}).get(IDENTITY_ANNOTATION, "")
        return written

    @property
    def claims(self) -> dict[str, str]:
        """What the agent claims of its cluster, by name."""
        return {claim["name"]: claim["value"] for claim in self._status.get("clusterClaims") or []}

    @property
    def version(self) -> str:
        """Its Kubernetes version; empty before it has joined."""
        version: str = (self._status.get("version") or {}).get("kubernetes", "")
        return version

    def holds(self, name: str) -> bool:
        """Whether the condition ``name`` is True."""
        return (condition_of(self._found, name) or {}).get("status") == "True"

    def as_result(self) -> dict[str, Any]:
        """What the modules return about it."""
        return {
            "labels": self.labels,
            "cluster_set": self.cluster_set,
            "cluster_uid": self.cluster_uid,
            "version": self.version,
            "accepted": self.holds(ACCEPTED),
            "joined": self.has_joined,
            "available": self.is_available,
            "conditions": [
                {
                    "type": entry["type"],
                    "status": entry["status"],
                    "reason": entry.get("reason", ""),
                    "message": entry.get("message", ""),
                    "since": entry.get("lastTransitionTime", ""),
                }
                for entry in self._status.get("conditions") or []
            ],
        }
