"""One event from its first attempt to its end."""

from __future__ import annotations

import asyncio
import logging
from enum import Enum, auto

from aiokafka import ConsumerRecord

from event_source.dead_letters import DeadLetters
from event_source.event import EventMaker
from event_source.metrics import DEAD, DONE, IN_FLIGHT, RETRIED
from event_source.retry import RetryPolicy
from event_source.sink import Failure, Sink

log = logging.getLogger(__name__)


class End(Enum):
    """How a delivery ended."""

    SETTLED = auto()
    """Taken by the sink or written as a dead letter: not to be delivered again."""
    BROKEN_OFF = auto()
    """Stopped before that: somebody has to deliver it again."""


class Delivery:
    """Delivers events, at most ``max_in_flight`` at a time.

    An event keeps its place during its pauses. With the sink down, that makes ``max_in_flight`` events run out of
    attempts in the time that all of them would otherwise.
    """

    def __init__(
        self, events: EventMaker, sink: Sink, dead_letters: DeadLetters, retry: RetryPolicy, max_in_flight: int
    ) -> None:
        """``retry`` says how often an event is tried before it becomes a dead letter."""
        self._events = events
        self._sink = sink
        self._dead_letters = dead_letters
        self._retry = retry
        self._places = asyncio.Semaphore(max_in_flight)

    async def deliver(self, record: ConsumerRecord, stopping: asyncio.Event) -> End:
        """See ``record`` through; once ``stopping`` is set no new attempt is made."""
        async with self._places:
            if stopping.is_set():
                return End.BROKEN_OFF
            with IN_FLIGHT.track_inprogress():
                return await self._see_through(record, stopping)

    async def _see_through(self, record: ConsumerRecord, stopping: asyncio.Event) -> End:
        message = self._events.request(record)
        attempt = 1
        while failure := await self._sink.deliver(message):
            if not failure.retriable or attempt >= self._retry.attempts:
                await self._bury(record, failure, attempt)
                return End.SETTLED
            pause = self._retry.pause(attempt, failure.retry_after)
            log.warning("not taken, trying again", extra=_about(record, failure, attempt) | {"pause": round(pause, 3)})
            RETRIED.inc()
            if await _set_within(stopping, pause):
                return End.BROKEN_OFF
            attempt += 1
        DONE.inc()
        return End.SETTLED

    async def _bury(self, record: ConsumerRecord, failure: Failure, attempt: int) -> None:
        await self._dead_letters.write(record, failure)
        DEAD.inc()
        log.error("dead letter", extra=_about(record, failure, attempt))


def _about(record: ConsumerRecord, failure: Failure, attempt: int) -> dict[str, int]:
    """What a log line may say: neither the film's key nor the sink's answer, which may hold it."""
    return {
        "partition": record.partition,
        "offset": record.offset,
        "status": int(failure.status),
        "attempt": attempt,
    }


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for ``event``, at most ``seconds``; whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
