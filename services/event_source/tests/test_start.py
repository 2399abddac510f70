"""It waits for what isn't there yet, and says for what."""

from __future__ import annotations

import asyncio
import signal
import uuid

import aiohttp
import pytest
from event_source.settings import Settings

from services.event_source.tests.conftest import Facility, health
from services.event_source.tests.scripted_sink import in_turn
from services.kafka_fixture import KafkaServer, free_port
from services.kafka_testing import create_topic, eventually


async def until_it_waits_for(settings: Settings, reason: str) -> None:
    async def waits() -> bool:
        status, text = await health(settings)
        return status == 503 and reason in text

    await eventually(waits)


async def until_it_consumes(settings: Settings) -> None:
    async def consumes() -> bool:
        return (await health(settings))[0] == 200

    await eventually(consumes)


@pytest.mark.parametrize("missing", ["KAFKA_TOPIC", "KAFKA_DEAD_LETTER_TOPIC"])
async def test_it_waits_for_a_topic(facility: Facility, missing: str) -> None:
    name = f"{facility.topic}-later"
    async with facility.source(**{missing: name}) as settings:
        await until_it_waits_for(settings, f"topic {name} isn't there")
        await create_topic(facility.broker, name)
        await until_it_consumes(settings)


async def test_it_waits_for_its_user(facility: Facility, kafka: KafkaServer) -> None:
    [identifier] = await facility.send(("film", "value"))
    user, password = f"user-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    async with facility.source(KAFKA_USERNAME=user, KAFKA_PASSWORD=password) as settings:
        await until_it_waits_for(settings, "Authentication failed")
        await asyncio.to_thread(kafka.add_user, user, password)
        await until_it_consumes(settings)
        await facility.until_taken(identifier)


async def test_it_ends_at_once_while_it_waits(facility: Facility) -> None:
    async with facility.source_process(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{free_port()}") as process:
        assert process.stdout is not None
        async for line in process.stdout:
            if b"not consuming, trying again" in line:
                break
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await process.communicate()
        assert process.returncode == 0


async def test_it_counts_what_becomes_of_events(facility: Facility) -> None:
    async def metrics(settings: Settings) -> dict[str, float]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{settings.port}/metrics") as answer,
        ):
            lines = (await answer.text()).splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}

    facility.sink.answer = in_turn(500, 204)
    async with facility.source() as settings:
        await until_it_consumes(settings)
        before = await metrics(settings)
        await facility.until_taken(*await facility.send(("a", "1"), ("b", "2")))
        facility.sink.answer = in_turn(422)
        await facility.send(("c", "3"), partition=0)

        async def all_counted() -> bool:
            after = await metrics(settings)
            return {
                outcome: after[name] - before[name]
                for outcome in ("done", "retried", "dead")
                for name in [f'event_source_events_total{{outcome="{outcome}"}}']
            } == {"done": 2, "retried": 2, "dead": 1}

        await eventually(all_counted)
        assert (await metrics(settings))["event_source_in_flight"] == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KAFKA_TOPIC", ""),
        ("K_SINK", ""),
        ("MAX_IN_FLIGHT", "0"),
        ("RETRY_LIMIT", "many"),
        ("K_CE_OVERRIDES", "[1]"),
        ("KAFKA_SECURITY_PROTOCOL", "SSL"),
        ("KAFKA_PASSWORD", ""),
    ],
)
def test_a_wrong_setting_is_named(facility: Facility, variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=variable):
        facility.settings(**{variable: value})
