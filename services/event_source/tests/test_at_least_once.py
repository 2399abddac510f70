"""Nothing is lost, whoever dies: committed is only what has nothing open before it."""

from __future__ import annotations

import asyncio
import json
import signal
import time

import pytest
from aiohttp import web
from event_source import consumption

from services.event_source.tests.conftest import PARTITIONS, Facility, health
from services.event_source.tests.scripted_sink import Arrival, accept, held, in_turn
from services.kafka_fixture import KafkaServer
from services.kafka_testing import eventually, first_records


async def test_after_a_crash_everything_from_the_first_open_event_is_delivered_again(facility: Facility) -> None:
    facility.sink.answer = held(asyncio.Event(), "stuck")
    before = await facility.send(("film", "0"), ("film", "1"), partition=0)
    stuck = await facility.send(("stuck", "2"), ("stuck", "3"), partition=0)
    after = await facility.send(("a", "4"), ("b", "5"), ("c", "6"), partition=0)
    async with facility.source_process() as process:
        await facility.until_taken(*before, *after)
        await facility.until_committed(2)
        process.kill()
        await process.wait()
    first_life = len(facility.sink.arrivals)
    facility.sink.answer = accept
    async with facility.source():
        await facility.until_taken(*stuck)
        await facility.until_committed(7)
    again = [event.id for event in facility.sink.arrivals[first_life:]]
    assert sorted(again) == sorted([*stuck, *after])


async def test_sigterm_ends_what_is_under_way_commits_it_and_starts_nothing_more(facility: Facility) -> None:
    gate = asyncio.Event()
    facility.sink.answer = held(gate, "film")
    under_way, *_ = await facility.send(("film", "0"), ("film", "1"), ("film", "2"), partition=0)
    async with facility.source_process() as process:

        async def arrived() -> bool:
            return bool(facility.sink.arrivals)

        await eventually(arrived)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        assert process.returncode is None
        gate.set()
        async with asyncio.timeout(10):
            output, _ = await process.communicate()
        assert process.returncode == 0
    assert [event.id for event in facility.sink.arrivals] == [under_way]
    assert await facility.committed() == 1
    lines = [json.loads(line) for line in output.splitlines()]
    assert any(line["message"] == "consuming" for line in lines)


@pytest.mark.parametrize(
    ("hangs", "grace"),
    [
        pytest.param(False, "60000", id="for a pause between attempts"),
        pytest.param(True, "500", id="longer than the grace"),
    ],
)
async def test_sigterm_doesn_t_wait(facility: Facility, hangs: bool, grace: str) -> None:
    async def pause_or_hang(_: Arrival) -> web.Response:
        if hangs:
            await asyncio.Event().wait()
        return web.Response(status=503, headers={"Retry-After": "60"})

    async def tried() -> bool:
        return bool(facility.sink.arrivals)

    facility.sink.answer = pause_or_hang
    ids = await facility.send(("film", "0"), partition=0)
    async with facility.source_process(SHUTDOWN_GRACE_MS=grace) as process:
        await eventually(tried)
        # The answer has to arrive, too.
        await asyncio.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            await process.communicate()
        assert process.returncode == 0
    assert await facility.committed(0) is None
    # And it isn't lost.
    facility.sink.answer = accept
    async with facility.source():
        await facility.until_taken(*ids)


async def test_log_lines_name_partition_and_offset_and_never_a_film(facility: Facility) -> None:
    facility.sink.answer = in_turn(503, 422)
    await facility.send(("xray-source/Mueller-1971.jpeg", "Mueller"), partition=1)
    async with facility.source_process() as process:
        await facility.until_committed(1, 1)
        process.send_signal(signal.SIGTERM)
        output, _ = await process.communicate()
    assert b"Mueller" not in output
    lines = [json.loads(line) for line in output.splitlines()]
    [retry] = [line for line in lines if line["message"] == "not taken, trying again"]
    assert (retry["partition"], retry["offset"], retry["status"], retry["attempt"]) == (1, 0, 503, 1)
    [dead] = [line for line in lines if line["message"] == "dead letter"]
    assert (dead["partition"], dead["offset"], dead["status"], dead["attempt"]) == (1, 0, 422, 2)
    assert {"time", "level", "logger"} <= dead.keys()


