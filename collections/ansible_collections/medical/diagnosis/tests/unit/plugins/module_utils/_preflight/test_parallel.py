# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.parallel import Answers


def test_answers_come_in_order_and_side_by_side() -> None:
    barrier = threading.Barrier(3, timeout=5)

    def call(number: int) -> int:
        barrier.wait()
        return number

    assert Answers([lambda number=number: call(number) for number in range(3)]).collect(3, 10) == [0, 1, 2]


def test_more_calls_than_workers() -> None:
    assert Answers([lambda number=number: number for number in range(50)]).collect(2, 10) == list(range(50))


def test_one_that_hangs_has_no_answer() -> None:
    release = threading.Event()
    started = time.monotonic()
    results = Answers([lambda: 1, lambda: release.wait(30) and 2]).collect(2, 0.2)
    assert results == [1, None]
    assert time.monotonic() - started < 5
    release.set()


def test_a_fault_of_ours_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        Answers([lambda: 1 // 0]).collect(1, 10)
