# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Have Argo CD look at an application now, rather than at its next poll in some minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import (
    REFRESH_ANNOTATION,
    Application,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION


def look_again(client: KubernetesClient, found: Mapping[str, Any], *, hard: bool = False) -> None:
    """Have Argo CD compare the application now, and give up on retries of a sync that nobody wants any more.

    :param hard: whether to drop the manifests that Argo CD has in its cache.
    """
    patch: dict[str, Any] = {"metadata": {"annotations": {REFRESH_ANNOTATION: "hard" if hard else "normal"}}}
    if Application(found).retries_what_is_obsolete:
        patch["status"] = {"operationState": {"phase": "Terminating"}}
    metadata = found["metadata"]
    client.merge_patch(APPLICATION, metadata["namespace"], metadata["name"], patch)
