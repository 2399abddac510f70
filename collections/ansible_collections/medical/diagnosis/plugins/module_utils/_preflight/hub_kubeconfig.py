# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hub a klusterlet's kubeconfig leads to. Its token or key isn't looked at."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Agent

# The package kubernetes brings it; where that is missing, the module says so before anything of this runs.
with suppress(ImportError):
    import yaml

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


def agent_of(cluster_name: str, kubeconfig: str) -> Agent:
    """The agent that has this kubeconfig; one without a hub where the file doesn't lead to any."""
    try:
        cluster = _current_cluster(yaml.safe_load(kubeconfig))
        server = str(cluster["server"])
        bundle = base64.b64decode(cluster.get("certificate-authority-data") or "").decode()
    except (LookupError, TypeError, ValueError, AttributeError, binascii.Error, yaml.YAMLError):
        return Agent(cluster_name)
    return Agent(cluster_name, server, authorities(bundle))


def authorities(bundle: str) -> frozenset[str]:
    """The certificates in a PEM file, written so that the same ones are equal."""
    return frozenset("".join(body.split()) for body in _PEM.findall(bundle))


def _current_cluster(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The cluster of a kubeconfig's current context, or its only one."""
    contexts = {one["name"]: one["context"]["cluster"] for one in content.get("contexts") or []}
    clusters: dict[str, Mapping[str, Any]] = {one["name"]: one["cluster"] for one in content["clusters"]}
    wanted = contexts.get(content.get("current-context", ""))
    return clusters[wanted] if wanted in clusters else next(iter(clusters.values()), {})
