"""Up to where a partition is settled."""

from __future__ import annotations

from collections import deque


class SettledOffsets:
    """Offsets handed out in rising order and settled in any: only what has nothing open before it may be committed.

    Offsets may have gaps (compaction, transactions).
    """

    def __init__(self) -> None:
        self._open: deque[int] = deque()
        self._settled: set[int] = set()
        self.position: int | None = None
        """The offset to commit: one after the last of the settled ones without a gap; None until there is one."""

    def __len__(self) -> int:
        """How many offsets have been handed out that can't be committed yet."""
        return len(self._open)

    def hand_out(self, offset: int) -> None:
        """``offset`` is going to be delivered; it is higher than those before."""
        self._open.append(offset)

    def settle(self, offset: int) -> None:
        """``offset`` needs no more delivery."""
        self._settled.add(offset)
        while self._open and self._open[0] in self._settled:
            first = self._open.popleft()
            self._settled.remove(first)
            self.position = first + 1
