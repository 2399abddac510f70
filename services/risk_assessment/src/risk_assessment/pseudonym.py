"""Names in place of identities: the same always gets the same, and nobody without the key can find the way back."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from risk_assessment.event import Upload


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms made with one facility's secret key."""

    key: bytes = field(repr=False)

    def _digest(self, purpose: str, *parts: str) -> bytes:
        message = "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, message, hashlib.sha256).digest()

    def film(self, upload: Upload) -> str:
        """Give 32 hex digits that name a film: HMAC-SHA-256 of bucket/key/version-or-etag."""
        identity = f"{upload.bucket}/{upload.key}/{upload.version_id or upload.etag}"
        return hmac.new(self.key, identity.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    def person(self, patient: str) -> str:
        """Give 16 hex digits that stand for a patient."""
        return self._digest("person", patient).hex()[:16]

    def uid(self, uid: str) -> str:
        """Give the DICOM UID that stands for another, below the root 2.25 that needs no registration."""
        return f"2.25.{int.from_bytes(self._digest('uid', uid)[:16], 'big')}"

    def days(self, patient: str) -> int:
        """Give how many days all dates of a patient move back: 1 to 3650, so that intervals stay and dates don't."""
        return 1 + int.from_bytes(self._digest("days", patient)[:8], "big") % 3650
