"""A topic, a sink and event sources between the two."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from event_source.service import Service
from event_source.settings import Settings
from facility_messaging.kafka import Broker

from services.event_source.tests.scripted_sink import ScriptedSink
from services.kafka_fixture import KafkaServer, free_port
from services.kafka_testing import create_topic, eventually

PARTITIONS = 3


@dataclass
class Facility:
    """What surrounds an event source; ``environment`` is that of one with settings quick enough for a test."""

    environment: dict[str, str]
    sink: ScriptedSink
    broker: Broker
    topic: str

    @property
    def group(self) -> str:
        """The consumer group."""
        return self.environment["KAFKA_GROUP"]

    @property
    def dead_letter_topic(self) -> str:
        """Where dead letters go."""
        return self.environment["KAFKA_DEAD_LETTER_TOPIC"]

    def settings(self, **changes: str) -> Settings:
        """Settings of one more event source, on a port of its own."""
        environment = self.environment | {"PORT": str(free_port())} | changes
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            return Settings.from_environment()

    @asynccontextmanager
    async def source(self, **changes: str) -> AsyncIterator[Settings]:
        """An event source in this process, ended in order afterwards."""
        settings = self.settings(**changes)
        stop = asyncio.Event()
        task = asyncio.create_task(Service(settings).run(stop))
        try:
            yield settings
        finally:
            stop.set()
            async with asyncio.timeout(30):
                await task

    @asynccontextmanager
    async def source_process(self, **changes: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """An event source as a program; killed afterwards unless it has ended."""
        environment = os.environ | self.environment | {"PORT": str(free_port()), "PYTHONPATH": ":".join(sys.path)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "event_source"), env=environment | changes, stdout=asyncio.subprocess.PIPE
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def send(self, *records: tuple[str | None, str], partition: int | None = None) -> list[str]:
        """Write (key, value) pairs to the topic; their events' ids."""
        async with AIOKafkaProducer(**self.broker.client_options("test")) as producer:
            sent = [
                await producer.send(
                    self.topic, key=None if key is None else key.encode(), value=value.encode(), partition=partition
                )
                for key, value in records
            ]
            written = [await future for future in sent]
        return [f"partition:{record.partition}/offset:{record.offset}" for record in written]

    async def committed(self, partition: int = 0) -> int | None:
        """The offset that the group goes on from; None if there is none."""
        admin = AIOKafkaAdminClient(**self.broker.client_options("test"))
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(self.group)
        finally:
            await admin.close()
        found = offsets.get(TopicPartition(self.topic, partition))
        return None if found is None or found.offset < 0 else int(found.offset)

    async def until_committed(self, offset: int, partition: int = 0) -> None:
        """Wait until exactly ``offset`` is committed."""

        async def offset_committed() -> bool:
            return await self.committed(partition) == offset

        await eventually(offset_committed)

    async def until_taken(self, *ids: str) -> None:
        """Wait until the sink has taken all of these events."""

        async def all_taken() -> bool:
            return self.sink.ids() >= set(ids)

        await eventually(all_taken)


async def health(settings: Settings) -> tuple[int, str]:
    """Status and text of /healthz, 0 if nobody listens."""
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{settings.port}/healthz") as answer,
        ):
            return answer.status, await answer.text()
    except aiohttp.ClientConnectionError:
        return 0, ""


@pytest.fixture
async def sink() -> AsyncIterator[ScriptedSink]:
    """A sink that takes everything, until told otherwise."""
    sink = ScriptedSink()
    await sink.start()
    yield sink
    await sink.stop()


@pytest.fixture
async def facility(kafka: KafkaServer, sink: ScriptedSink, monkeypatch: pytest.MonkeyPatch) -> Facility:
    """Topics and a consumer group of the test's own."""
    name = f"events-{uuid.uuid4().hex[:8]}"
    environment = kafka.environment | {
        "KAFKA_TOPIC": name,
        "KAFKA_DEAD_LETTER_TOPIC": f"{name}-dead",
        "KAFKA_GROUP": f"{name}-group",
        "K_SINK": sink.url,
        "POD_NAMESPACE": "xraylab-1",
        "RETRY_BACKOFF_MS": "50",
        "RETRY_LIMIT": "5",
        "SHUTDOWN_GRACE_MS": "3000",
        "KAFKA_SESSION_TIMEOUT_MS": "3000",
    }
    for variable, value in kafka.environment.items():
        monkeypatch.setenv(variable, value)
    broker = Broker.from_environment()
    await create_topic(broker, name, PARTITIONS)
    await create_topic(broker, environment["KAFKA_DEAD_LETTER_TOPIC"], 1)
    return Facility(environment, sink, broker, name)
