"""The migrations against a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from database_migrations.settings import Settings
from database_migrations.upgrade import downgrade, upgrade

from services.postgresql_fixture import Server

ROW = {
    "bucket": "xray-source", "key": "a.jpeg", "etag": "e1", "risk": 0.5, "label": "Unsure", "thresholds_version": "1",
    "model_name": "m", "model_version": "1", "model_digest": "sha256:0", "revision": "r", "processed_key": "p.jpeg",
    "anonymized_key": "x.jpeg", "film_format": "jpeg", "uploaded_at": "2026-01-01Z", "received_at": "2026-01-01Z",
    "assessed_at": "2026-01-01Z", "latency_ms": 5,
}  # fmt: skip


def insert(connection: psycopg.Connection[Any], **changes: object) -> None:
    row = ROW | changes
    columns, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    connection.execute(f"INSERT INTO assessments ({columns}) VALUES ({values})".encode(), row)  # noqa: S608 - the names are ours


@pytest.fixture
def settings(postgresql: Server) -> Iterator[Settings]:
    found = Settings.from_environment(postgresql.environment)
    yield found
    downgrade(found, "base")


@pytest.fixture
def database(postgresql: Server, settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    upgrade(settings)
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        yield connection


def test_a_second_upgrade_keeps_what_is_stored(database: psycopg.Connection[Any], settings: Settings) -> None:
    insert(database)
    upgrade(settings)
    assert database.execute("SELECT count(*) FROM assessments").fetchone() == (1,)


def test_two_upgrades_at_once_leave_one_schema(settings: Settings, postgresql: Server) -> None:
    errors: list[Exception] = []

    def run() -> None:
        try:
            upgrade(settings)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_the_way_back_and_forth_works(database: psycopg.Connection[Any], settings: Settings) -> None:
    downgrade(settings, "base")
    assert database.execute("SELECT to_regclass('assessments')").fetchone() == (None,)
    upgrade(settings)
    insert(database)


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("images_uploaded", ["time", "name"]),
        ("images_processed", ["time", "name", "model", "label"]),
        ("images_anonymized", ["time", "name"]),
    ],
)
def test_the_views_have_the_columns_of_existing_dashboards(
    database: psycopg.Connection[Any], view: str, columns: list[str]
) -> None:
    insert(database)
    cursor = database.execute(f"SELECT * FROM {view}".encode())  # noqa: S608 - one of the three above
    assert [column.name for column in cursor.description or ()] == columns
    assert len(cursor.fetchall()) == 1


def test_the_same_film_is_one_row(database: psycopg.Connection[Any]) -> None:
    insert(database)
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(database, risk=0.9, label="Pneumonia")
    insert(database, etag="e2")
    insert(database, version_id="v2")


@pytest.mark.parametrize(
    "change", [{"risk": 1.01}, {"risk": -0.01}, {"risk": None}, {"label": "Maybe"}, {"etag": None}]
)
def test_a_row_that_makes_no_sense_is_refused(database: psycopg.Connection[Any], change: dict[str, object]) -> None:
    with pytest.raises(psycopg.IntegrityError):
        insert(database, **change)


def test_a_database_that_never_comes_is_an_error_after_the_wait(settings: Settings) -> None:
    nowhere = replace(settings, url=settings.url.set(port=1), wait_seconds=0.5)
    started = time.monotonic()
    with pytest.raises(Exception, match="refused"):
        upgrade(nowhere)
    assert time.monotonic() - started < 5


def test_the_program_tells_which_variable_is_missing(postgresql: Server) -> None:
    environment = {name: value for name, value in postgresql.environment.items() if name != "database-db"}
    done = subprocess.run(
        [sys.executable, "-m", "database_migrations"],
        env=os.environ | environment | {"PYTHONPATH": ":".join(filter(None, sys.path))}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "database-db" in done.stderr
