"""Logs as one JSON object a line."""

from __future__ import annotations

import logging
import sys
import time

from pythonjsonlogger.json import JsonFormatter

#: Seconds.
REPETITION_INTERVAL = 10.0


class Repetitions(logging.Filter):
    """Holds repetitions of aiokafka's back: while a broker is away it says the same several times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether ``record`` is to be logged."""
        if not record.name.startswith("aiokafka"):
            return True
        now = time.monotonic()
        self._said = {message: at for message, at in self._said.items() if now - at < REPETITION_INTERVAL}
        message = record.getMessage()
        if message in self._said:
            return False
        self._said[message] = now
        return True


def log_as_json(level: str = "INFO") -> None:
    """Send everything logged from ``level`` on to standard output: time, level, logger, message and what ``extra`` held."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    )
    handler.addFilter(Repetitions())
    logging.basicConfig(level=level, handlers=[handler], force=True)
