"""The table of assessments."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg_pool import ConnectionPool, PoolTimeout

from risk_assessment.transient import TransientFaultError

if TYPE_CHECKING:
    from datetime import datetime

    from risk_assessment.event import Upload
    from risk_assessment.settings import Settings

_LONGEST_WAIT = 5.0
_SECOND_TRY = 2


@dataclass(frozen=True)
class Assessment:
    """One row of the table, as the migrations define it."""

    bucket: str
    key: str
    version_id: str
    etag: str
    risk: float
    label: str
    thresholds_version: str
    model_name: str
    model_version: str
    model_digest: str
    revision: str
    processed_key: str
    anonymized_key: str
    film_format: str
    uploaded_at: datetime
    received_at: datetime
    assessed_at: datetime
    latency_ms: int
    """From the upload to this row."""


_COLUMNS = [field.name for field in fields(Assessment)]
_INSERT = SQL("INSERT INTO assessments ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING").format(
    columns=SQL(", ").join(map(Identifier, _COLUMNS)), values=SQL(", ").join(map(Placeholder, _COLUMNS))
)
_KNOWN = SQL("SELECT 1 FROM assessments WHERE (bucket, key, version_id, etag) = (%s, %s, %s, %s)")


class Database:
    """A small pool of connections, opened in the background and mended when the server comes back."""

    def __init__(self, settings: Settings) -> None:
        """Begin to connect; returns at once."""
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            kwargs={
                **settings.database,
                "connect_timeout": 3,
                "autocommit": True,
                "application_name": "risk-assessment",
            },
            min_size=1,
            max_size=settings.workers,
            timeout=_LONGEST_WAIT,
            open=True,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()

    def knows(self, upload: Upload) -> bool:
        """Say whether there is a row of this upload; raises TransientFaultError if the database doesn't answer."""
        return bool(self._run(_KNOWN, (upload.bucket, upload.key, upload.version_id, upload.etag)))

    def insert(self, assessment: Assessment) -> bool:
        """Write a row, which is the only one of its upload; False if it was there. Raises TransientFaultError."""
        return bool(self._run(_INSERT, asdict(assessment)))

    def _run(self, statement: SQL | Any, values: Any) -> int:
        """Run a statement that may safely run twice; give the number of rows.

        The second try is for connections that broke while they lay in the pool: cheaper than asking each time.
        """
        for attempt in range(1, _SECOND_TRY + 1):
            try:
                with self._pool.connection() as connection:
                    return connection.execute(statement, values).rowcount
            except PoolTimeout as error:
                raise TransientFaultError("the database doesn't answer") from error
            except psycopg.OperationalError as error:
                if attempt == _SECOND_TRY:
                    raise TransientFaultError("the database doesn't answer") from error
                self._pool.check()
            except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
                raise TransientFaultError("the database isn't set up: the migrations have to run first") from error
        raise AssertionError("unreachable: the last attempt returns or raises")
