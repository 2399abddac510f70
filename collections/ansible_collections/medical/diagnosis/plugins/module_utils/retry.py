# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repeat a call while its fault is transient, with backoff and jitter, up to a time limit."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Callable, TypeVar

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

T = TypeVar("T")


@dataclass(frozen=True)
class Backoff:
    """How to wait between attempts; all in seconds.

    :param limit: no attempt starts later than this after the first one; 0 means a single attempt.
    :param first: the longest wait before the second attempt; it doubles with each further one.
    :param longest: what the doubling stops at.
    """

    limit: float
    first: float = 0.25
    longest: float = 5.0

    def wait_before(self, attempt: int) -> float:
        """Seconds before attempt number ``attempt`` (the first retry is 1), between half and all of the doubled wait.

        The jitter keeps many hosts of one play from knocking in step at a server that is just coming up.
        """
        # 2**16 times the first wait is beyond every sensible longest: the cap keeps the power from overflowing.
        ceiling = min(self.longest, self.first * 2.0 ** min(attempt - 1, 16))
        return random.uniform(ceiling / 2, ceiling)


def retry(
    call: Callable[[], T],
    backoff: Backoff,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What ``call`` returns, repeating it while it raises a transient :class:`DiagnosisError`.

    Any other error passes at once; the transient one passes when ``backoff.limit`` leaves no time for another attempt.
    Only hand in calls that may be repeated: reads, and writes that lead to the same state when done twice.
    """
    deadline = clock() + backoff.limit
    attempt = 0
    while True:
        attempt += 1
        try:
            return call()
        except DiagnosisError as error:
            wait = backoff.wait_before(attempt)
            if not error.transient or clock() + wait > deadline:
                raise
            sleep(wait)
