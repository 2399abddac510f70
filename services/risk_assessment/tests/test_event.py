"""Notifications as an object store sends them."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from risk_assessment.event import BadEventError, uploads_in

RECORD: dict[str, Any] = {
    "eventVersion": "2.2",
    "eventSource": "ceph:s3",
    "eventTime": "2026-11-24T13:50:00.123456Z",
    "eventName": "ObjectCreated:Put",
    "s3": {
        "bucket": {"name": "xray-source"},
        "object": {"key": "a+b%2B%25%E7%8E%8B.jpeg", "size": 5, "eTag": "e1", "versionId": ""},
    },
}


def record(**changes: str) -> dict[str, Any]:
    changed = copy.deepcopy(RECORD)
    for path, value in changes.items():
        place = changed
        *parents, last = path.split("__")
        for parent in parents:
            place = place[parent]
        place[last] = value
    return changed


def test_reads_every_record() -> None:
    found = uploads_in({"Records": [RECORD, record(s3__object__key="second.png", s3__object__versionId="v2")]})
    assert [(upload.bucket, upload.key, upload.version_id, upload.etag) for upload in found] == [
        ("xray-source", "a+b%2B%25%E7%8E%8B.jpeg", "", "e1"),
        ("xray-source", "second.png", "v2", "e1"),
    ]
    assert {upload.uploaded_at for upload in found} == {datetime(2026, 11, 24, 13, 50, 0, 123456, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("source", "key"),
    [("ceph:s3", "a+b%2B%25%E7%8E%8B.jpeg"), ("aws:s3", "a b+%王.jpeg"), ("minio:s3", "a b+%王.jpeg")],
)
def test_decodes_the_key_of_stores_that_encode_it(source: str, key: str) -> None:
    [found] = uploads_in({"Records": [record(eventSource=source)]})
    assert found.key == key


def test_leaves_out_other_events_and_folder_markers() -> None:
    assert uploads_in({"Records": [record(eventName="ObjectRemoved:Delete"), record(s3__object__key="2026/")]}) == []


def test_takes_the_null_version_for_none_and_bare_etags() -> None:
    (found,) = uploads_in({"Records": [record(s3__object__versionId="null", s3__object__eTag='"e1"')]})
    assert (found.version_id, found.etag) == ("", "e1")


def test_does_without_a_time() -> None:
    (found,) = uploads_in({"Records": [record(eventTime="yesterday")]})
    assert found.uploaded_at is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        [],
        {},
        {"Records": {}},
        {"Records": ["text"]},
        {"Records": [{"eventName": "ObjectCreated:Put"}]},
        {"Records": [record(s3__object__key="")]},
        {"Records": [record(s3__bucket__name="")]},
        {"Records": [record(s3__object__key=5)]},  # type: ignore[arg-type] # what JSON may hold
    ],
)
def test_refuses_what_is_no_notification(data: object) -> None:
    with pytest.raises(BadEventError):
        uploads_in(data)
