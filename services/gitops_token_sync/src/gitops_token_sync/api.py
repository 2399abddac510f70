"""The few requests that are made of the hub's API server."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp

from gitops_token_sync.settings import Settings

FIELD_MANAGER = "gitops-token-sync"
#: Seconds for a connection and for an answer.
TIMEOUT = 15.0
#: Seconds that a watch may stay silent beyond the end that was asked for.
SILENCE = 15.0
#: An object of a watch comes in one line. Kubernetes' own limit for a Secret is 1 MiB, and base64 makes it longer.
LONGEST_LINE = 4 * 1024 * 1024


class ApiError(Exception):
    """The API server can't be reached, or refuses; the message is for an operator."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


def open_session(settings: Settings) -> aiohttp.ClientSession:
    """A session with the API server, to be closed by who opened it."""
    trust = ssl.create_default_context(cafile=str(settings.identity / "ca.crt"))
    connector = aiohttp.TCPConnector(ssl=trust)
    return aiohttp.ClientSession(settings.server, connector=connector, read_bufsize=LONGEST_LINE)


class Api:
    """The API server, as the pod's service account."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    async def token_secrets(self) -> tuple[list[Mapping[str, Any]], str]:
        """The token Secrets of all clusters, and the version from which to watch on."""
        found = await self._call("GET", "/api/v1/secrets", params=self._named())
        return found["items"], found["metadata"]["resourceVersion"]

    async def changed_token_secrets(self, version: str) -> AsyncIterator[Mapping[str, Any]]:
        """The token Secrets that are written from ``version`` on; ends after the settings' ``resync``.

        :raises ApiError: with status 410 where ``version`` is too old.
        """
        resync = self._settings.resync
        params = {**self._named(), "watch": "true", "resourceVersion": version, "timeoutSeconds": str(resync)}
        timeout = aiohttp.ClientTimeout(connect=TIMEOUT, sock_read=resync + SILENCE)
        async with self._request("GET", "/api/v1/secrets", params=params, timeout=timeout) as answer:
            async for line in answer.content:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    status = event["object"]
                    raise ApiError(f"the watch was ended: {status.get('message')}", status.get("code") or 0)
                if event["type"] in ("ADDED", "MODIFIED"):
                    yield event["object"]

    async def cluster_secret(self, name: str) -> Mapping[str, Any]:
        """One Secret of Argo CD's namespace."""
        found: Mapping[str, Any] = await self._call("GET", self._path(name))
        return found

    async def write(self, name: str, patch: Mapping[str, Any]) -> None:
        """Merge ``patch`` into one Secret of Argo CD's namespace."""
        params = {"fieldManager": FIELD_MANAGER}
        headers = {"Content-Type": "application/merge-patch+json"}
        await self._call("PATCH", self._path(name), params=params, data=json.dumps(patch), headers=headers)

    def _path(self, name: str) -> str:
        return f"/api/v1/namespaces/{quote(self._settings.namespace)}/secrets/{quote(name)}"

    def _named(self) -> dict[str, str]:
        # With this selector, a right that is restricted to the name covers lists and watches.
        return {"fieldSelector": f"metadata.name={self._settings.account}"}

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with self._request(method, path, timeout=timeout, **options) as answer:
            return await answer.json()

    def _request(self, method: str, path: str, **options: Any) -> _Answer:
        # Read each time: Kubernetes renews it.
        token = (self._settings.identity / "token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return _Answer(f"{method} {path}", self._session.request(method, path, headers=headers, **options))


class _Answer:
    """An answer that was good; one that wasn't, or that didn't come, is an ApiError."""

    def __init__(self, what: str, context: Any) -> None:
        self._what = what
        self._context = context

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            answer: aiohttp.ClientResponse = await self._context.__aenter__()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiError(f"{self._what}: {error or type(error).__name__}") from error
        if answer.status >= HTTPStatus.BAD_REQUEST:
            text = await answer.text()
            await self._context.__aexit__(None, None, None)
            raise ApiError(f"{self._what}: {answer.status} {_message(text)}", answer.status)
        return answer

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._context.__aexit__(kind, error, trace)
        if isinstance(error, (aiohttp.ClientError, TimeoutError, ValueError)):
            raise ApiError(f"{self._what}: {error or type(error).__name__}") from error


def _message(text: str) -> str:
    """What the API server says in an answer that isn't good."""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:200]
