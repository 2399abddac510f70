"""The facility's object store: films out of it, images into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from risk_assessment.film import MOST_BYTES
from risk_assessment.transient import TransientFaultError
from risk_assessment.unreadable import UnreadableFilmError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from risk_assessment.event import Upload
    from risk_assessment.settings import Settings

_GONE = ("NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed")
_REPLACED = ("PreconditionFailed", "412")


class Store:
    """One client for all threads; connections stay open between films."""

    def __init__(self, settings: Settings) -> None:
        """Make the client; nothing is contacted yet."""
        self._client: S3Client = boto3.client(
            "s3",
            endpoint_url=settings.endpoint,
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret_key,
            region_name="us-east-1",  # Part of the signature only; a Ceph store takes any.
            config=Config(
                s3={"addressing_style": "path"},
                connect_timeout=3,
                read_timeout=15,
                # A second try is worth its time; for more, the event comes again.
                retries={"mode": "standard", "total_max_attempts": 2},
                max_pool_connections=4 * settings.workers,
                tcp_keepalive=True,
                # The newer checksums make every upload a chunked one with a trailer that not every store knows.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def get(self, upload: Upload) -> tuple[bytes, str]:
        """Read exactly the object that was announced; give its bytes and its etag.

        Raises UnreadableFilmError if it is gone, replaced or too large, TransientFaultError if the store doesn't answer.
        """
        exactly: dict[str, str] = {}
        if upload.version_id:
            exactly["VersionId"] = upload.version_id
        elif upload.etag:
            exactly["IfMatch"] = f'"{upload.etag}"'
        try:
            # The stubs name each parameter; which of the two is given is known only here.
            answer = self._client.get_object(Bucket=upload.bucket, Key=upload.key, **exactly)  # type: ignore[arg-type]
            with answer["Body"] as body:
                if answer["ContentLength"] > MOST_BYTES:
                    raise UnreadableFilmError(
                        f"it has {answer['ContentLength']:,} bytes; a film has at most {MOST_BYTES:,}"
                    )
                return body.read(), answer["ETag"].strip('"')
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _GONE:
                raise UnreadableFilmError("it was gone from the bucket before it could be read") from None
            if code in _REPLACED:
                raise UnreadableFilmError(
                    "it was replaced before it could be read; what replaced it is announced by itself"
                ) from None
            raise TransientFaultError(f"the object store refuses to give the film: {code}") from error
        except (BotoCoreError, OSError) as error:
            raise TransientFaultError(f"the object store doesn't answer: {type(error).__name__}") from error

    def put(self, bucket: str, key: str, content: bytes, media_type: str) -> None:
        """Write an object, or write it again; raises TransientFaultError, or UnreadableFilmError if no such key can be."""
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=media_type)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in ("KeyTooLongError", "InvalidObjectName"):
                raise UnreadableFilmError("its name is too long to name the processed image after it") from None
            raise TransientFaultError(f"the object store refuses an image: {code}") from error
        except (BotoCoreError, OSError) as error:
            raise TransientFaultError(f"the object store doesn't answer: {type(error).__name__}") from error
