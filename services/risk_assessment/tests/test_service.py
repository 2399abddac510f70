"""The function as Knative runs it: a process, a port, CloudEvents."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import requests

from .conftest import environment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from risk_assessment.settings import Settings

    from services.postgresql_fixture import Server

Rows = psycopg.Connection[dict[str, object]]


@dataclass
class Process:
    """A running function."""

    url: str
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def post(self, data: object, **headers: str) -> requests.Response:
        attributes = {
            "ce-specversion": "1.0",
            "ce-type": "dev.knative.kafka.event",
            "ce-source": "/apis/v1/namespaces/xraylab-1/kafkasources/xray-images#xray-images",
            "ce-subject": "partition:0#1",
            "ce-id": "partition:0/offset:1",
            "content-type": "application/json",
        }
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return requests.post(self.url, data=body, headers=attributes | headers, timeout=60)

    def end(self) -> tuple[int, str]:
        """Ask it to stop; give its exit code and what it logged."""
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=40)
        return self.process.returncode, output


def start(variables: dict[str, str], port: int) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.Popen(
        [sys.executable, "-m", "risk_assessment"],
        env=inherited | {"PYTHONPATH": os.pathsep.join(sys.path), "PORT": str(port), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def function(settings: Settings, postgresql: Server) -> Iterator[Process]:
    """The function, ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = Process(f"http://127.0.0.1:{port}", start(environment(postgresql, settings.endpoint), port))
    deadline = time.monotonic() + 60
    while True:
        try:
            if requests.get(f"{started.url}/health/readiness", timeout=5).ok:
                break
        except requests.ConnectionError:
            assert started.process.poll() is None, started.process.communicate()[0]
            assert time.monotonic() < deadline, "not ready within a minute"
            time.sleep(0.05)
    yield started
    started.process.kill()
    started.process.wait()


def record(key: str, etag: str) -> dict[str, Any]:
    return {
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-24T13:50:00Z",
        "s3": {"bucket": {"name": "xray-source"}, "object": {"key": key, "eTag": etag}},
    }


def put(s3: S3Client, key: str, content: bytes) -> dict[str, Any]:
    return record(key, s3.put_object(Bucket="xray-source", Key=key, Body=content)["ETag"].strip('"'))


def test_answers(function: Process, s3: S3Client, rows: Rows, small_film: bytes) -> None:
    good = put(s3, "Barbara.jpeg", small_film)
    bad = put(s3, "Campbell.jpeg", b"Dear colleague")

    answer = function.post({"Records": [bad, good]})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/json")
    reason = {"bucket": "xray-source", "key": "Campbell.jpeg", "reason": "it is no JPEG, PNG or DICOM file"}
    assert answer.json() == {"unreadable": [reason]}
    assert len(rows.execute("SELECT 1 FROM assessments").fetchall()) == 1, "the good film is done all the same"

    again = function.post({"Records": [good]})
    assert (again.status_code, again.content) == (204, b"")
    assert function.post({"Records": []}).status_code == 204
    assert function.post({"Records": [{**good, "eventName": "ObjectRemoved:Delete"}]}).status_code == 204
    assert function.post({"no": "records"}).status_code == 400
    assert function.post(b"{not json").status_code == 400
    assert function.post(b"").status_code == 400
    assert requests.post(function.url, json={"Records": [good]}, timeout=60).status_code == 400, "no CloudEvent"
    assert requests.get(f"{function.url}/health/liveness", timeout=5).status_code == 200

    code, output = function.end()
    assert code == 0
    assert "Barbara" not in output
    assert "Campbell" not in output
    assert "Dear" not in output
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["label"] for line in lines if line["message"] == "film assessed"]


def test_structured_events_are_as_good(function: Process, s3: S3Client, rows: Rows, small_film: bytes) -> None:
    event = {
        "specversion": "1.0",
        "type": "t",
        "source": "/s",
        "id": "1",
        "data": {"Records": [put(s3, "a.jpeg", small_film)]},
    }
    answer = requests.post(
        function.url, data=json.dumps(event), headers={"content-type": "application/cloudevents+json"}, timeout=60
    )
    assert answer.status_code == 204
    assert len(rows.execute("SELECT 1 FROM assessments").fetchall()) == 1


def test_a_fault_that_passes_is_told_as_such(function: Process, s3: S3Client, rows: Rows, small_film: bytes) -> None:
    event = {"Records": [put(s3, "a.jpeg", small_film)]}
    rows.execute("ALTER TABLE assessments RENAME TO elsewhere")
    try:
        answer = function.post(event)
    finally:
        rows.execute("ALTER TABLE elsewhere RENAME TO assessments")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert function.post(event).status_code == 204


def test_what_is_under_way_at_the_end_is_finished(
    function: Process, s3: S3Client, rows: Rows, films: list[Path]
) -> None:
    records = [put(s3, f"{number}.jpeg", films[number].read_bytes()) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(function.post, {"Records": [each]}) for each in records]
        while not rows.execute("SELECT 1 FROM assessments").fetchall():
            time.sleep(0.01)
        code, _ = function.end()
        assert [answer.result().status_code for answer in answers] == [204] * 6
    assert code == 0
    assert len(rows.execute("SELECT 1 FROM assessments").fetchall()) == 6


def test_names_the_variable_that_is_missing(postgresql: Server) -> None:
    variables = environment(postgresql, "http://127.0.0.1:9")
    del variables["anonymization-key"]
    process = start(variables, 0)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "anonymization-key must be set" in output
