"""What the object store says in a notification: which films were uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

#: What a Ceph object gateway calls itself in its events.
CEPH = "ceph:s3"


class BadEventError(ValueError):
    """The event is no notification of an object store; trying it again can't help."""


@dataclass(frozen=True)
class Upload:
    """One object as it was put into a bucket."""

    bucket: str
    key: str
    version_id: str
    """Empty where the bucket keeps no versions."""
    etag: str
    """Empty where the event doesn't tell."""
    uploaded_at: datetime | None
    """Aware; None where the event doesn't tell."""


def uploads_in(data: object) -> list[Upload]:
    """List the films that an event announces, in its order; other kinds of records and folder markers are left out.

    Raises BadEventError, with words for people, if `data` isn't an S3 notification as parsed from JSON.
    """
    records = data.get("Records") if isinstance(data, Mapping) else None
    if not isinstance(records, list):
        raise BadEventError("the event's data is no JSON object with a list called Records")
    return [
        upload
        for record in records
        if "ObjectCreated" in _text(record, "eventName")
        for upload in [_upload(record)]
        if not upload.key.endswith("/")
    ]


def _upload(record: Mapping[str, Any]) -> Upload:
    bucket, key = _text(record, "s3", "bucket", "name"), _text(record, "s3", "object", "key")
    if not bucket or not key:
        raise BadEventError("a record names no bucket or no key")
    version = _text(record, "s3", "object", "versionId")
    return Upload(
        bucket=bucket,
        # AWS and its likes encode the key as a form does. Ceph (measured: 20.2.4) writes it as it is: decoding that would
        # look for another object wherever a name has a plus or a percent sign, and the film would be lost.
        key=key if _text(record, "eventSource") == CEPH else unquote_plus(key),
        version_id="" if version == "null" else version,
        etag=_text(record, "s3", "object", "eTag").strip('"'),
        uploaded_at=_time(_text(record, "eventTime")),
    )


def _text(record: object, *path: str) -> str:
    found: object = record
    for name in path:
        if not isinstance(found, Mapping):
            raise BadEventError(f"a record has no {'.'.join(path)}")
        found = found.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise BadEventError(f"{'.'.join(path)} in a record is no text")
    return found


def _time(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
