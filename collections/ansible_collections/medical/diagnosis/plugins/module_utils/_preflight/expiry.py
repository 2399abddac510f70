# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When certificates and tokens end, and whether that is soon."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
# ASN.1 (X.690) tags that a certificate's way to its validity leads past.
_VERSION = 0xA0
_UTC_TIME = 0x17
_LONG_FORM = 0x80
# Of the fields of a TBSCertificate without its version: serial number, signature, issuer, validity.
_VALIDITY = 3


def judge_expiry(check: str, end: datetime, now: datetime, notice: timedelta, cure: str) -> Verdict:
    """The verdict about something that ends at ``end``; within ``notice`` of it there is a warning."""
    expected = f"good for {_span(notice)} or more"
    if end <= now:
        return Verdict(check, ERROR, f"expired {_day(end)}", expected, cure)
    return Verdict(
        check,
        WARNING if end - now < notice else OK,
        f"ends {_day(end)} (in {_span(end - now)})",
        expected,
        cure if end - now < notice else "",
    )


def certificate_end(der: bytes) -> datetime:
    """When a certificate ends; the standard library tells that only of certificates that it trusts.

    :raises ValueError: where it is no X.509 certificate.
    """
    try:
        [certificate] = _elements(der)
        to_be_signed = next(_elements(certificate[1]))
        fields = [content for tag, content in _elements(to_be_signed[1]) if tag != _VERSION]
        tag, text = list(_elements(fields[_VALIDITY]))[-1]
        form = "%y%m%d%H%M%SZ" if tag == _UTC_TIME else "%Y%m%d%H%M%SZ"
        return datetime.strptime(text.decode("ascii"), form).replace(tzinfo=timezone.utc)
    except (IndexError, StopIteration, ValueError) as error:
        raise ValueError("it is no X.509 certificate") from error


def first_certificate(pem: bytes) -> bytes:
    """The first certificate in a file, which is the one that is shown; those behind it are its issuers.

    :raises ValueError: where there is none.
    """
    match = _PEM.search(pem)
    if match is None:
        raise ValueError("there is no certificate in it")
    return base64.b64decode(match[1])


def token_end(token: str) -> datetime | None:
    """When a token ends by what it says itself; None for one that says nothing, such as OpenShift's."""
    try:
        payload = token.split(".")[1]
        ends = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"]
        return datetime.fromtimestamp(int(ends), tz=timezone.utc)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, binascii.Error):
        return None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each of the DER elements in ``data``."""
    position = 0
    while position < len(data):
        tag, length = data[position], data[position + 1]
        position += 2
        if length >= _LONG_FORM:
            octets = length - _LONG_FORM
            length = int.from_bytes(data[position : position + octets], "big")
            position += octets
        if position + length > len(data):
            raise ValueError("an element is longer than what holds it")
        yield tag, data[position : position + length]
        position += length


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _span(span: timedelta) -> str:
    """A time span as people write it: 12 days, 5 h, 40 min."""
    if span >= timedelta(days=2):
        return f"{span.days} days"
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if span >= timedelta(hours=2) else f"{minutes} min"
