"""Where events go: one attempt at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from cloudevents.core.bindings.http import HTTPMessage

#: Answers that say "not now" although their number is in the 400s.
TRANSIENT = {
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
#: Bytes of an answer that are kept as the reason.
LONGEST_REASON = 64 * 1024
CONNECT_TIMEOUT = 5.0


@dataclass(frozen=True)
class Failure:
    """An attempt that the sink didn't answer with 2xx."""

    status: int
    """HTTP status; 500 where there was no answer, as Knative's dispatcher has it."""
    reason: bytes
    retriable: bool
    retry_after: float = 0.0
    """Seconds that the sink asked to be left alone for."""


class Sink:
    """An HTTP endpoint that takes CloudEvents."""

    def __init__(self, session: aiohttp.ClientSession, url: str, timeout: float) -> None:
        """``timeout``: seconds that an attempt may take in all."""
        self.url = url
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT_TIMEOUT, timeout))

    async def deliver(self, message: HTTPMessage) -> Failure | None:
        """None once the sink took ``message``, else what went wrong."""
        try:
            async with self._session.post(
                self.url, data=message.body, headers=message.headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                return await self._failure(answer)
        except TimeoutError:
            reason = f"dispatch error: no answer within {self._timeout.total:g} s"
        except aiohttp.ClientError as error:
            reason = f"dispatch error: {error}"
        return Failure(HTTPStatus.INTERNAL_SERVER_ERROR, reason.encode(), retriable=True)

    async def _failure(self, answer: aiohttp.ClientResponse) -> Failure | None:
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        client_error = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return Failure(
            answer.status,
            await _head(answer.content),
            retriable=not client_error or answer.status in TRANSIENT,
            retry_after=_seconds(answer.headers.get("Retry-After", "")),
        )


async def _head(content: aiohttp.StreamReader) -> bytes:
    """The first bytes of a body."""
    head = b""
    while len(head) < LONGEST_REASON and (chunk := await content.read(LONGEST_REASON - len(head))):
        head += chunk
    return head


def _seconds(retry_after: str) -> float:
    """A Retry-After header, seconds or a date, in seconds from now; 0 if there is none that makes sense."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, (date.astimezone(UTC) - datetime.now(UTC)).total_seconds())
