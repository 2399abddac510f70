"""What a sink gets to see, and what becomes of what it doesn't take."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import UTC, datetime

from aiohttp import web
from event_source.consumption import LARGEST_BACKLOG, LARGEST_POLL
from prometheus_client import REGISTRY

from services.event_source.tests.conftest import Facility
from services.event_source.tests.scripted_sink import Arrival, held, in_turn
from services.kafka_testing import eventually, first_records


async def test_a_record_arrives_as_the_event_that_a_kafka_source_makes(facility: Facility) -> None:
    body = '{"Records": [ "kept as it is" ]}'
    [identifier] = await facility.send(("xray-source/M%C3%BCller+1.jpeg", body), partition=2)
    async with facility.source(K_CE_OVERRIDES='{"extensions": {"facility": "east"}}'):
        await facility.until_taken(identifier)
    [event] = facility.sink.arrivals
    assert event.body == body.encode()
    assert event.headers["content-type"] == "application/json"
    time = datetime.fromisoformat(event.headers["ce-time"])
    assert abs((datetime.now(UTC) - time).total_seconds()) < 60
    attributes = {name: value for name, value in event.headers.items() if name.startswith("ce-") and name != "ce-time"}
    assert attributes == {
        "ce-specversion": "1.0",
        "ce-type": "dev.knative.kafka.event",
        "ce-source": f"/apis/v1/namespaces/xraylab-1/kafkasources/{facility.topic}#{facility.topic}",
        "ce-id": "partition:2/offset:0",
        "ce-subject": "partition:2#0",
        # CloudEvents' HTTP binding encodes the percent sign of a key that is URL-encoded already.
        "ce-key": "xray-source/M%25C3%25BCller+1.jpeg",
        "ce-facility": "east",
    }


async def test_events_of_a_key_come_in_order_and_different_keys_at_the_same_time(facility: Facility) -> None:
    chance = random.Random(4)

    async def slow(_: Arrival) -> web.Response:
        await asyncio.sleep(chance.uniform(0, 0.02))
        # Every fifth attempt fails: order has to survive retries, too.
        return web.Response(status=chance.choice([204, 204, 204, 204, 503]))

    facility.sink.answer = slow
    sent = [(f"film-{number % 7}", str(number)) for number in range(140)]
    ids = await facility.send(*sent)
    async with facility.source(MAX_IN_FLIGHT="4", RETRY_BACKOFF_MS="5", RETRY_LIMIT="50"):
        await facility.until_taken(*ids)
    for key in {key for key, _ in sent}:
        values = [event.body.decode() for event in facility.sink.taken if event.key == key]
        assert values == [value for sent_key, value in sent if sent_key == key]
    assert facility.sink.most_open_of_a_key == 1
    assert 1 < facility.sink.most_open <= 4


async def test_records_without_a_key_don_t_wait_for_each_other(facility: Facility) -> None:
    gate = asyncio.Event()
    facility.sink.answer = held(gate, "")
    ids = await facility.send((None, "1"), (None, "2"), (None, "3"), partition=0)

    async def all_open() -> bool:
        return facility.sink.open[""] == 3

    async with facility.source():
        await eventually(all_open)
        gate.set()
        await facility.until_taken(*ids)


async def test_a_refused_event_is_a_dead_letter_at_once_and_the_next_is_delivered(facility: Facility) -> None:
    reason = {"unreadable": [{"bucket": "xray-source", "key": "Müller.jpeg", "reason": "not an image"}]}

    async def refuse_bad(event: Arrival) -> web.Response:
        return web.json_response(reason, status=422) if event.body == b"bad" else web.Response(status=204)

    facility.sink.answer = refuse_bad
    _, good = await facility.send(("film", "bad"), ("film", "good"), partition=0)
    async with facility.source() as settings:
        await facility.until_taken(good)
        await facility.until_committed(2)
    assert len(facility.sink.arrivals) == 2
    [letter] = await first_records(facility.broker, facility.dead_letter_topic, 1)
    assert (letter.key, letter.value) == (b"film", b"bad")
    headers = {name: value.decode() for name, value in letter.headers}
    assert json.loads(headers.pop("ce-knativeerrordata")) == reason
    assert datetime.fromisoformat(headers.pop("ce-time")).tzinfo == UTC
    assert headers == {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-type": "dev.knative.kafka.event",
        "ce-source": f"/apis/v1/namespaces/xraylab-1/kafkasources/{facility.topic}#{facility.topic}",
        "ce-id": "partition:0/offset:0",
        "ce-subject": "partition:0#0",
        "ce-key": "film",
        "ce-knativeerrordest": settings.sink,
        "ce-knativeerrorcode": "422",
    }


async def test_a_transient_failure_is_tried_again_until_it_is_over(facility: Facility) -> None:
    facility.sink.answer = in_turn(500, 503, 204)
    ids = await facility.send(("a", "1"), ("b", "2"))
    async with facility.source():
        await facility.until_taken(*ids)
    assert len(facility.sink.arrivals) == 6


async def test_an_event_that_runs_out_of_attempts_is_a_dead_letter(facility: Facility) -> None:
    facility.sink.answer = in_turn(503)
    await facility.send(("film", "value"), partition=0)
    async with facility.source(RETRY_LIMIT="3"):
        await facility.until_committed(1)
    assert len(facility.sink.arrivals) == 3
    [letter] = await first_records(facility.broker, facility.dead_letter_topic, 1)
    assert dict(letter.headers)["ce-knativeerrorcode"] == b"503"


async def test_a_sink_that_hangs_counts_as_a_failed_attempt(facility: Facility) -> None:
    facility.sink.answer = held(asyncio.Event(), "film")
    await facility.send(("film", "value"), partition=0)
    async with facility.source(SINK_TIMEOUT_MS="200", RETRY_LIMIT="2"):
        await facility.until_committed(1)
    assert len(facility.sink.arrivals) == 2
    [letter] = await first_records(facility.broker, facility.dead_letter_topic, 1)
    headers = dict(letter.headers)
    assert headers["ce-knativeerrorcode"] == b"500"
    assert b"no answer within 0.2 s" in headers["ce-knativeerrordata"]


async def test_a_sink_that_refuses_connections_gets_the_event_once_it_is_up(facility: Facility) -> None:
    await facility.sink.stop()
    [identifier] = await facility.send(("film", "value"))
    async with facility.source(RETRY_LIMIT="1000", RETRY_BACKOFF_MS="1"):
        await asyncio.sleep(1)
        await facility.sink.start()
        await facility.until_taken(identifier)


async def test_retry_after_is_honoured(facility: Facility) -> None:
    facility.sink.answer = in_turn(429, 204, headers={"Retry-After": "1"})
    [identifier] = await facility.send(("film", "value"))
    async with facility.source(RETRY_BACKOFF_MS="1"):
        await facility.until_taken(identifier)
    first, second = facility.sink.arrivals
    assert second.at - first.at >= 1


async def test_while_a_key_is_held_up_other_keys_and_partitions_go_on(facility: Facility) -> None:
    gate = asyncio.Event()
    facility.sink.answer = held(gate, "stuck")
    # More than is held in memory, so the partition gets paused.
    stuck = await facility.send(*(("stuck", str(number)) for number in range(LARGEST_BACKLOG * 2)), partition=0)
    others = await facility.send(("other", "1"), ("another", "2"), partition=1)
    async with facility.source():
        await facility.until_taken(*others)
        more = await facility.send(("other", "3"), partition=1)
        await facility.until_taken(*more)
        assert await facility.committed(0) is None
        held_in_memory = REGISTRY.get_sample_value("event_source_backlog") or 0
        assert LARGEST_BACKLOG <= held_in_memory <= LARGEST_BACKLOG + LARGEST_POLL
        gate.set()
        await facility.until_taken(*stuck)
        await facility.until_committed(len(stuck), 0)
    assert [event.body.decode() for event in facility.sink.taken if event.key == "stuck"] == [
        str(number) for number in range(LARGEST_BACKLOG * 2)
    ]
    assert len(facility.sink.arrivals) == len(stuck) + 3
