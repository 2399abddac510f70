# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Approves the certificate request by which a klusterlet asks for its name, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.certificate_request import subject_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import (
    CERTIFICATE_REQUEST,
    CLUSTER_NAME_LABEL,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

SIGNER = "kubernetes.io/kube-apiserver-client"
USAGES = frozenset({"digital signature", "key encipherment", "client auth"})
SUBJECT_PREFIX = "system:open-cluster-management:"
# Every agent may ask for the group of all of them.
COMMON_GROUP = "system:open-cluster-management:managed-clusters"


def objection(request: Mapping[str, Any], name: str, requester: str, agent: str | None) -> str:
    """Why the request must not be approved; empty where nothing speaks against it.

    :param name: the managed cluster.
    :param requester: the user that the klusterlet's bootstrap token stands for.
    :param agent: the agent's id where it is known: only the one that was installed in that cluster gets the name.
    """
    spec = request["spec"]
    if spec["signerName"] != SIGNER:
        return f"its signer is {spec['signerName']}, not {SIGNER}"
    if spec.get("username") != requester:
        return f"{spec.get('username')} has made it, not {requester}"
    if "client auth" not in spec["usages"] or not USAGES.issuperset(spec["usages"]):
        return f"it is for {', '.join(spec['usages'])}, not for client auth alone"
    try:
        subject = subject_of(spec["request"])
    except ValueError as error:
        return str(error)
    group = f"{SUBJECT_PREFIX}{name}"
    if subject.organizations - {COMMON_GROUP} != {group}:
        return f"it asks for the groups {', '.join(sorted(subject.organizations)) or 'none'}, not for {group}"
    user, prefix = subject.common_name, f"{group}:"
    belongs = user.startswith(prefix) and user != prefix and agent in (None, user[len(prefix) :])
    return "" if belongs else f"it asks for the user {user}, not for {group}:{agent or '<agent>'}"


class Approver:
    """Approves requests on the hub.

    :param requester: see :func:`objection`.
    """

    def __init__(self, hub: KubernetesClient, requester: str) -> None:
        self._hub = hub
        self._requester = requester
        self.approved: dict[str, list[str]] = {}
        self.refused: dict[str, str] = {}

    def approve(self, name: str, agent: str | None) -> None:
        """Approve what is pending for the managed cluster ``name``; keep why the rest isn't in :attr:`refused`."""
        objections = []
        for request in self._hub.list(CERTIFICATE_REQUEST, label_selector=f"{CLUSTER_NAME_LABEL}={name}"):
            if (request.get("status") or {}).get("conditions"):
                continue
            problem = objection(request, name, self._requester, agent)
            if problem:
                label = CERTIFICATE_REQUEST.label(None, request["metadata"]["name"])
                objections.append(f"{label} isn't approved: {problem}")
            else:
                self._approve(name, request)
        self.refused[name] = "; ".join(objections)

    def _approve(self, name: str, request: Mapping[str, Any]) -> None:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        verdict = {
            "type": "Approved",
            "status": "True",
            "reason": "ApprovedByManagedClusterModule",
            "message": f"Asked for by the klusterlet that medical.diagnosis has put into {name}",
            "lastUpdateTime": now,
        }
        status = {**(request.get("status") or {}), "conditions": [verdict]}
        try:
            self._hub.replace(CERTIFICATE_REQUEST, {**request, "status": status}, "approval")
        except DiagnosisError as error:
            # the hub's own approver may have been faster
            if error.code != "Conflict":
                raise
            return
        self.approved.setdefault(name, []).append(request["metadata"]["name"])
