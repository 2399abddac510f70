# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many calls that wait for servers, side by side, each with its result or none by the end of the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Callable, Generic, TypeVar

T = TypeVar("T")


class Answers(Generic[T]):
    """What each call returned, in order; None for those that are still at it."""

    def __init__(self, calls: Sequence[Callable[[], T]]) -> None:
        self.results: list[T | None] = [None] * len(calls)
        self._calls = calls
        self._waiting: SimpleQueue[int] = SimpleQueue()
        for index in range(len(calls)):
            self._waiting.put(index)
        self._faults: list[Exception] = []

    def collect(self, workers: int, limit: float) -> list[T | None]:
        """Run the calls and return when all are done or ``limit`` seconds are over.

        A fault that a call raises is raised here: calls that may fail turn that into a result themselves.
        """
        deadline = time.monotonic() + limit
        # Daemons: one that hangs in a name server's silence must not keep the module from ending.
        threads = [threading.Thread(target=self._work, daemon=True) for call in self._calls[:workers]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if self._faults:
            raise self._faults[0]
        return list(self.results)

    def _work(self) -> None:
        while True:
            try:
                index = self._waiting.get_nowait()
            except Empty:
                return
            try:
                self.results[index] = self._calls[index]()
            except Exception as fault:  # noqa: BLE001 - raised again by the thread that asked
                self._faults.append(fault)
                return
