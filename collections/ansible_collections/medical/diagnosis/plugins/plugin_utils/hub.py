# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a hub's managed clusters. It imports the kubernetes library, which takes longer than all the rest of an inventory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import MANAGED_CLUSTER
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.plugin_utils.managed_clusters import Variables, variables_of


def read_clusters(connection: Mapping[str, Any], label_selector: str | None) -> list[Variables]:
    """The variables of each managed cluster of a hub, ordered by name.

    :param connection: see :mod:`_kubernetes.arguments`.
    :raises DiagnosisError: where the hub can't be asked, or isn't one.
    """
    if libraries.IMPORT_ERRORS["kubernetes"] is not None:
        raise DiagnosisError(
            "Python library kubernetes", "it isn't installed where Ansible runs", "Install it: pip install kubernetes."
        )
    clusters = connect(connection).list(MANAGED_CLUSTER, label_selector=label_selector)
    return [variables_of(cluster) for cluster in clusters]
