"""Serve the function on $PORT until SIGTERM."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from func_python.cloudevent import ASGIApplication  # type: ignore[import-untyped] # it ships none

from risk_assessment.function import Function
from risk_assessment.logs import log_as_json
from risk_assessment.settings import SettingError, Settings

if TYPE_CHECKING:
    from hypercorn.config import Config

_SECONDS_TO_FINISH = 20


class Server(ASGIApplication):  # type: ignore[misc] # as above
    """func-python's server, but at SIGTERM films under way have more than its three seconds."""

    async def _serve(self, cfg: Config) -> None:
        cfg.graceful_timeout = _SECONDS_TO_FINISH
        # A logger in place of a file's name: its lines take the form of all the others.
        cfg.errorlog = logging.getLogger("hypercorn")
        await super()._serve(cfg)


def main() -> int:
    """Run until told to stop; 2 when the environment is not as it should be."""
    log_as_json()
    port = os.environ.get("PORT", "8080")
    # Knative says PORT, func-python reads this.
    os.environ.setdefault("LISTEN_ADDRESS", f"[::]:{port},0.0.0.0:{port}")
    try:
        settings = Settings.from_environment(os.environ)
    except SettingError as error:
        logging.getLogger("risk_assessment").critical("can't start", extra={"reason": str(error)})
        return 2
    Server(Function(settings)).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
