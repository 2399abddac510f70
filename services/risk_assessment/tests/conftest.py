"""Real films, a real database, and an S3 server that tests may break."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import psycopg
import pytest
from database_migrations.settings import Settings as MigrationSettings
from database_migrations.upgrade import downgrade, upgrade
from moto.server import ThreadedMotoServer
from PIL import Image
from pneumonia_model.inference import PneumoniaModel
from risk_assessment.assessment import Assessor
from risk_assessment.database import Database
from risk_assessment.settings import Settings
from risk_assessment.store import Store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from services.postgresql_fixture import Server

BUCKETS = ("xray-source", "xray-source-processed", "xray-source-anonymized")


@pytest.fixture(scope="session")
def films() -> list[Path]:
    """The 16 films of the package `pneumonia_model_package`, which is found but never imported (it wants TensorFlow)."""
    package = find_spec("pneumonia_model_package")
    if package is None or not package.submodule_search_locations:
        pytest.fail("install the films: pip install --no-deps pneumonia_model_package==0.3.0")
    found = sorted(Path(package.submodule_search_locations[0]).glob("datasets/pneumonia-data/val/*.jpeg"))
    assert len(found) == 16
    return found


@pytest.fixture(scope="session")
def small_film() -> bytes:
    """A JPEG that takes no time: a soft grey ramp of 240 x 200 pixels."""
    ramp = Image.linear_gradient("L").resize((240, 200))
    target = io.BytesIO()
    ramp.save(target, "JPEG")
    return target.getvalue()


@pytest.fixture(scope="session")
def model() -> PneumoniaModel:
    """The model that the package ships."""
    return PneumoniaModel.load()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """URL of an S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def surroundings(postgresql: Server, s3_server: str) -> Iterator[Settings]:
    """Settings for a database with the real schema and three buckets."""
    where = MigrationSettings.from_environment(postgresql.environment)
    upgrade(where)
    found = Settings.from_environment(environment(postgresql, s3_server))
    client = s3_client(found)
    for bucket in BUCKETS:
        client.create_bucket(Bucket=bucket)
    yield found
    downgrade(where, "base")


@pytest.fixture
def settings(surroundings: Settings, s3: S3Client, rows: psycopg.Connection[dict[str, object]]) -> Settings:
    """Settings for an empty table and empty buckets."""
    rows.execute("TRUNCATE assessments")
    for bucket in BUCKETS:
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
    return surroundings


def environment(postgresql: Server, s3_server: str) -> dict[str, str]:
    """What a pod of the function has in its environment."""
    return {
        **postgresql.environment,
        "service_point": s3_server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "bucket-base-name": "xray-source",
        "anonymization-key": "a secret of one facility",
        "K_REVISION": "risk-assessment-00001",
    }


def s3_client(settings: Settings) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name="us-east-1",
    )


@pytest.fixture(scope="session")
def s3(surroundings: Settings) -> S3Client:
    """A client of the S3 server."""
    return s3_client(surroundings)


@pytest.fixture(scope="session")
def rows(surroundings: Settings) -> Iterator[psycopg.Connection[dict[str, object]]]:
    """A connection that reads rows as dictionaries."""
    with psycopg.connect(**surroundings.database, autocommit=True, row_factory=psycopg.rows.dict_row) as connection:  # type: ignore[arg-type] # all of them are texts and a port
        yield connection


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The function's own access to the table."""
    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture
def assessor(settings: Settings, model: PneumoniaModel, database: Database) -> Iterator[Assessor]:
    """The function without its HTTP server."""
    made = Assessor(settings, model, Store(settings), database)
    yield made
    made.close()


@pytest.fixture
def dead_store(settings: Settings) -> Store:
    """A store that nobody answers at."""
    return Store(replace(settings, endpoint="http://127.0.0.1:9"))
