# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a certificate signing request (PKCS #10, RFC 2986) asks for.

Whoever approves one lets its owner act as the subject, so the parser takes strict DER only and refuses what it doesn't
expect: it must not read another subject than the one that the hub signs.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

_PEM = re.compile(rb"\s*-----BEGIN CERTIFICATE REQUEST-----\s(.+?)-----END CERTIFICATE REQUEST-----\s*", re.DOTALL)

# ASN.1 (X.690) tags and object identifiers.
_INTEGER, _OBJECT, _SEQUENCE, _SET, _ATTRIBUTES = 0x02, 0x06, 0x30, 0x31, 0xA0
_TEXTS = {0x0C: "utf-8", 0x13: "ascii"}
_COMMON_NAME, _ORGANIZATION = bytes.fromhex("550403"), bytes.fromhex("55040a")
_LONG_FORM = 0x80


@dataclass(frozen=True)
class Subject:
    """Whom the certificate would be for: Kubernetes takes the common name for the user, organizations for groups."""

    common_name: str
    organizations: frozenset[str]


def subject_of(encoded: str) -> Subject:
    """The subject of a CertificateSigningRequest's ``spec.request``.

    :raises ValueError: where it is anything but one plain request for a subject of one common name and organizations.
    """
    try:
        information, _algorithm, _signature = _parts(_single(_der(encoded), _SEQUENCE))
        version, subject, _key, attributes = _parts(_expect(information, _SEQUENCE))
    except (ValueError, IndexError, binascii.Error) as error:
        raise ValueError(f"it can't be read: {error}") from error
    if _expect(version, _INTEGER) != b"\x00":
        raise ValueError("it is of an unknown version")
    if _expect(attributes, _ATTRIBUTES):
        raise ValueError("it asks for more than a subject")
    return _subject(_expect(subject, _SEQUENCE))


def _der(encoded: str) -> bytes:
    """The request itself, out of base64 of PEM, which is base64 again."""
    match = _PEM.fullmatch(base64.b64decode(encoded, validate=True))
    if match is None:
        raise ValueError("it is no PEM certificate request")
    return base64.b64decode(b"".join(match[1].split()), validate=True)


def _subject(names: bytes) -> Subject:
    common_names: list[str] = []
    organizations: list[str] = []
    for relative in _parts(names):
        for attribute in _parts(_expect(relative, _SET)):
            kind, (tag, value) = _parts(_expect(attribute, _SEQUENCE))
            if tag not in _TEXTS:
                raise ValueError("a name in it is in an unknown encoding")
            text = value.decode(_TEXTS[tag])
            if _expect(kind, _OBJECT) == _COMMON_NAME:
                common_names.append(text)
            elif _expect(kind, _OBJECT) == _ORGANIZATION:
                organizations.append(text)
            else:
                raise ValueError("its subject has more than a common name and organizations")
    if len(common_names) != 1:
        raise ValueError(f"it has {len(common_names)} common names")
    return Subject(common_names[0], frozenset(organizations))


def _single(data: bytes, tag: int) -> bytes:
    """Content of the one element that ``data`` is."""
    (element,) = _parts(data)
    return _expect(element, tag)


def _expect(element: tuple[int, bytes], tag: int) -> bytes:
    found, content = element
    if found != tag:
        raise ValueError(f"it has element {found:#x} where {tag:#x} belongs")
    return content


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    return list(_elements(data))


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element in ``data``."""
    position = 0
    while position < len(data):
        tag, length = data[position], data[position + 1]
        position += 2
        if length >= _LONG_FORM:
            octets = length - _LONG_FORM
            length = int.from_bytes(data[position : position + octets], "big")
            position += octets
            # DER has one way to write a length; octets 0 is BER's "until the end"
            if not octets or length < _LONG_FORM or length.bit_length() <= 8 * (octets - 1):
                raise ValueError("a length in it isn't written the short way")
        if position + length > len(data):
            raise ValueError("an element in it is longer than what holds it")
        yield tag, data[position : position + length]
        position += length
