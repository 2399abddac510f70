"""The event source: consumes again and again until told to stop."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
from aiohttp import web
from aiokafka.errors import KafkaError
from facility_messaging.complaints import Complaints
from facility_messaging.probes import add_probes
from facility_messaging.producer import AcknowledgedProducer

from event_source.consumption import Consumption
from event_source.dead_letters import DeadLetters
from event_source.delivery import Delivery
from event_source.event import EventMaker
from event_source.retry import RetryPolicy
from event_source.settings import Settings
from event_source.sink import Sink

log = logging.getLogger(__name__)

#: Seconds until a dead letter that isn't acknowledged is tried again.
PRODUCE_TIMEOUT = 10.0
#: Between attempts to consume.
RECONNECT = RetryPolicy(first_pause=1.0, longest_pause=15.0)


class Service:
    """Consumes while the broker lets it, and tells at /healthz why when it doesn't."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumption: Consumption | None = None
        self._reason = "joining the consumer group"
        self._complaints = Complaints()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set, then end what is under way."""
        settings = self._settings
        events = EventMaker(settings.namespace, settings.extensions)
        producer = AcknowledgedProducer(settings.broker, "event-source", PRODUCE_TIMEOUT)
        runner = await self._serve_probes()
        try:
            # No limit of connections: max_in_flight is one.
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                sink = Sink(session, settings.sink, settings.sink_timeout)
                dead_letters = DeadLetters(producer, settings.dead_letter_topic, events, settings.sink)
                await self._consume(Delivery(events, sink, dead_letters, settings.retry, settings.max_in_flight), stop)
        finally:
            await producer.stop()
            await runner.cleanup()

    async def _consume(self, delivery: Delivery, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            self._consumption = Consumption(self._settings, delivery)
            try:
                await self._consumption.run(stop)
            except* KafkaError as group:
                failures = 1 if self._consumption.joined else failures + 1
                self._reason = self._complaints.explain(group.exceptions[0])
            self._consumption = None
            if stop.is_set():
                return
            pause = RECONNECT.pause(failures)
            log.warning("not consuming, trying again", extra={"reason": self._reason, "pause": round(pause, 3)})
            try:
                async with asyncio.timeout(pause):
                    await stop.wait()
            except TimeoutError:
                pass

    async def _problem(self) -> str | None:
        if self._consumption is not None and self._consumption.joined:
            return self._consumption.problem()
        return self._reason

    async def _serve_probes(self) -> web.AppRunner:
        application = web.Application()
        add_probes(application, self._problem)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, port=self._settings.port).start()
        return runner
