"""Films that come as JPEG or PNG."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from risk_assessment.text_boxes import find_text
from risk_assessment.unreadable import UnreadableFilmError, check_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from risk_assessment.components import Box
    from risk_assessment.pseudonym import Pseudonyms

_FORMATS = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png"}
# What Pillow's decoders raise on files that are cut off, damaged or built to harm.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")


@dataclass(frozen=True)
class Picture:
    """A JPEG or PNG film: upright, mode L or RGB, nothing but pixels."""

    format: str
    image: Image.Image

    def anonymized(self, _pseudonyms: Pseudonyms) -> bytes:
        """Encode the pixels anew with all burned-in writing black; comments, EXIF and profiles never come along."""
        pixels = np.array(self.image)
        for box in _writing(pixels):
            pixels[box.area] = 0
        return encoded(Image.fromarray(pixels), self.format)


def _writing(pixels: NDArray[np.uint8]) -> list[Box]:
    """Look at each colour by itself: coloured writing may be as bright as the film under it."""
    if pixels.ndim == 2:  # noqa: PLR2004 - rows and columns, no colours
        return find_text(pixels)
    return [box for colour in range(pixels.shape[2]) for box in find_text(np.ascontiguousarray(pixels[..., colour]))]


def encoded(image: Image.Image, form: str) -> bytes:
    """Encode an image as jpeg or png."""
    target = io.BytesIO()
    if form == "jpeg":
        image.save(target, "JPEG", quality=92)
    else:
        # Films are noisy: higher levels take several times as long to save a few per cent.
        image.save(target, "PNG", compress_level=1)
    return target.getvalue()


def read_picture(content: bytes) -> Picture:
    """Decode a JPEG or PNG file; raises UnreadableFilmError with the reason."""
    try:
        opened = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    except UnidentifiedImageError:
        raise UnreadableFilmError(
            "it is no JPEG, PNG or DICOM file" if content else "it is empty: no bytes were uploaded"
        ) from None
    except Image.DecompressionBombError:
        raise UnreadableFilmError("the image has far more pixels than any film") from None
    except _DAMAGE:
        raise UnreadableFilmError("the image file is damaged: its header can't be read") from None
    check_size(*opened.size)
    form = _FORMATS[str(opened.format)]
    try:
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    except _DAMAGE:
        raise UnreadableFilmError(
            f"the {form.upper()} file is damaged or cut off: its pixels can't be decoded"
        ) from None
    # From the bare pixels: a Pillow image carries comments and profiles along.
    return Picture(form, Image.fromarray(_eight_bits(upright)))


def _eight_bits(image: Image.Image) -> NDArray[np.uint8]:
    """Give pixels as 8-bit grey or RGB; what transparency hides turns black instead of coming to light."""
    if image.mode in _SIXTEEN_BITS:
        return _scaled(np.asarray(image))
    if image.mode in ("L", "1"):
        return np.asarray(image.convert("L"))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "black"), layer)
    colours = np.asarray(image.convert("RGB"))
    grey = colours[..., 0]
    if (colours == grey[..., None]).all():
        return np.ascontiguousarray(grey)
    return colours


def _scaled(deep: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Bring 16-bit grey down to 8 by the bits it uses: 12-bit films in 16-bit files would turn out all but black."""
    values = deep.astype(np.uint16)
    bits = max(int(values.max()).bit_length(), 8)
    return (values >> (bits - 8)).astype(np.uint8)
