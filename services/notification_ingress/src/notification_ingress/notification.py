"""The JSON that an object store posts when an object was written."""

from __future__ import annotations

import json
from typing import Any


class NotANotificationError(ValueError):
    """The body is no bucket notification; the message says why, without naming an object."""


def record_key(body: bytes) -> str:
    """Name of the first object in ``body`` as ``<bucket>/<key>``, the key URL-encoded as the event has it.

    Every record has to name a bucket and an object: whoever reads the topic relies on that.
    """
    try:
        event = json.loads(body)
    except ValueError as error:
        raise NotANotificationError("the body is not JSON") from error
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list) or not records:
        raise NotANotificationError('the body has no list "Records" with at least one record')
    names = [_object_name(record, f"Records[{index}]") for index, record in enumerate(records)]
    return names[0]


def _object_name(record: Any, where: str) -> str:
    bucket = _text(record, ("s3", "bucket", "name"), where)
    key = _text(record, ("s3", "object", "key"), where)
    return f"{bucket}/{key}"


def _text(record: Any, path: tuple[str, ...], where: str) -> str:
    value = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value:
        raise NotANotificationError(f"{where} has no {'.'.join(path)}")
    return value
