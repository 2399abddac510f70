"""The Knative function: a CloudEvent in, its films assessed, an HTTP status out."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pneumonia_model.inference import PneumoniaModel

from risk_assessment.assessment import Assessor
from risk_assessment.database import Database
from risk_assessment.event import BadEventError, Upload, uploads_in
from risk_assessment.store import Store
from risk_assessment.transient import TransientFaultError
from risk_assessment.unreadable import UnreadableFilmError

if TYPE_CHECKING:
    from risk_assessment.settings import Settings

_LOG = logging.getLogger(__name__)
_RETRY_AFTER = "1"


class Function:
    """What func-python serves.

    It answers 204 when every film of the event is done, also when it was done before; 422 with the reasons when some
    can't be read and the others are done; 400 when the event is no notification; 503 when store or database don't
    answer; 500 on a fault of the function's own. Only 400 and 422 mean that trying again can't help.
    """

    def __init__(self, settings: Settings) -> None:
        """Load the model and begin to connect: whoever has an instance has one that is ready."""
        model = PneumoniaModel.load()
        self._database = Database(settings)
        self._assessor = Assessor(settings, model, Store(settings), self._database)
        self._films = ThreadPoolExecutor(settings.workers, thread_name_prefix="film")
        _LOG.info("ready", extra={"model": model.name, "model_version": model.version, "model_digest": model.digest})

    def stop(self) -> None:
        """Finish the films under way."""
        self._films.shutdown()
        self._assessor.close()
        self._database.close()

    def alive(self) -> bool:
        """Say that the process is no hopeless case: it has no state that a restart would mend."""
        return True

    def ready(self) -> bool:
        """Say that the model is loaded; the server doesn't listen before."""
        return True

    async def handle(self, scope: dict[str, Any], _receive: object, send: Any) -> None:
        """Answer one CloudEvent."""
        try:
            uploads = uploads_in(scope["event"].get_data())
            refused = await self._assess(uploads)
        except BadEventError as error:
            _LOG.warning("event refused", extra={"reason": str(error)})
            await _answer(send, 400, {"error": str(error)})
        except TransientFaultError as error:
            _LOG.warning("event put off", extra={"reason": str(error)})
            await _answer(send, 503, {"error": str(error)})
        except Exception:  # noqa: BLE001 - see below
            # func-python would answer 400 to a ValueError, and so have a film given up that our own mistake spoilt.
            _LOG.exception("fault of the function")
            await _answer(send, 500, {"error": "fault of the function; its log tells more"})
        else:
            await (_answer(send, 422, {"unreadable": refused}) if refused else _answer(send, 204, None))

    async def _assess(self, uploads: list[Upload]) -> list[dict[str, str]]:
        """Assess all films; give those that can't be read with the reasons."""
        received_at = datetime.now(UTC)
        loop = asyncio.get_running_loop()
        results = await asyncio.gather(
            *(loop.run_in_executor(self._films, self._assessor.assess, upload, received_at) for upload in uploads),
            return_exceptions=True,
        )
        refused = []
        for upload, result in zip(uploads, results, strict=True):
            if isinstance(result, UnreadableFilmError):
                refused.append({"bucket": upload.bucket, "key": upload.key, "reason": str(result)})
            elif isinstance(result, BaseException):
                raise result
        return refused


async def _answer(send: Any, status: int, body: object | None) -> None:
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    headers = [(b"content-length", str(len(content)).encode())]
    if content:
        headers.append((b"content-type", b"application/json; charset=utf-8"))
    if status == 503:  # noqa: PLR2004 - service unavailable
        headers.append((b"retry-after", _RETRY_AFTER.encode()))
    await send.http({"type": "http.response.start", "status": status, "headers": headers})
    await send.http({"type": "http.response.body", "body": content})