async def test_partitions_change_hands_without_loss_and_in_order(facility: Facility) -> None:
    gate = asyncio.Event()
    facility.sink.answer = held(gate, *(f"stuck-{partition}" for partition in range(PARTITIONS)))
    ids = []
    for partition in range(PARTITIONS):
        ids += await facility.send(
            *((f"stuck-{partition}", str(number)) for number in range(3)), ("free", str(partition)), partition=partition
        )

    async def all_stuck() -> bool:
        return facility.sink.open.total() == PARTITIONS

    async with facility.source() as first:
        await eventually(all_stuck)
        async with facility.source() as second:
            # The first one has to let go of what it can't end, the second one to get a share.

            async def joined() -> bool:
                return (await health(second))[0] == 200

            await eventually(joined)
            gate.set()
            await facility.until_taken(*ids)
            for partition in range(PARTITIONS):
                await facility.until_committed(4, partition)
        # And when one leaves, the other one goes on with everything.
        more = [
            identifier
            for partition in range(PARTITIONS)
            for identifier in await facility.send((f"later-{partition}", "x"), partition=partition)
        ]
        await facility.until_taken(*more)
        assert (await health(first))[0] == 200
    for partition in range(PARTITIONS):
        values = [event.body for event in facility.sink.taken if event.key == f"stuck-{partition}"]
        # Those after the first were queued when the partitions changed hands: nobody delivered them twice.
        assert [value for value in values if value != b"0"] == [b"1", b"2"]


async def test_a_broker_that_is_killed_and_restarted_costs_no_event(facility: Facility, kafka: KafkaServer) -> None:
    gate = asyncio.Event()

    async def take_or_refuse(event: Arrival) -> web.Response:
        if event.body == b"after the kill":
            await gate.wait()
        return web.Response(status=422 if event.key == "bad" else 204)

    facility.sink.answer = take_or_refuse
    await facility.send(("film", "before the kill"), ("film", "after the kill"), partition=0)
    await facility.send(("bad", "after the kill"), partition=1)

    async def both_under_way() -> bool:
        return facility.sink.open["film"] == 1 and facility.sink.open["bad"] == 1

    async with facility.source() as settings:
        await eventually(both_under_way)
        await facility.until_committed(1, 0)
        kafka.kill()
        # Answered while nobody takes the offset of the one, nor the dead letter that the other becomes.
        gate.set()
        await asyncio.sleep(1)
        await asyncio.to_thread(kafka.start)
        await facility.until_committed(2, 0)
        await facility.until_committed(1, 1)
        ids = await facility.send(*(("film", str(number)) for number in range(10)), partition=0)
        await facility.until_taken(*ids)
        await facility.until_committed(12, 0)
        assert (await health(settings))[0] == 200
    letter, *_ = await first_records(facility.broker, facility.dead_letter_topic, 1)
    assert letter.key == b"bad"


async def test_started_while_the_broker_is_away_it_says_so_and_consumes_later(
    facility: Facility, kafka: KafkaServer
) -> None:
    [identifier] = await facility.send(("film", "value"))
    kafka.kill()
    async with facility.source() as settings:

        async def waits() -> bool:
            status, reason = await health(settings)
            return status == 503 and "Connect call failed" in reason

        await eventually(waits)
        await asyncio.to_thread(kafka.start)
        await facility.until_taken(identifier)
        assert (await health(settings))[0] == 200


async def test_a_broker_that_falls_silent_makes_it_unhealthy(
    facility: Facility, kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumption, "LONGEST_SILENCE", 1.5)

    async with facility.source() as settings:

        async def healthy() -> bool:
            return (await health(settings))[0] == 200

        async def silent() -> bool:
            status, reason = await health(settings)
            return status == 503 and "nothing heard from the broker" in reason

        await eventually(healthy)
        kafka.freeze()
        try:
            await eventually(silent)
        finally:
            kafka.thaw()
        await eventually(healthy)


async def test_a_broker_that_hangs_doesn_t_keep_it_from_ending(
    facility: Facility, kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumption, "FAREWELL_TIMEOUT", 0.5)
    gate = asyncio.Event()
    facility.sink.answer = held(gate, "film")
    await facility.send(("film", "value"), partition=0)

    async def arrived() -> bool:
        return bool(facility.sink.arrivals)

    try:
        async with facility.source():
            await eventually(arrived)
            kafka.freeze()
            gate.set()
            start = time.monotonic()
        assert time.monotonic() - start < 10
    finally:
        kafka.thaw()
