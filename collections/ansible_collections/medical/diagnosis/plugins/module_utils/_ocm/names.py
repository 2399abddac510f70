# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a managed cluster may be called, and how errors call it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import MANAGED_CLUSTER
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

# A DNS label (RFC 1123): the hub makes a namespace of this name.
_FORM = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def label_of(name: str) -> str:
    """The managed cluster as errors call it."""
    return MANAGED_CLUSTER.label(None, name)


def reject_names(names: Sequence[str]) -> None:
    """Refuse names that can't be used, and those that are listed twice.

    :raises DiagnosisError: for the first of them.
    """
    for name, times in Counter(names).items():
        if _FORM.fullmatch(name) is None:
            raise DiagnosisError(
                label_of(name),
                "it can't be called so",
                "Take lower case letters, digits and hyphens (not at the ends), at most 63 of them (a DNS-1123 label).",
            )
        if times > 1:
            raise DiagnosisError(label_of(name), f"it is listed {times} times", "Leave one entry of it in the task.")
