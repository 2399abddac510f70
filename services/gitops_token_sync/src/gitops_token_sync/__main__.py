"""Run until SIGTERM: `python3 -m gitops_token_sync`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from pythonjsonlogger.json import JsonFormatter

from gitops_token_sync.service import serve
from gitops_token_sync.settings import Settings


async def run(settings: Settings) -> None:
    """Run the service; SIGTERM and SIGINT end it in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop)


def main() -> None:
    """Read the settings and run; logs are one JSON object a line."""
    handler = logging.StreamHandler(sys.stdout)
    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    handler.setFormatter(JsonFormatter("{asctime}{levelname}{name}{message}", style="{", rename_fields=names))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    asyncio.run(run(Settings.from_environment()))


if __name__ == "__main__":
    main()
