# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument spec of one cluster of the fleet; its documentation is in the module fleet_preflight."""

from __future__ import annotations

from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS

Spec = dict[str, Any]

_STRINGS: Spec = {"type": "list", "elements": "str"}

PERMISSION: Spec = {
    "verbs": {**_STRINGS, "required": True},
    "group": {"type": "str", "default": ""},
    "resources": {**_STRINGS, "required": True},
    "namespace": {"type": "str"},
}
ENDPOINT: Spec = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "required": {"type": "bool", "default": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_cert": {"type": "path"},
}
CLUSTER: Spec = {
    # how long to wait is the same for all of a task
    **{name: spec for name, spec in CONNECTION_ARGUMENTS.items() if name not in ("timeout", "retry_timeout")},
    "name": {"type": "str", "required": True},
    "role": {"type": "str", "choices": ["hub", "facility"], "default": "facility"},
    "problem": {"type": "str"},
    "kubernetes_version": {"type": "dict", "options": {"minimum": {"type": "str"}, "maximum": {"type": "str"}}},
    "permissions": {"type": "list", "elements": "dict", "options": PERMISSION},
    "api_groups": _STRINGS,
    "storage_class": {"type": "str"},
    "capacity": {
        "type": "dict",
        "options": {"cpu": {"type": "str"}, "memory": {"type": "str"}, "pods": {"type": "str"}},
    },
    "own_namespaces": _STRINGS,
    "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT},
}
