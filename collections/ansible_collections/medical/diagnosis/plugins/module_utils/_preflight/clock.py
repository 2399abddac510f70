# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a server's clock is in step with this machine's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict

CHECK = "clock"
# What a Date header leaves out.
FRACTION = 1.0


@dataclass(frozen=True)
class TimeSignal:
    """A ``Date`` header, and this machine's clock (seconds of the epoch) right before the request and after the answer."""

    date: str
    before: float
    after: float

    @property
    def skew(self) -> float | None:
        """Seconds by which the server is ahead for certain (negative: behind); None where it told no time.

        A slow answer or the second that the header is cut down to is no skew.
        """
        moment = _moment(self.date)
        if moment is None:
            return None
        second = moment.timestamp()
        if second > self.after:
            return second - self.after
        return min(0.0, second + FRACTION - self.before)


def judge_clock(signal: TimeSignal, limit: float) -> Verdict:
    """The verdict about a clock that may be off by ``limit`` seconds."""
    expected = f"within {limit:g} s"
    skew = signal.skew
    if skew is None:
        return Verdict(CHECK, WARNING, "the server tells no time", expected, "Compare the clocks by hand.")
    found = "in step" if skew == 0 else f"{abs(skew):.1f} s {'ahead' if skew > 0 else 'behind'}"
    if abs(skew) <= limit:
        return Verdict(CHECK, OK, found, expected)
    cure = "Let this machine and the cluster's nodes take the time from the same servers: new certificates and tokens look too early or too late."
    return Verdict(CHECK, ERROR, found, expected, cure)


def _moment(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
