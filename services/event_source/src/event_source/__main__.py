"""Run until SIGTERM: `python3 -m event_source`."""

from __future__ import annotations

import asyncio
import signal

from facility_messaging.logs import log_as_json

from event_source.service import Service
from event_source.settings import Settings


async def serve(settings: Settings) -> None:
    """Run the service; SIGTERM and SIGINT end it in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Service(settings).run(stop)


def main() -> None:
    """Read the settings and run."""
    log_as_json()
    asyncio.run(serve(Settings.from_environment()))


if __name__ == "__main__":
    main()
