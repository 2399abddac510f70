# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument spec of the managed clusters of a task; its documentation is in the module managed_cluster."""

from __future__ import annotations

from typing import Any

KLUSTERLET = "klusterlet"
AUTO_IMPORT = "auto_import_secret"

DEFAULT_HUB_NAMESPACE = "open-cluster-management"
DEFAULT_BOOTSTRAP_ACCOUNT = "cluster-bootstrap"

# How to reach the managed cluster. No environment variables: those tell how to reach the hub.
IMPORT: dict[str, dict[str, Any]] = {
    "method": {"type": "str", "choices": [KLUSTERLET, AUTO_IMPORT], "default": KLUSTERLET},
    "kubeconfig": {"type": "path"},
    "context": {"type": "str"},
    "host": {"type": "str"},
    "api_key": {"type": "str", "no_log": True},
    "client_cert": {"type": "path"},
    # a file name: masking it would hide the one thing that helps when it can't be read
    "client_key": {"type": "path", "no_log": False},
    "ca_cert": {"type": "path"},
    "validate_certs": {"type": "bool"},
    "server": {"type": "str"},
    "definitions": {"type": "list", "elements": "dict", "default": []},
}
CLUSTER: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "labels": {"type": "dict", "default": {}},
    "annotations": {"type": "dict", "default": {}},
    "cluster_set": {"type": "str"},
    "accepted": {"type": "bool", "default": True},
    "import": {
        "type": "dict",
        "options": IMPORT,
        "required_one_of": [("kubeconfig", "context", "host")],
        "mutually_exclusive": [("kubeconfig", "host"), ("context", "host")],
    },
}
