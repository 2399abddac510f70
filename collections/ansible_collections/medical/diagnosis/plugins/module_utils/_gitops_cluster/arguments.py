# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument spec of clusters to register with Argo CD; its documentation is in the module gitops_cluster."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]

DEFAULT_NAMESPACE = "argocd"
DEFAULT_ACCOUNT = "argocd-manager"

CLUSTER: Spec = {
    "name": {"type": "str", "required": True},
    "server": {"type": "str"},
    "labels": {"type": "dict"},
    "project": {"type": "str"},
    "validity": {"type": "str", "default": "24h"},
    "namespaces": {"type": "list", "elements": "str"},
    "cluster_role": {"type": "str", "default": "cluster-admin"},
}
HUB: Spec = {
    "namespace": {"type": "str", "default": DEFAULT_NAMESPACE},
    "account": {"type": "str", "default": DEFAULT_ACCOUNT},
    # the name of an account, no token
    "token_sync": {"type": "str", "default": "gitops-token-sync", "no_log": False},
}
