"""A film out of an object's bytes, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from risk_assessment.picture import read_picture

if TYPE_CHECKING:
    from PIL import Image

    from risk_assessment.pseudonym import Pseudonyms

MOST_BYTES = 64 * 1024 * 1024
"""The largest uncompressed films of today's detectors are below 60 MB."""


class Source(Protocol):
    """What a film came as, and what it becomes without identity."""

    def anonymized(self, pseudonyms: Pseudonyms) -> bytes:
        """Give the film in its own format with every identity taken out of pixels and metadata."""
        ...


@dataclass(frozen=True)
class Film:
    """A chest X-ray that could be read."""

    format: str
    """jpeg, png or dicom."""
    view: Image.Image
    """As a person sees it: 8 bits, mode L or RGB, upright, bright = dense."""
    source: Source


def read_film(content: bytes) -> Film:
    """Decode a JPEG, PNG or DICOM file by what it holds, whatever it is called.

    Raises UnreadableFilmError with the reason in words for people.
    """
    if content[128:132] == b"DICM":
        # pydicom takes 0.4 s to import, which a start from zero would pay for films that mostly are no DICOM.
        from risk_assessment.dicom import read_dicom  # noqa: PLC0415

        dicom = read_dicom(content)
        return Film("dicom", dicom.view, dicom)
    picture = read_picture(content)
    return Film(picture.format, picture.image, picture)
