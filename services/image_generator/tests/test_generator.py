"""The generator against an S3 server, and its parts."""

from __future__ import annotations

import io
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from image_generator import film
from image_generator.generator import Generator
from image_generator.schedule import Schedule
from image_generator.settings import Settings
from moto.server import ThreadedMotoServer
from PIL import Image


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 25901, verbose=False)
    server.start()
    yield "http://127.0.0.1:25901"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="films")
    for found in client.list_objects_v2(Bucket="films").get("Contents", []):
        client.delete_object(Bucket="films", Key=found["Key"])
    return client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.radial_gradient("L").resize((640, 480)).save(tmp_path / "chest.jpeg")
    return tmp_path


def settings(endpoint: str, folder: Path, rate: float) -> Settings:
    return Settings(endpoint, "films", folder, rate)


def test_films_come_at_the_rate_and_each_is_new(store: Any, endpoint: str, folder: Path) -> None:
    stop = threading.Event()
    generator = Generator(settings(endpoint, folder, 10), stop, random.Random(1))
    threading.Timer(2.05, stop.set).start()
    generator.run()
    found = store.list_objects_v2(Bucket="films")["Contents"]
    assert 15 <= len(found) <= 21
    assert len({entry["ETag"] for entry in found}) == len(found)
    for entry in found:
        assert re.fullmatch(r"demo_[A-Za-z]+ [A-Za-z]+_\d+_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.jpeg", entry["Key"])
        body = store.get_object(Bucket="films", Key=entry["Key"])["Body"].read()
        assert Image.open(io.BytesIO(body)).size == (640, 480)


def test_a_store_that_is_away_gets_the_film_when_it_is_back(store: Any, endpoint: str, folder: Path) -> None:
    stop = threading.Event()
    generator = Generator(Settings(endpoint, "not-yet-there", folder, 5), stop, random.Random(2))
    thread = threading.Thread(target=generator.run)
    thread.start()
    time.sleep(0.7)
    assert generator.sent == 0
    store.create_bucket(Bucket="not-yet-there")
    deadline = time.monotonic() + 5
    while not generator.sent and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join(5)
    assert generator.sent


def test_the_burned_in_identity_is_the_name_s_and_lies_at_the_lower_left(folder: Path) -> None:
    chance = random.Random(3)
    identity = film.Identity.invent(chance)
    image = Image.open(io.BytesIO(film.make(folder / "chest.jpeg", identity, chance)))
    corner = image.crop((0, image.height - 100, 250, image.height))
    assert max(corner.tobytes()) > 240
    assert identity.name in identity.file_name


def test_the_schedule_keeps_its_rate_and_does_not_flood_after_an_outage() -> None:
    schedule = Schedule(2, due=100)
    for now in (100.01, 100.6, 101.02):
        schedule.advance(now)
    assert schedule.due == pytest.approx(101.5)
    schedule.advance(200)
    assert schedule.due == pytest.approx(197.5)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"FILMS_PER_SECOND": "-1"}, "from 0 to 100"),
        ({"FILMS_FOLDER": "/nowhere"}, "no *.jpeg"),
        ({"service_point": None}, "service_point"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, changes: dict[str, str | None], words: str) -> None:
    environment = {
        "service_point": "http://127.0.0.1:1",
        "bucket-base-name": "films",
        "FILMS_FOLDER": str(folder),
    } | changes
    given = {name: value for name, value in environment.items() if value is not None}
    done = run(given).communicate(timeout=20)
    assert words in done[1]


def test_sigterm_ends_it(folder: Path) -> None:
    given = {"service_point": "http://127.0.0.1:1", "bucket-base-name": "films", "FILMS_FOLDER": str(folder)}
    process = run(given | {"FILMS_PER_SECOND": "0"})
    assert process.stderr
    assert "sending nothing" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert "stopped after 0 films" in process.communicate(timeout=10)[1]
    assert process.returncode == 0


def run(environment: dict[str, str]) -> subprocess.Popen[str]:
    keys = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PYTHONPATH": ":".join(filter(None, sys.path)),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "image_generator"], env=keys | environment, stderr=subprocess.PIPE, text=True
    )
