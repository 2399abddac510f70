# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cluster has the APIs that its platform stands for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, Verdict

CHECK = "API groups"


def judge_groups(found: Collection[str], wanted: Sequence[str]) -> Verdict:
    """The verdict about the API groups that a cluster serves."""
    missing = [group for group in wanted if group not in found]
    expected = ", ".join(wanted)
    if not missing:
        return Verdict(CHECK, OK, "all of them", expected)
    cure = "Check that the inventory's platform is that of the cluster, and that the operators that bring them run."
    return Verdict(CHECK, ERROR, f"missing: {', '.join(missing)}", expected, cure)
