# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument spec of one OLM subscription; its documentation is in the module operator_subscription."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]

OPERATOR_GROUP_OPTIONS: Spec = {
    "name": {"type": "str", "required": True},
    "target_namespaces": {"type": "list", "elements": "str"},
}
SUBSCRIPTION_OPTIONS: Spec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "namespace_labels": {"type": "dict"},
    "package": {"type": "str"},
    "channel": {"type": "str"},
    "source": {"type": "str", "default": "redhat-operators"},
    "source_namespace": {"type": "str", "default": "openshift-marketplace"},
    "starting_csv": {"type": "str"},
    "install_plan_approval": {"type": "str", "choices": ["Automatic", "Manual"], "default": "Automatic"},
    "config": {"type": "dict"},
    "operator_group": {"type": "dict", "options": OPERATOR_GROUP_OPTIONS},
    "approve": {"type": "bool", "default": False},
}
