"""Serve until SIGTERM: `python3 -m notification_ingress`."""

from __future__ import annotations

from aiohttp import web
from facility_messaging.logs import log_as_json

from notification_ingress.application import create_application
from notification_ingress.settings import Settings

#: Seconds that requests under way get after SIGTERM.
GRACE = 15


def main() -> None:
    """Read the settings and serve."""
    log_as_json()
    settings = Settings.from_environment()
    # No access log: it would be a line a film, and what matters is counted.
    web.run_app(create_application(settings), port=settings.port, access_log=None, print=None, shutdown_timeout=GRACE)


if __name__ == "__main__":
    main()
