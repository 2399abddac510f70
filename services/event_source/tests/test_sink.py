"""Which answers mean what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web
from cloudevents.core.bindings.http import HTTPMessage
from event_source.sink import LONGEST_REASON, Failure, Sink

from services.event_source.tests.scripted_sink import Arrival, ScriptedSink, in_turn

MESSAGE = HTTPMessage({"ce-id": "1"}, b"{}")


async def attempt(sink: ScriptedSink) -> Failure | None:
    async with aiohttp.ClientSession() as session:
        return await Sink(session, sink.url, 5).deliver(MESSAGE)


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_2xx_is_taken(sink: ScriptedSink, status: int) -> None:
    sink.answer = in_turn(status)
    assert await attempt(sink) is None


@pytest.mark.parametrize("status", [302, 404, 408, 409, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_retriable(sink: ScriptedSink, status: int) -> None:
    sink.answer = in_turn(status, headers={"Location": "/elsewhere"})
    failure = await attempt(sink)
    assert failure is not None
    assert (failure.status, failure.retriable) == (status, True)


@pytest.mark.parametrize("status", [400, 401, 403, 405, 410, 413, 415, 422])
async def test_a_client_error_is_not_retriable(sink: ScriptedSink, status: int) -> None:
    sink.answer = in_turn(status)
    failure = await attempt(sink)
    assert failure is not None
    assert (failure.status, failure.retriable) == (status, False)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        (timedelta(hours=1), 3000, 3600),
        (timedelta(hours=-1), 0, 0),
        ("soon", 0, 0),
        ("-5", 0, 0),
    ],
)
async def test_retry_after_is_seconds_or_a_date(
    sink: ScriptedSink, header: str | timedelta, least: float, most: float
) -> None:
    # The date is made here: the tests may have been collected long ago.
    text = header if isinstance(header, str) else format_datetime(datetime.now(UTC) + header, usegmt=True)
    sink.answer = in_turn(503, headers={"Retry-After": text})
    failure = await attempt(sink)
    assert failure is not None
    assert least <= failure.retry_after <= most


async def test_of_a_long_answer_the_beginning_is_the_reason(sink: ScriptedSink) -> None:
    async def long_answer(_: Arrival) -> web.Response:
        return web.Response(status=422, body=b"x" * (LONGEST_REASON * 3))

    sink.answer = long_answer
    failure = await attempt(sink)
    assert failure is not None
    assert failure.reason == b"x" * LONGEST_REASON
