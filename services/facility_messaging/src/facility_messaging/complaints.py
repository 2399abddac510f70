"""Why a client couldn't connect."""

from __future__ import annotations

import logging

from aiokafka.errors import KafkaConnectionError


class Complaints(logging.Handler):
    """Keeps aiokafka's last complaint: a wrong password is told in its log only, what it raises just says no."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._last = ""
        logging.getLogger("aiokafka").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of a log record."""
        self._last = record.getMessage()

    def explain(self, error: BaseException) -> str:
        """``error`` in words that tell an operator what to look at."""
        if isinstance(error, KafkaConnectionError) and self._last:
            return self._last
        return str(error)
