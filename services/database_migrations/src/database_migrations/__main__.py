"""Bring the schema to its newest revision."""

from __future__ import annotations

import logging
import os
import sys

from sqlalchemy.exc import OperationalError

from database_migrations.settings import Settings
from database_migrations.upgrade import upgrade

log = logging.getLogger("database_migrations")


def main() -> int:
    """Return 0 when the schema is at its newest revision."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    try:
        settings = Settings.from_environment(os.environ)
    except KeyError as error:
        log.error("the environment lacks the variable %s", error)
        return 2
    try:
        upgrade(settings)
    except OperationalError as error:
        log.error("database %s: %s", settings.url.render_as_string(), error.orig)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
