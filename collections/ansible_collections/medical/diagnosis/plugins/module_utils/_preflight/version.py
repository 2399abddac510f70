# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cluster's Kubernetes is neither too old nor newer than what was tried."""

from __future__ import annotations

import re

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

CHECK = "version"
_FORM = re.compile(r"v?(\d+)\.(\d+)")


def parse_version(text: str) -> tuple[int, int]:
    """Major and minor version: all that Kubernetes' promises of compatibility go by.

    :raises DiagnosisError: where it is no version.
    """
    match = _FORM.match(text)
    if match is None:
        raise DiagnosisError(f"Kubernetes version '{text}'", "it is none", "Write it as 1.31.")
    return int(match[1]), int(match[2])


def judge_version(found: str, minimum: str | None, maximum: str | None) -> Verdict:
    """The verdict about the version that the API server tells."""
    version = parse_version(found)
    expected = _range(minimum, maximum)
    if minimum and version < parse_version(minimum):
        return Verdict(CHECK, ERROR, found, expected, f"Upgrade the cluster to Kubernetes {minimum} or newer.")
    if maximum and version > parse_version(maximum):
        return Verdict(
            CHECK, WARNING, found, expected, "It is newer than what was tested: try it on one facility first."
        )
    return Verdict(CHECK, OK, found, expected)


def _range(minimum: str | None, maximum: str | None) -> str:
    if minimum and maximum:
        return f"{minimum} to {maximum}"
    if minimum:
        return f"at least {minimum}"
    return f"at most {maximum}" if maximum else ""
