"""An API server that keeps Secrets in memory, watches included, and fails when told to.

What Kubernetes does about rights is tested against a real one, in tests/operations.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Secret = dict[str, Any]
Key = tuple[str, str]


class ScriptedApi:
    """The Secrets, by namespace and name, and what is wrong with the server."""

    def __init__(self) -> None:
        self.secrets: dict[Key, Secret] = {}
        self.patches: list[dict[str, Any]] = []
        #: Called before each patch: stands for what somebody else does in between.
        self.before_patch: Callable[[], None] = lambda: None
        #: Statuses to answer the next requests of a method with, instead of what they ask for.
        self.faults: dict[str, list[int]] = {}
        self._version = 1
        self._events: list[asyncio.Queue[Secret]] = []

    def put(self, namespace: str, name: str, data: dict[str, str], **metadata: Any) -> None:
        """Write a Secret; those who watch hear of it."""
        self._version += 1
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        full = {"namespace": namespace, "name": name, "resourceVersion": str(self._version), **metadata}
        self.secrets[namespace, name] = {"metadata": full, "data": encoded}
        for queue in self._events:
            queue.put_nowait(self.secrets[namespace, name])

    def read(self, namespace: str, name: str) -> dict[str, str]:
        """The values of a Secret in clear."""
        return {key: base64.b64decode(value).decode() for key, value in self.secrets[namespace, name]["data"].items()}

    async def end_watches(self) -> None:
        """Have every watch end with an error, as after a compaction."""
        for queue in self._events:
            queue.put_nowait({})

    @property
    def watches(self) -> int:
        """How many watch now."""
        return len(self._events)

    def application(self) -> web.Application:
        """The server."""
        application = web.Application(middlewares=[self._fail])
        application.add_routes(
            [
                web.get("/api/v1/secrets", self._list),
                web.get("/api/v1/namespaces/{namespace}/secrets/{name}", self._get),
                web.patch("/api/v1/namespaces/{namespace}/secrets/{name}", self._patch),
            ]
        )
        return application

    @web.middleware
    async def _fail(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        if self.faults.get(request.method):
            status = self.faults[request.method].pop(0)
            return web.json_response({"message": f"scripted {status}"}, status=status)
        assert request.headers["Authorization"] == "Bearer identity"
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _list(self, request: web.Request) -> web.StreamResponse:
        name = request.query["fieldSelector"].removeprefix("metadata.name=")
        if "watch" in request.query:
            return await self._watch(request, name)
        items = [secret for (_, here), secret in self.secrets.items() if here == name]
        return web.json_response({"items": items, "metadata": {"resourceVersion": str(self._version)}})

    async def _watch(self, request: web.Request, name: str) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        queue: asyncio.Queue[Secret] = asyncio.Queue()
        for secret in self.secrets.values():
            if int(secret["metadata"]["resourceVersion"]) > int(request.query["resourceVersion"]):
                queue.put_nowait(secret)
        async with self._listening(queue):
            try:
                async with asyncio.timeout(float(request.query["timeoutSeconds"])):
                    while secret := await queue.get():
                        if secret["metadata"]["name"] == name:
                            await answer.write(json.dumps({"type": "MODIFIED", "object": secret}).encode() + b"\n")
                    gone = {"message": "too old resource version", "code": 410}
                    await answer.write(json.dumps({"type": "ERROR", "object": gone}).encode() + b"\n")
            except TimeoutError:
                pass
        return answer

    @asynccontextmanager
    async def _listening(self, queue: asyncio.Queue[Secret]) -> AsyncIterator[None]:
        self._events.append(queue)
        try:
            yield
        finally:
            self._events.remove(queue)

    async def _get(self, request: web.Request) -> web.Response:
        found = self.secrets.get((request.match_info["namespace"], request.match_info["name"]))
        return web.json_response(found or {"message": "not found"}, status=200 if found else 404)

    async def _patch(self, request: web.Request) -> web.Response:
        self.before_patch()
        patch = await request.json()
        found = self.secrets[request.match_info["namespace"], request.match_info["name"]]
        if patch["metadata"]["resourceVersion"] != found["metadata"]["resourceVersion"]:
            return web.json_response({"message": "the object has been modified"}, status=409)
        self.patches.append(patch)
        self._version += 1
        written = copy.deepcopy(found)
        written["data"] |= patch["data"]
        written["metadata"]["resourceVersion"] = str(self._version)
        self.secrets[request.match_info["namespace"], request.match_info["name"]] = written
        return web.json_response(written)
