# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check found about a cluster, told to people: what is there, what is wanted, what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass

OK = "ok"
WARNING = "warning"
ERROR = "error"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check, before it is known of which cluster.

    :param level: ``ok``; ``warning`` for what works but wants a look; ``error`` for what would fail later.
    :param found: what is there, in a few words.
    :param expected: what is wanted.
    :param cure: what to do about it; empty where nothing has to be done.
    """

    check: str
    level: str
    found: str
    expected: str = ""
    cure: str = ""


@dataclass(frozen=True)
class Finding:
    """A verdict about a cluster."""

    cluster: str
    verdict: Verdict

    def as_item(self) -> dict[str, str]:
        """What the module returns about it."""
        return {"cluster": self.cluster, **asdict(self.verdict)}
