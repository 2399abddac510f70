"""From upload to row, with a real database and an S3 server."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from PIL import Image
from pneumonia_model.inference import PneumoniaModel
from pneumonia_model.triage import label_of
from risk_assessment.assessment import Assessor, processed_name
from risk_assessment.database import Database
from risk_assessment.event import Upload
from risk_assessment.pseudonym import Pseudonyms
from risk_assessment.settings import Settings
from risk_assessment.store import Store
from risk_assessment.transient import TransientFaultError
from risk_assessment.unreadable import UnreadableFilmError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
Rows = psycopg.Connection[dict[str, object]]


def put(s3: S3Client, key: str, content: bytes) -> Upload:
    etag = s3.put_object(Bucket="xray-source", Key=key, Body=content)["ETag"].strip('"')
    return Upload("xray-source", key, "", etag, NOW - timedelta(seconds=2))


def keys(s3: S3Client, bucket: str) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def count(rows: Rows) -> int:
    return len(rows.execute("SELECT 1 FROM assessments").fetchall())


def test_a_real_film_becomes_a_row_and_two_images(
    assessor: Assessor, s3: S3Client, rows: Rows, films: list[Path], settings: Settings, model: PneumoniaModel
) -> None:
    key = "2026/11 24/demo_Barbara Campbell_5798_1962-07-16 +%王.jpeg"
    upload = put(s3, key, films[8].read_bytes())

    assessor.assess(upload, NOW)

    (row,) = rows.execute("SELECT * FROM assessments").fetchall()
    risk = model.risk(Image.open(films[8]))
    anonymized = f"{Pseudonyms(settings.anonymization_key).film(upload)}.jpeg"
    assert row["risk"] == pytest.approx(risk, abs=1e-6)
    assert row["label"] == label_of(risk)
    assert (row["bucket"], row["key"], row["etag"]) == ("xray-source", key, upload.etag)
    assert (row["model_digest"], row["model_version"]) == (model.digest, model.version)
    assert row["uploaded_at"] == upload.uploaded_at
    assert isinstance(row["latency_ms"], int)
    assert row["latency_ms"] >= 2000
    assert row["revision"] == "risk-assessment-00001"
    assert keys(s3, "xray-source-processed") == [row["processed_key"]] == [f"{key[:-5]}-processed.jpeg"]
    assert keys(s3, "xray-source-anonymized") == [row["anonymized_key"]] == [anonymized]
    original = Image.open(films[8])
    for bucket, name in (("xray-source-processed", row["processed_key"]), ("xray-source-anonymized", anonymized)):
        answer = s3.get_object(Bucket=bucket, Key=str(name))
        assert answer["ContentType"] == "image/jpeg"
        assert answer["Metadata"] == {}
        assert Image.open(io.BytesIO(answer["Body"].read())).size == original.size


def test_the_same_upload_again_changes_nothing(assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes) -> None:
    upload = put(s3, "a.jpeg", small_film)
    assessor.assess(upload, NOW)
    before = rows.execute("SELECT * FROM assessments").fetchall()
    # Gone from the bucket: were it read again, this would fail.
    s3.delete_object(Bucket="xray-source", Key="a.jpeg")
    assessor.assess(upload, NOW)
    assert rows.execute("SELECT * FROM assessments").fetchall() == before


def test_two_deliveries_at_once_make_one_row(assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes) -> None:
    upload = put(s3, "a.jpeg", small_film)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: assessor.assess(upload, NOW), range(16)))
    assert count(rows) == 1
    assert len(keys(s3, "xray-source-processed")) == len(keys(s3, "xray-source-anonymized")) == 1


def test_other_content_under_the_same_key_is_another_film(
    assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes, films: list[Path]
) -> None:
    assessor.assess(put(s3, "a.jpeg", small_film), NOW)
    assessor.assess(put(s3, "a.jpeg", films[8].read_bytes()), NOW)
    assert count(rows) == 2
    assert len(keys(s3, "xray-source-anonymized")) == 2


def test_a_film_without_etag_in_its_event_is_known_by_the_store_s(
    assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes
) -> None:
    upload = put(s3, "a.jpeg", small_film)
    for _ in range(2):
        assessor.assess(replace(upload, etag=""), NOW)
    (row,) = rows.execute("SELECT etag FROM assessments").fetchall()
    assert row["etag"] == upload.etag


def test_a_crash_before_the_row_is_made_good(
    assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = put(s3, "a.jpeg", small_film)
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            raise TransientFaultError("the database doesn't answer")

        patch.setattr(Database, "insert", fail)
        with pytest.raises(TransientFaultError):
            assessor.assess(upload, NOW)
    assert count(rows) == 0
    left = keys(s3, "xray-source-processed") + keys(s3, "xray-source-anonymized")
    assert len(left) == 2

    assessor.assess(upload, NOW)

    assert count(rows) == 1
    assert keys(s3, "xray-source-processed") + keys(s3, "xray-source-anonymized") == left


def test_no_row_without_both_images(
    assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = put(s3, "a.jpeg", small_film)
    whole: Callable[..., None] = Store.put

    for broken in ("xray-source-processed", "xray-source-anonymized"):

        def put_but_one(store: Store, bucket: str, *rest: object, broken: str = broken) -> None:
            if bucket == broken:
                raise TransientFaultError("the object store doesn't answer")
            whole(store, bucket, *rest)

        with monkeypatch.context() as patch:
            patch.setattr(Store, "put", put_but_one)
            with pytest.raises(TransientFaultError):
                assessor.assess(upload, NOW)
        assert count(rows) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"key": "gone.jpeg"}, "gone from the bucket"),
        ({"etag": "0123456789abcdef0123456789abcdef"}, "replaced"),
        ({"bucket": "xray-source-processed"}, "made itself"),
    ],
)
def test_refuses_what_is_not_there_to_read(
    assessor: Assessor, s3: S3Client, small_film: bytes, rows: Rows, change: dict[str, str], reason: str
) -> None:
    upload = replace(put(s3, "a.jpeg", small_film), **change)  # type: ignore[arg-type] # all of them are texts
    with pytest.raises(UnreadableFilmError, match=reason):
        assessor.assess(upload, NOW)
    assert count(rows) == 0


def test_refuses_a_text_file_that_is_called_a_film(assessor: Assessor, s3: S3Client, rows: Rows) -> None:
    with pytest.raises(UnreadableFilmError, match="no JPEG, PNG or DICOM"):
        assessor.assess(put(s3, "a.jpeg", b"Dear colleague"), NOW)
    assert count(rows) == 0


def test_a_silent_store_is_a_passing_fault(
    settings: Settings, model: PneumoniaModel, database: Database, dead_store: Store, s3: S3Client, small_film: bytes
) -> None:
    assessor = Assessor(settings, model, dead_store, database)
    with pytest.raises(TransientFaultError, match="store"):
        assessor.assess(put(s3, "a.jpeg", small_film), NOW)
    assessor.close()


def test_a_silent_database_is_a_passing_fault(
    settings: Settings, model: PneumoniaModel, s3: S3Client, small_film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("risk_assessment.database._LONGEST_WAIT", 0.3)
    away = replace(settings, database={**settings.database, "port": 9})
    database = Database(away)
    assessor = Assessor(away, model, Store(away), database)
    with pytest.raises(TransientFaultError, match="database"):
        assessor.assess(put(s3, "a.jpeg", small_film), NOW)
    assessor.close()
    database.close()


def test_broken_connections_are_replaced_unnoticed(
    assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes
) -> None:
    assessor.assess(put(s3, "a.jpeg", small_film), NOW)
    rows.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'risk-assessment'")
    assessor.assess(put(s3, "b.jpeg", small_film), NOW)
    assert count(rows) == 2


def test_a_database_without_its_table_is_a_passing_fault(
    assessor: Assessor, s3: S3Client, rows: Rows, small_film: bytes
) -> None:
    rows.execute("ALTER TABLE assessments RENAME TO elsewhere")
    try:
        with pytest.raises(TransientFaultError, match="migrations"):
            assessor.assess(put(s3, "a.jpeg", small_film), NOW)
    finally:
        rows.execute("ALTER TABLE elsewhere RENAME TO assessments")


def test_no_log_line_holds_a_key(
    assessor: Assessor, s3: S3Client, small_film: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    upload = put(s3, "demo_Barbara Campbell_5798.jpeg", small_film)
    assessor.assess(upload, NOW)
    assessor.assess(upload, NOW)
    # The S3 server runs in this process, too, and logs what it is asked.
    ours = [str(vars(record)) for record in caplog.records if not record.name.startswith("werkzeug")]
    assert len(ours) >= 2
    assert not [line for line in ours if "Barbara" in line]


@pytest.mark.parametrize(
    ("key", "film_format", "expected"),
    [
        ("a/b.jpeg", "jpeg", ("a/b-processed.jpeg", "jpeg")),
        ("a/b.JPG", "jpeg", ("a/b-processed.JPG", "jpeg")),
        ("b.png", "png", ("b-processed.png", "png")),
        ("b.jpeg", "png", ("b.jpeg-processed.png", "png")),
        ("b", "jpeg", ("b-processed.jpeg", "jpeg")),
        ("a.b/c", "jpeg", ("a.b/c-processed.jpeg", "jpeg")),
        ("b.dcm", "dicom", ("b.dcm-processed.png", "png")),
        (".jpeg", "jpeg", (".jpeg-processed.jpeg", "jpeg")),
    ],
)
def test_names_of_processed_images(key: str, film_format: str, expected: tuple[str, str]) -> None:
    assert processed_name(key, film_format) == expected
