"""What a kubelet and a Prometheus ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def add_probes(application: web.Application, problem: Callable[[], Awaitable[str | None]]) -> None:
    """Add /livez (always 200), /healthz (503 with what ``problem`` returns, 200 if that is None) and /metrics."""

    async def healthy(_: web.Request) -> web.Response:
        reason = await problem()
        return web.Response(text="ok\n") if reason is None else web.Response(status=503, text=f"{reason}\n")

    application.add_routes(
        [web.get("/livez", _alive), web.get("/healthz", healthy), web.get("/metrics", _metrics)],
    )
