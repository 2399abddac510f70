# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway's objects over its S3 API (boto3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.boto import BotoClient

if TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection


class ObjectClient:
    """Reads and writes objects; every fault is a DiagnosisError. May be used by several threads."""

    def __init__(self, connection: RgwConnection) -> None:
        self._s3 = BotoClient(connection, "s3")

    def etag(self, bucket: str, key: str) -> str | None:
        """The object's ETag without quotes, or None where there is no such object.

        :raises DiagnosisError: also where there is no such bucket.
        """
        # Listing tells a missing bucket from a missing object, which the answer to HEAD doesn't.
        found = self._s3.call(
            f"Bucket '{bucket}'",
            "list its films",
            lambda: self._s3.api.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1),
        )
        for entry in found.get("Contents", []):
            if entry["Key"] == key:
                return str(entry["ETag"]).strip('"')
        return None

    def put(self, bucket: str, key: str, path: Path) -> None:
        """Store a file's content in one piece, so that its ETag is the content's MD5."""
        self._s3.call(
            f"Bucket '{bucket}'",
            f"store '{key}'",
            lambda: self._s3.api.put_object(Bucket=bucket, Key=key, Body=path.read_bytes()),
        )
