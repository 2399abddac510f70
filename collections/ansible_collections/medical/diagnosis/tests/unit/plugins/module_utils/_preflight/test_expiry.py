# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.expiry import (
    certificate_end,
    first_certificate,
    judge_expiry,
    token_end,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


# `openssl x509 -noout -enddate` tells the same of them.
UNTIL_2049 = b"""
-----BEGIN CERTIFICATE-----
MIHeMIGRoAMCAQICAQEwBQYDK2VwMBkxFzAVBgNVBAMMDmt1YmUtYXBpc2VydmVy
MB4XDTI2MTEyMzEyMDAwMFoXDTQ5MDMwNDA1MDYwN1owGTEXMBUGA1UEAwwOa3Vi
ZS1hcGlzZXJ2ZXIwKjAFBgMrZXADIQC89Rttt0eeODXrPgGwzpzMcKg7tmm5Zagm
FCR4utExmjAFBgMrZXADQQC0hLj4QLND8R1oymtWhC/yBsdQEWi7TxqU2peM8BH3
cd2RKxD5AWl5TGsBJ7/vw17HGGw75lAfiTW4LfPc0X8B
-----END CERTIFICATE-----
"""
# from 2050 on, the time is written in another form
UNTIL_2050 = b"""
-----BEGIN CERTIFICATE-----
MIHgMIGToAMCAQICAQEwBQYDK2VwMBkxFzAVBgNVBAMMDmt1YmUtYXBpc2VydmVy
MCAXDTI2MTEyMzEyMDAwMFoYDzIwNTAwMzA0MDUwNjA3WjAZMRcwFQYDVQQDDA5r
dWJlLWFwaXNlcnZlcjAqMAUGAytlcAMhAIKcfz9RA0BFdb+ZL2cNmFP3/fg0MSnn
eH8jzOSNRWCsMAUGAytlcANBAOhX1GDWnqZDpSho/78ttPLyaTDRo20fggdlmtKh
wbVUYsnZmKZKkhUeCgEvhWl0CqumSQ7/htqUHf+9tfsF1AE=
-----END CERTIFICATE-----
"""


@pytest.mark.parametrize(("pem", "year"), [(UNTIL_2049, 2049), (UNTIL_2050, 2050)])
def test_the_end_of_a_certificate(pem: bytes, year: int) -> None:
    assert certificate_end(first_certificate(pem)) == datetime(year, 3, 4, 5, 6, 7, tzinfo=timezone.utc)


@pytest.mark.parametrize("nonsense", [b"", b"hello", b"\x30\x82\xff\xff\x00", b"\x30\x03\x02\x01\x05"])
def test_what_is_no_certificate(nonsense: bytes) -> None:
    with pytest.raises(ValueError, match=r"no X\.509"):
        certificate_end(nonsense)


def test_the_first_of_a_file() -> None:
    assert first_certificate(b"a note\n" + UNTIL_2050 + UNTIL_2049) == first_certificate(UNTIL_2050)
    with pytest.raises(ValueError, match="no certificate"):
        first_certificate(b"nothing")


def test_the_end_of_a_token() -> None:
    payload = base64.urlsafe_b64encode(json.dumps({"exp": 1800000000}).encode()).decode().rstrip("=")
    assert token_end(f"a.{payload}.c") == datetime.fromtimestamp(1800000000, tz=timezone.utc)


@pytest.mark.parametrize("token", ["sha256~abc", "", "a.b.c", "a.e30.c", "a.bnVsbA.c", "a.eyJleHAiOiJ4In0.c"])
def test_tokens_that_tell_no_end(token: str) -> None:
    assert token_end(token) is None


@pytest.mark.parametrize(
    ("left", "level", "found"),
    [
        (timedelta(days=40), "ok", "ends 2027-01-03 12:00 UTC (in 40 days)"),
        (timedelta(hours=30), "warning", "ends 2026-11-25 18:00 UTC (in 30 h)"),
        (timedelta(minutes=45), "warning", "ends 2026-11-24 12:45 UTC (in 45 min)"),
        (timedelta(seconds=-1), "error", "expired 2026-11-24 11:59 UTC"),
    ],
)
def test_judgement(left: timedelta, level: str, found: str) -> None:
    verdict = judge_expiry("credentials", NOW + left, NOW, timedelta(days=30), "Renew it.")
    assert (verdict.level, verdict.found) == (level, found)
    assert verdict.cure == ("" if level == "ok" else "Renew it.")
