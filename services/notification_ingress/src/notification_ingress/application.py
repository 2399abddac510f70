"""POST / takes a notification; 200 means that the broker has it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
from facility_messaging.probes import add_probes
from facility_messaging.producer import AcknowledgedProducer, NotAcknowledgedError, RecordTooLargeError
from prometheus_client import Counter, Histogram

from notification_ingress.notification import NotANotificationError, record_key
from notification_ingress.settings import Settings

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
#: Seconds after which the object store may try again.
RETRY_AFTER = 1
#: Seconds within which /healthz has to have its answer.
PROBE_TIMEOUT = 2.0

NOTIFICATIONS = Counter("notification_ingress_notifications", "Notifications by what became of them", ["outcome"])
ACKNOWLEDGEMENT = Histogram(
    "notification_ingress_acknowledgement_seconds", "From a notification's arrival to the broker's acknowledgement"
)


def create_application(settings: Settings) -> web.Application:
    """The server; it connects to the broker when started and whenever it has to anew."""
    producer = AcknowledgedProducer(settings.broker, "notification-ingress", settings.produce_timeout)

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        with ACKNOWLEDGEMENT.time():
            await producer.send(settings.topic, key=record_key(body).encode(), value=body)
        NOTIFICATIONS.labels("taken").inc()
        return web.Response()

    async def problem() -> str | None:
        return await producer.problem(settings.topic, PROBE_TIMEOUT)

    async def connection(_: web.Application) -> AsyncIterator[None]:
        # So that the first notification doesn't pay for the connection.
        if reason := await problem():
            log.warning("serving although the broker isn't there yet", extra={"reason": reason})
        yield
        await producer.stop()

    application = web.Application(client_max_size=LARGEST_BODY, middlewares=[_answer_for_failures])
    application.cleanup_ctx.append(connection)
    application.router.add_post("/", take)
    add_probes(application, problem)
    return application


@web.middleware
async def _answer_for_failures(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except NotANotificationError as error:
        outcome, answer = "refused", web.Response(status=400, text=f"{error}\n")
    except (RecordTooLargeError, web.HTTPRequestEntityTooLarge) as error:
        outcome, answer = "refused", web.Response(status=413, text=f"{error}\n")
    except NotAcknowledgedError as error:
        outcome = "unavailable"
        answer = web.Response(status=503, text=f"{error}\n", headers={"Retry-After": str(RETRY_AFTER)})
    NOTIFICATIONS.labels(outcome).inc()
    log.warning("not taken", extra={"status": answer.status, "reason": (answer.text or "").strip()})
    return answer
