"""The ingress against a real broker: what it takes, what it refuses, and what happens while the broker is away."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from notification_ingress.application import create_application
from notification_ingress.settings import Settings

from services.kafka_fixture import KafkaServer, free_port
from services.kafka_testing import create_topic, eventually, first_records

Client = TestClient[Any, Any]


def notification(*objects: str, bucket: str = "xray-source") -> bytes:
    """A notification as radosgw posts it."""
    records = [
        {
            "eventVersion": "2.2",
            "eventSource": "ceph:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1024}},
        }
        for key in objects
    ]
    # Spaces that a second serialisation would drop: the value has to stay what was posted.
    return json.dumps({"Records": records}, indent=1).encode()


@pytest.fixture
async def settings(kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a topic of the test's own, one second until a record counts as not taken."""
    topic = f"ingress-{uuid.uuid4().hex[:8]}"
    for name, value in (kafka.environment | {"KAFKA_TOPIC": topic, "PRODUCE_TIMEOUT_MS": "1000"}).items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    await create_topic(settings.broker, topic)
    return settings


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Client]:
    async with TestClient(TestServer(create_application(settings))) as client:
        yield client


async def test_a_notification_is_one_record_with_its_body_unchanged(settings: Settings) -> None:
    body = notification("M%C3%BCller/film+1%25.jpeg", "second.jpeg")
    async with serving(settings) as client:
        answer = await client.post("/", data=body)
        assert answer.status == 200
    [record] = await first_records(settings.broker, settings.topic, 1)
    assert record.key == b"xray-source/M%C3%BCller/film+1%25.jpeg"
    assert record.value == body


async def test_notifications_of_the_same_object_keep_their_order(settings: Settings) -> None:
    bodies = [notification("film.jpeg", bucket="xray-source") + b" " * number for number in range(20)]
    async with serving(settings) as client:
        for body in bodies:
            assert (await client.post("/", data=body)).status == 200
    assert [record.value for record in await first_records(settings.broker, settings.topic, 20)] == bodies


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "Records"),
        (b'{"Records": []}', "Records"),
        (b'{"Records": "film"}', "Records"),
        (b'{"Records": [{"s3": {"object": {"key": "film.jpeg"}}}]}', "Records[0] has no s3.bucket.name"),
        (b'{"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": 5}}}]}', "Records[0] has no s3.object.key"),
        (notification("film.jpeg", ""), "Records[1] has no s3.object.key"),
    ],
)
async def test_what_is_no_notification_is_refused_with_a_reason(settings: Settings, body: bytes, reason: str) -> None:
    async with serving(settings) as client:
        answer = await client.post("/", data=body)
        assert answer.status == 400
        assert reason in await answer.text()


async def test_a_body_above_the_limit_is_refused(settings: Settings) -> None:
    async with serving(settings) as client:
        answer = await client.post("/", data=notification("film.jpeg").ljust(1024 * 1024 + 1))
        assert answer.status == 413
        fits = await client.post("/", data=notification("film.jpeg").ljust(1024 * 1024 - 1))
        assert fits.status == 200
    [record] = await first_records(settings.broker, settings.topic, 1)
    assert len(record.value) == 1024 * 1024 - 1


async def test_a_record_that_the_broker_finds_too_large_is_refused(settings: Settings) -> None:
    small = Settings(settings.broker, f"{settings.topic}-small")
    await create_topic(small.broker, small.topic, configuration={"max.message.bytes": "400"})
    async with serving(small) as client:
        # Different names, so that compression doesn't help.
        answer = await client.post("/", data=notification(*(uuid.uuid4().hex for _ in range(50))))
        assert answer.status == 413
        assert (await client.post("/", data=notification("film.jpeg"))).status == 200


async def test_while_the_broker_is_dead_503_and_after_its_restart_200(settings: Settings, kafka: KafkaServer) -> None:
    async with serving(settings) as client:
        assert (await client.post("/", data=notification("before.jpeg"))).status == 200
        assert (await client.get("/healthz")).status == 200
        kafka.kill()
        for number in range(3):
            start = time.monotonic()
            answer = await client.post("/", data=notification(f"during-{number}.jpeg"))
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) >= 1
            assert time.monotonic() - start < 2
        health = await client.get("/healthz")
        assert health.status == 503
        assert await health.text()
        assert (await client.get("/livez")).status == 200
        await asyncio.to_thread(kafka.start)

        async def taken() -> bool:
            return (await client.post("/", data=notification("after.jpeg"))).status == 200

        await eventually(taken)
        assert (await client.get("/healthz")).status == 200
        # And it stays that way: a producer with a gap in its sequence would be refused from here on.
        for number in range(10):
            assert (await client.post("/", data=notification(f"later-{number}.jpeg"))).status == 200
    keys = [record.key.decode() for record in await first_records(settings.broker, settings.topic, 12)]
    assert "xray-source/before.jpeg" in keys


async def test_while_the_broker_hangs_503_within_the_timeout(settings: Settings, kafka: KafkaServer) -> None:
    async with serving(settings) as client:
        assert (await client.post("/", data=notification("before.jpeg"))).status == 200
        kafka.freeze()
        try:
            start = time.monotonic()
            assert (await client.post("/", data=notification("during.jpeg"))).status == 503
            assert 0.9 < time.monotonic() - start < 2
            assert (await client.get("/healthz")).status == 503
        finally:
            kafka.thaw()

        async def taken() -> bool:
            return (await client.post("/", data=notification("after.jpeg"))).status == 200

        await eventually(taken)


async def test_started_before_its_topic_it_takes_notifications_once_that_is_there(settings: Settings) -> None:
    early = Settings(settings.broker, f"{settings.topic}-later", produce_timeout=1)
    async with serving(early) as client:
        health = await client.get("/healthz")
        assert health.status == 503
        assert early.topic in await health.text() or "no answer" in await health.text()
        assert (await client.post("/", data=notification("early.jpeg"))).status == 503
        await create_topic(early.broker, early.topic)

        async def taken() -> bool:
            return (await client.post("/", data=notification("film.jpeg"))).status == 200

        await eventually(taken)
        assert (await client.get("/healthz")).status == 200


async def test_what_becomes_of_notifications_is_counted(settings: Settings) -> None:
    def count(text: str, outcome: str) -> float:
        name = f'notification_ingress_notifications_total{{outcome="{outcome}"}} '
        return sum(float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name))

    async with serving(settings) as client:
        before = await (await client.get("/metrics")).text()
        await client.post("/", data=notification("film.jpeg"))
        await client.post("/", data=b"no")
        after = await (await client.get("/metrics")).text()
    assert count(after, "taken") == count(before, "taken") + 1
    assert count(after, "refused") == count(before, "refused") + 1


async def test_sigterm_lets_a_request_under_way_end(settings: Settings, kafka: KafkaServer) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "notification_ingress"),
        env=kafka.environment | {"KAFKA_TOPIC": settings.topic, "PORT": str(port), "PYTHONPATH": ":".join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
    )
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session:

        async def healthy() -> bool:
            try:
                return (await session.get(f"{url}/healthz")).status == 200
            except aiohttp.ClientConnectionError:
                return False

        await eventually(healthy)
        kafka.freeze()
        try:
            request = asyncio.create_task(session.post(f"{url}/", data=notification("film.jpeg")))
            await asyncio.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.3)
        finally:
            kafka.thaw()
        assert (await request).status == 200
    async with asyncio.timeout(10):
        output, _ = await process.communicate()
    assert process.returncode == 0
    assert b"film" not in output
    [record] = await first_records(settings.broker, settings.topic, 1)
    assert record.key == b"xray-source/film.jpeg"
