"""The service: copies tokens and tells how it is doing until told to stop."""

from __future__ import annotations

import asyncio

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gitops_token_sync.api import Api, open_session
from gitops_token_sync.settings import Settings
from gitops_token_sync.sync import TokenSync


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Run until ``stop`` is set. A copy that is under way then is one write, which the API server does or doesn't."""
    async with open_session(settings) as session:
        sync = TokenSync(Api(session, settings))
        runner = await serve_probes(sync, settings.port)
        copying, stopping = asyncio.create_task(sync.run()), asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait({copying, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if copying in done:
                await copying
        finally:
            copying.cancel()
            stopping.cancel()
            await asyncio.gather(copying, stopping, return_exceptions=True)
            await runner.cleanup()


async def serve_probes(sync: TokenSync, port: int) -> web.AppRunner:
    """Serve /livez, /healthz and /metrics; the runner is to be cleaned up by the caller."""

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok\n") if sync.problem is None else web.Response(status=503, text=f"{sync.problem}\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.add_routes([web.get("/livez", alive), web.get("/healthz", healthy), web.get("/metrics", metrics)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner
