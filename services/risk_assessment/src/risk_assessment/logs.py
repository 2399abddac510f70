"""Log lines as JSON objects that hold no identity.

An object's key can hold a patient's name, so callers log a film's pseudonym. Exceptions are written with their type and
place but without their message: clients put URLs, and so keys, into messages.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from typing import TYPE_CHECKING

from pythonjsonlogger.json import JsonFormatter

if TYPE_CHECKING:
    from types import TracebackType


class _WithoutMessages(JsonFormatter):
    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        if ei[0] is None:
            return ""
        places = " < ".join(
            f"{frame.name} {frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(ei[2])[::-1]
        )
        return f"{ei[0].__name__} in {places}"


def log_as_json() -> None:
    """Send all log lines of the process to standard output, from the level in LOG_LEVEL (default INFO)."""
    handler = logging.StreamHandler(sys.stdout)
    names = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "error"}
    handler.setFormatter(_WithoutMessages("{asctime}{levelname}{name}{message}", style="{", rename_fields=names))
    # force: func-python sets up plain text lines when it is imported.
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), handlers=[handler], force=True)
    # Below that level they would write object keys.
    for chatty in ("botocore", "urllib3", "pydicom", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
