"""The events of one partition while it is ours."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine

from aiokafka import ConsumerRecord

from event_source.delivery import Delivery, End
from event_source.offsets import SettledOffsets

Spawn = Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"]


class Partition:
    """Delivers records of the same key one after the other, those of different keys at the same time."""

    def __init__(self, delivery: Delivery, spawn: Spawn, progress: asyncio.Event) -> None:
        """``spawn`` starts a task, ``progress`` is set whenever there is more to commit."""
        self.offsets = SettledOffsets()
        self.committed: int | None = None
        """What the broker has of ``offsets.position``."""
        self._delivery = delivery
        self._spawn = spawn
        self._progress = progress
        self._lanes: dict[bytes | int, deque[ConsumerRecord]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    def accept(self, record: ConsumerRecord) -> None:
        """Deliver ``record`` in its turn."""
        self.offsets.hand_out(record.offset)
        # Without a key there is no order to keep: such a record has its lane to itself.
        name = record.offset if record.key is None else record.key
        if name in self._lanes:
            self._lanes[name].append(record)
            return
        self._lanes[name] = deque([record])
        task = self._spawn(self._run(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self, grace: float) -> None:
        """Start nothing more; attempts under way get ``grace`` seconds to end."""
        self._stopping.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _run(self, name: bytes | int) -> None:
        lane = self._lanes[name]
        while lane:
            record = lane[0]
            if await self._delivery.deliver(record, self._stopping) is End.BROKEN_OFF:
                return
            lane.popleft()
            self.offsets.settle(record.offset)
            self._progress.set()
        del self._lanes[name]
