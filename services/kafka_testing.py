"""What tests do with topics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from facility_messaging.kafka import Broker

PATIENCE = 60.0
"""Seconds that anything may take; on an idle machine nothing takes more than a few."""


async def eventually(probe: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> float:
    """Wait until ``probe`` says yes, at most ``seconds``; how many that took."""
    start = time.monotonic()
    while not await probe():
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"not within {seconds} s: {probe.__name__}")
        await asyncio.sleep(0.05)
    return time.monotonic() - start


async def create_topic(
    broker: Broker, name: str, partitions: int = 3, configuration: dict[str, str] | None = None
) -> None:
    """Create a topic, also on a broker that was just started and doesn't know its controller for a moment."""

    async def created() -> bool:
        admin = AIOKafkaAdminClient(**broker.client_options("test"))
        try:
            await admin.start()
            topic = NewTopic(name, partitions, replication_factor=1, topic_configs=configuration)
            response = await admin.create_topics([topic])
            return [code for _, code, *_ in response.topic_errors] == [0]
        except KafkaError:
            return False
        finally:
            await admin.close()

    await eventually(created)


async def first_records(broker: Broker, topic: str, count: int) -> list[ConsumerRecord]:
    """The first ``count`` records of ``topic``, in order within each partition."""
    consumer = AIOKafkaConsumer(topic, **broker.client_options("test"), auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(PATIENCE):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()
