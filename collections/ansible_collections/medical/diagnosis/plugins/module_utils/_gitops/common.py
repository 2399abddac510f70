# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services for applications that are to be there and for those that are to go have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import REFRESH_ANNOTATION
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Options = Mapping[str, Any]
Found = Mapping[str, Any]

# A request to look at an application again is no part of what is wanted of it.
VOLATILE_ANNOTATIONS = frozenset({REFRESH_ANNOTATION})


def label_of(options: Options) -> str:
    """The application as errors call it."""
    return APPLICATION.label(options["namespace"], options["name"])


def reject_duplicates(applications: Sequence[Options]) -> None:
    """Two entries for one application would undo each other on every run.

    :raises DiagnosisError: where an application is listed more than once.
    """
    for label, times in Counter(label_of(options) for options in applications).items():
        if times > 1:
            raise DiagnosisError(label, f"it is listed {times} times", "Leave one entry of it in the task.")
