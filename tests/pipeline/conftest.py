"""Films, and what became of them: the object store, the database, the topics and the pods of the lab's facility."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

import boto3
import psycopg
import pytest
import yaml
from botocore.config import Config
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kubernetes import client, config
from PIL import Image
from psycopg.rows import dict_row

from tests.conftest import STATE, Facility

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")
SOURCE = "xray-source"
TOPIC = "xray-images"
DEAD_LETTERS = "xray-images-dead"
GROUP = "risk-assessment"
NAMESPACE = "xraylab-1"
#: A PUT has to get through while a fault lasts: the client of a modality tries again, too.
RETRIES = Config(retries={"mode": "standard", "max_attempts": 20}, connect_timeout=3, read_timeout=10)


def eventually(probe: Callable[[], T | None], timeout: float, what: str | Callable[[], str]) -> T:
    """What ``probe`` returns once it is true; fails with ``what`` (or what that tells then) after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := probe():
            return found
        time.sleep(0.3)
    pytest.fail(f"not within {timeout:.0f} s: {what if isinstance(what, str) else what()}")


def object_store(facility: Facility) -> S3Client:
    """The object store of a facility, as the user that owns the buckets."""
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=facility["S3_ENDPOINT"],
        region_name="default",
        aws_access_key_id=facility["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=facility["AWS_SECRET_ACCESS_KEY"],
        config=RETRIES,
    )
    return client


@pytest.fixture(scope="session")
def s3(facility: Facility) -> S3Client:
    """The facility's object store."""
    return object_store(facility)


@dataclass(frozen=True)
class Database:
    """The facility's database; a connection a statement, since some tests kill the server."""

    url: str

    def execute(self, statement: LiteralString, parameters: list[str]) -> list[dict[str, Any]]:
        """The rows that ``statement`` returns, none where it returns none."""
        with psycopg.connect(self.url, autocommit=True, row_factory=dict_row, connect_timeout=5) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def database(facility: Facility) -> Database:
    """The facility's database."""
    return Database(facility["DATABASE_URL"])


@pytest.fixture(scope="session")
def kafka_options(facility: Facility) -> dict[str, Any]:
    """How clients reach the brokers, as the user of `make env`."""
    return {
        "bootstrap_servers": facility["KAFKA_BOOTSTRAP"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": facility["KAFKA_USERNAME"],
        "sasl_plain_password": facility["KAFKA_PASSWORD"],
    }


@pytest.fixture
def consumer(kafka_options: dict[str, Any]) -> Iterator[KafkaConsumer]:
    """A reader of topics that belongs to no group."""
    reader = KafkaConsumer(enable_auto_commit=False, auto_offset_reset="earliest", **kafka_options)
    yield reader
    reader.close()


@pytest.fixture
def producer(kafka_options: dict[str, Any]) -> Iterator[KafkaProducer]:
    """A writer of topics."""
    writer = KafkaProducer(acks="all", **kafka_options)
    yield writer
    writer.close()


@pytest.fixture(scope="session")
def pods(facility: Facility) -> client.CoreV1Api:
    """The facility's cluster."""
    return client.CoreV1Api(config.new_client_from_config(facility["KUBECONFIG"], context=facility.name))


@pytest.fixture(scope="session")
def dicom_film(lab: None) -> Path:
    """A real chest film in DICOM, with a name and a birth date in its header."""
    published = yaml.safe_load((STATE / "images.yml").read_text())
    return next(Path(published["lab_artifacts"]["sample-films"]).rglob("*.dcm"))


@dataclass
class Sender:
    """Puts films under keys of one test's own and finds what became of them."""

    s3: S3Client
    database: Database
    prefix: str

    def put(self, name: str, body: bytes) -> str:
        """PUT ``body`` and return its key."""
        key = f"{self.prefix}/{name}"
        self.s3.put_object(Bucket=SOURCE, Key=key, Body=body)
        return key

    def rows(self, key: str | None = None) -> list[dict[str, Any]]:
        """The rows of ``key``, or of all films of this test."""
        if key is not None:
            return self.database.execute("SELECT * FROM assessments WHERE key = %s", [key])
        return self.database.execute("SELECT * FROM assessments WHERE starts_with(key, %s)", [f"{self.prefix}/"])

    def row(self, key: str, timeout: float = 60) -> dict[str, Any]:
        """The one row of ``key``, as soon as it is there."""
        found = eventually(lambda: self.rows(key), timeout, f"a row of {key}")
        assert len(found) == 1
        return found[0]

    def get(self, bucket: str, key: str) -> bytes:
        """An object's content."""
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def remove(self) -> None:
        """Take back everything that the test sent and the pipeline made of it."""
        for row in self.rows():
            self.s3.delete_object(Bucket=f"{SOURCE}-processed", Key=row["processed_key"])
            self.s3.delete_object(Bucket=f"{SOURCE}-anonymized", Key=row["anonymized_key"])
        self.database.execute("DELETE FROM assessments WHERE starts_with(key, %s)", [f"{self.prefix}/"])
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=SOURCE, Prefix=f"{self.prefix}/")
        for page in pages:
            for found in page.get("Contents", []):
                self.s3.delete_object(Bucket=SOURCE, Key=found["Key"])


@pytest.fixture
def sender(s3: S3Client, database: Database) -> Iterator[Sender]:
    """A sender of films that cleans up behind itself."""
    sender = Sender(s3, database, f"test-{uuid.uuid4().hex[:12]}")
    yield sender
    sender.remove()


@pytest.fixture
def other_sender(sender: Sender, other_facility: Facility) -> Iterator[Sender]:
    """A sender of films under the same keys in the other facility."""
    other = Sender(object_store(other_facility), Database(other_facility["DATABASE_URL"]), sender.prefix)
    yield other
    other.remove()


def variation(film: Path, number: int) -> bytes:
    """A film of its own made from a real one: smaller, and brighter by an amount that ``number`` sets."""
    with Image.open(film) as image:
        image.draft("L", (512, 512))
        smaller = image.convert("L").resize((400 + number, 320))
    content = io.BytesIO()
    smaller.point(lambda value: min(255, value + number % 16)).save(content, "JPEG", quality=85)
    return content.getvalue()


def end_offsets(consumer: KafkaConsumer, topic: str) -> dict[TopicPartition, int]:
    """Where each partition of ``topic`` ends now."""
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
    offsets: dict[TopicPartition, int] = consumer.end_offsets(partitions)
    return offsets


def records_since(consumer: KafkaConsumer, offsets: dict[TopicPartition, int], seconds: float = 2) -> list[Any]:
    """The records after ``offsets``, for at most ``seconds``."""
    consumer.assign(list(offsets))
    for partition, offset in offsets.items():
        consumer.seek(partition, offset)
    found: list[Any] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=300).values():
            found.extend(records)
    return found
