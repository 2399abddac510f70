"""A sink that answers as a test tells it to."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from aiohttp import web

from services.kafka_fixture import free_port


@dataclass(frozen=True)
class Arrival:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        """Partition and offset."""
        return self.headers["ce-id"]

    @property
    def key(self) -> str:
        """The record's key; empty if it had none."""
        return unquote(self.headers.get("ce-key", ""))


Answer = Callable[[Arrival], Awaitable[web.Response]]


async def accept(_: Arrival) -> web.Response:
    """Take any event."""
    return web.Response(status=204)


class ScriptedSink:
    """An HTTP server; what arrives is kept, in order."""

    def __init__(self) -> None:
        self.answer: Answer = accept
        self.arrivals: list[Arrival] = []
        self.taken: list[Arrival] = []
        """Those that were answered with 2xx."""
        self.open: Counter[str] = Counter()
        """Requests without an answer yet, by key."""
        self.most_open = 0
        self.most_open_of_a_key = 0
        self._port = free_port()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}/"

    def ids(self) -> set[str]:
        """Events that were taken."""
        return {arrival.id for arrival in self.taken}

    async def start(self) -> None:
        """Listen."""
        application = web.Application()
        application.router.add_post("/", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        """Refuse connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        arrival = Arrival(headers, await request.read())
        self.arrivals.append(arrival)
        self.open[arrival.key] += 1
        self.most_open = max(self.most_open, self.open.total())
        self.most_open_of_a_key = max(self.most_open_of_a_key, self.open[arrival.key])
        try:
            answer = await self.answer(arrival)
            if answer.status < 300:
                self.taken.append(arrival)
            return answer
        finally:
            self.open[arrival.key] -= 1


def in_turn(*statuses: int, headers: dict[str, str] | None = None) -> Answer:
    """Each event's first attempt gets the first status, its second the next; the last one stays.

    ``headers`` are those of answers that aren't 2xx.
    """
    attempts: Counter[str] = Counter()

    async def answer(arrival: Arrival) -> web.Response:
        status = statuses[min(attempts[arrival.id], len(statuses) - 1)]
        attempts[arrival.id] += 1
        return web.Response(status=status, headers=headers if status >= 300 else None)

    return answer


def held(gate: asyncio.Event, *keys: str) -> Answer:
    """Events with one of ``keys`` are answered once ``gate`` is set, others at once."""

    async def answer(arrival: Arrival) -> web.Response:
        if arrival.key in keys:
            await gate.wait()
        return web.Response(status=204)

    return answer
