"""One membership in the consumer group, from joining to leaving."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from event_source.delivery import Delivery
from event_source.metrics import BACKLOG
from event_source.partition import Partition
from event_source.settings import Settings

log = logging.getLogger(__name__)

#: Records of a partition that are held at most, delivered or waiting; it is paused while it has that many.
LARGEST_BACKLOG = 256
POLL_MS = 250
LARGEST_POLL = 64
#: Seconds that attempts under way get when another consumer takes over. Less than the session timeout: the group waits.
HANDOVER_GRACE = 3.0
#: Seconds that the broker has for each of the last words: the commit before letting go of partitions, and the goodbye.
FAREWELL_TIMEOUT = 5.0
#: Seconds without an answer to a fetch, which otherwise comes twice a second, after which the broker counts as away.
LONGEST_SILENCE = 15.0


class TopicMissingError(KafkaError):  # type: ignore[misc] # aiokafka has no types
    """A topic isn't there, or not for us."""


class Consumption(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """Reads a topic and hands its records to a delivery, until told to stop or the broker refuses."""

    def __init__(self, settings: Settings, delivery: Delivery) -> None:
        self._settings = settings
        self._delivery = delivery
        self._progress = asyncio.Event()
        self._partitions: dict[TopicPartition, Partition] = {}
        self._joined_at: float | None = None
        self._tasks = asyncio.TaskGroup()
        self._consumer = AIOKafkaConsumer(
            **settings.broker.client_options("event-source"),
            group_id=settings.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=round(settings.session_timeout * 1000),
            heartbeat_interval_ms=round(settings.session_timeout * 1000 / 3),
            # How long the others wait for us when partitions change hands.
            rebalance_timeout_ms=round((HANDOVER_GRACE + FAREWELL_TIMEOUT) * 2000),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until ``stop`` is set.

        Raises an ExceptionGroup with the KafkaError if the broker can't be reached at the start or refuses later.
        """
        try:
            async with self._tasks:
                reading = self._tasks.create_task(self._read())
                committing = self._tasks.create_task(self._commit_progress())
                await stop.wait()
                reading.cancel()
                await self._let_go(self._partitions, self._settings.grace)
                committing.cancel()
        finally:
            await self._leave()

    @property
    def joined(self) -> bool:
        """Whether the group has let us in."""
        return self._joined_at is not None

    def problem(self) -> str | None:
        """None while records are read, else why they aren't, once joined."""
        # A paused partition isn't fetched: its silence says nothing.
        reading = self._consumer.assignment() - self._consumer.paused()
        polled = [self._consumer.last_poll_timestamp(partition) for partition in reading]
        heard = [at / 1000 if at else self._joined_at or time.time() for at in polled]
        silence = time.time() - min(heard, default=time.time())
        return f"nothing heard from the broker for {silence:.0f} s" if silence > LONGEST_SILENCE else None

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by aiokafka before it fetches from ``assigned``."""
        self._partitions = {
            partition: Partition(self._delivery, self._tasks.create_task, self._progress) for partition in assigned
        }
        self._joined_at = time.time()
        log.info("consuming", extra={"partitions": sorted(partition.partition for partition in self._partitions)})

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Called by aiokafka before others may get ``revoked``; none of them is fetched from any more."""
        await self._let_go({partition: self._partitions[partition] for partition in revoked}, HANDOVER_GRACE)

    async def _read(self) -> None:
        await self._consumer.start()
        await self._require_topics()
        self._consumer.subscribe([self._settings.topic], listener=self)
        while True:
            batches = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=LARGEST_POLL)
            for partition, records in batches.items():
                for record in records:
                    self._partitions[partition].accept(record)
            self._balance()

    async def _require_topics(self) -> None:
        """Raise TopicMissingError for a topic that isn't there.

        Without that aiokafka would wait for one without a word, and a dead letter would be the first to miss the other.
        """
        there = await self._consumer.topics()
        for topic in (self._settings.topic, self._settings.dead_letter_topic):
            if topic not in there:
                raise TopicMissingError(
                    f"topic {topic} isn't there, or {self._settings.broker.username} may not see it"
                )

    def _balance(self) -> None:
        """Pause partitions with a full backlog, go on with those whose backlog has halved."""
        # The assignment changes a moment before aiokafka tells us.
        for name in self._consumer.assignment() & self._partitions.keys():
            backlog = len(self._partitions[name].offsets)
            if backlog >= LARGEST_BACKLOG:
                self._consumer.pause(name)
            elif backlog <= LARGEST_BACKLOG // 2:
                self._consumer.resume(name)
        BACKLOG.set(sum(len(partition.offsets) for partition in self._partitions.values()))

    async def _commit_progress(self) -> None:
        while True:
            await self._progress.wait()
            self._progress.clear()
            await self._commit(self._partitions)

    async def _commit(self, partitions: Mapping[TopicPartition, Partition]) -> None:
        offsets = {
            name: partition.offsets.position
            for name, partition in partitions.items()
            if partition.offsets.position is not None and partition.offsets.position != partition.committed
        }
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            # Whoever has the partitions now delivers these events again.
            log.warning("not committed, the partitions change hands", extra={"reason": str(error)})
            return
        for name, offset in offsets.items():
            partitions[name].committed = offset

    async def _let_go(self, partitions: Mapping[TopicPartition, Partition], grace: float) -> None:
        """End the work on ``partitions`` within ``grace`` seconds and commit what is done."""
        await asyncio.gather(*(partition.stop(grace) for partition in partitions.values()))
        try:
            async with asyncio.timeout(FAREWELL_TIMEOUT):
                await self._commit(partitions)
        except (TimeoutError, KafkaError) as error:
            log.warning("not committed before letting go", extra={"reason": repr(error)})

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(FAREWELL_TIMEOUT):
                await self._consumer.stop()
        except TimeoutError:
            log.warning("left the group without an answer from the broker")
