# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of an object gateway, told to people: one table of its error codes, one of what happens on the way there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection

_TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})
# What the gateway answers when two writers meet at one of its objects: the second one may well succeed in a moment.
_TRANSIENT_CODES = frozenset(
    {"SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted", "ConcurrentModification"}
)


def refused(
    connection: RgwConnection, subject: str, doing: str, code: str, status: int, message: str | None = None
) -> DiagnosisError:
    """The error for an answer other than 2xx.

    :param subject: the object the request was about.
    :param doing: what was tried, an infinitive: ``create it``.
    :param code: the gateway's error code, such as ``NoSuchBucket``; may be empty.
    :param message: the gateway's own words, often empty.
    """
    key = f"access key '{connection.access_key}'"
    told: dict[str, tuple[str, str]] = {
        "InvalidAccessKeyId": (
            f"{key} is unknown there",
            "Check access_key, and that endpoint_url is the right gateway",
        ),
        "SignatureDoesNotMatch": (f"the secret key doesn't belong to {key}", "Check secret_key"),
        "UserSuspended": (f"the user of {key} is suspended", "Enable it, or act as another user"),
        "RequestTimeTooSkewed": ("the clocks differ by more than 15 minutes", "Set the time on both machines"),
        "AccessDenied": (
            f"the user of {key} may not {doing}",
            "Act as the owner, or give the user the right (for users: the capability 'users=*')",
        ),
        "MethodNotAllowed": (
            f"the gateway doesn't let anyone {doing}",
            "Its setting rgw_enable_apis must contain s3, admin and notifications, or be left at its default",
        ),
        "NoSuchBucket": ("there is no such bucket", "Create it first, for example with amazon.aws.s3_bucket"),
    }
    if code in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "UserSuspended", "RequestTimeTooSkewed"):
        subject = connection.subject
    if code in told:
        return DiagnosisError(subject, *told[code], code=code)
    if not code and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return no_gateway(connection, subject)
    said = ": ".join(part for part in (code, message) if part) or "no reason given"
    return DiagnosisError(
        subject,
        f"the gateway didn't {doing} (status {status}, {said})",
        "Its log tells more" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
        code=code,
        transient=status in _TRANSIENT_STATUS or code in _TRANSIENT_CODES,
    )


def unreachable(connection: RgwConnection, error: Exception) -> DiagnosisError:
    """The error for a request that got no answer; ``error`` comes from botocore or requests."""
    for cause in _chain(error):
        told = _of_tls(connection, cause) or _of_network(connection, cause)
        if told:
            return told
    # botocore compares host names itself, and wraps what it finds in no error of ssl.
    if isinstance(error, lib.SSLError):
        return _untrusted(connection, str(error.kwargs.get("error", error)))
    return DiagnosisError(
        connection.subject,
        f"the connection broke off ({type(error).__name__})",
        "Check endpoint_url, and that the gateway is running",
        transient=True,
    )


def _of_tls(connection: RgwConnection, cause: BaseException) -> DiagnosisError | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(connection, cause.verify_message)
    if isinstance(cause, ssl.SSLError):
        return DiagnosisError(
            connection.subject,
            # errors that don't come from OpenSSL itself have no reason
            f"TLS doesn't come about ({getattr(cause, 'reason', cause)})",
            "Write endpoint_url with http:// where the gateway has no certificate",
        )
    return None


def _of_network(connection: RgwConnection, cause: BaseException) -> DiagnosisError | None:
    if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
        return DiagnosisError(connection.subject, "its host name is unknown", "Check endpoint_url and the name server")
    if isinstance(cause, TimeoutError):
        return DiagnosisError(
            connection.subject,
            f"no answer within {connection.timeout:g} s",
            "Check endpoint_url, the network in between, and that the gateway is running; "
            "raise timeout where it is just slow",
            transient=True,
        )
    if isinstance(cause, ConnectionRefusedError):
        return DiagnosisError(
            connection.subject,
            "nothing listens there",
            "Check endpoint_url, and that the gateway is running",
            transient=True,
        )
    return None


def _untrusted(connection: RgwConnection, reason: str) -> DiagnosisError:
    return DiagnosisError(
        connection.subject,
        f"its certificate isn't accepted ({reason.rstrip('.')})",
        "Set ca_path to the authority that signed it, or check that endpoint_url has the name in the certificate",
    )


def no_gateway(connection: RgwConnection, subject: str) -> DiagnosisError:
    """The error for an answer that no object gateway gives."""
    return DiagnosisError(
        subject, "the answer isn't one of an object gateway", f"Check endpoint_url {connection.endpoint_url}"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and everything below it: urllib3 and botocore keep causes in arguments and attributes, too."""
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        found = pending.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        pending += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
        pending += getattr(found, "kwargs", {}).values()
