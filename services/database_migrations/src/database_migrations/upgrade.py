"""Run the migrations: wait for the database, one at a time, all in one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from database_migrations.settings import Settings

log = logging.getLogger(__name__)

#: Whoever holds this lock migrates; the number is ours alone ("xray" in ASCII).
LOCK = 0x78726179


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the schema up to ``revision``; raises OperationalError when the database doesn't come within the wait."""
    _migrate(settings, lambda config: command.upgrade(config, revision))


def downgrade(settings: Settings, revision: str) -> None:
    """Take the schema back to ``revision``; ``base`` is before the first one. What only newer ones hold is lost."""
    _migrate(settings, lambda config: command.downgrade(config, revision))


def _migrate(settings: Settings, migrate: Callable[[Config], None]) -> None:
    engine = create_engine(settings.url, connect_args={"connect_timeout": 5})
    with _connect(engine, settings.wait_seconds) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = connection
        migrate(config)
    engine.dispose()


def _connect(engine: Engine, wait_seconds: float) -> Connection:
    """A connection, as soon as the database takes one."""
    deadline = time.monotonic() + wait_seconds
    pause = 0.2
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            if time.monotonic() + pause > deadline:
                raise
            log.info("waiting for the database: %s", str(error.orig).strip().splitlines()[0])
        time.sleep(pause)
        pause = min(2 * pause, 5)
