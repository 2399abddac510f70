# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python libraries of the Kubernetes modules, imported once, so that a missing one becomes a hint and not a traceback."""

from __future__ import annotations

import traceback

IMPORT_ERRORS: dict[str, str | None] = {"kubernetes": None}

try:
    from kubernetes.client import ApiClient, Configuration
    from kubernetes.client.exceptions import ApiException
    from kubernetes.config import (
        ConfigException,
        list_kube_config_contexts,
        load_incluster_config,
        load_kube_config,
    )
    from kubernetes.dynamic import DynamicClient
    from urllib3.exceptions import HTTPError
    from yaml import YAMLError

    # What loading a file that is no kubeconfig may raise: the library looks into it without checking its shape first.
    UNUSABLE_KUBECONFIG = (ConfigException, YAMLError, OSError, TypeError, ValueError)
except ImportError:
    IMPORT_ERRORS["kubernetes"] = traceback.format_exc()

__all__ = [
    "IMPORT_ERRORS",
    "UNUSABLE_KUBECONFIG",
    "ApiClient",
    "ApiException",
    "Configuration",
    "DynamicClient",
    "HTTPError",
    "list_kube_config_contexts",
    "load_incluster_config",
    "load_kube_config",
]
