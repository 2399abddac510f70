"""The one way a film becomes the model's input: training, evaluation and the service all call `to_input`."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

INPUT_SIZE: Final = 128
"""Side of the model's square input in pixels."""

DESCRIPTION: Final = (
    "EXIF orientation applied; 8-bit greyscale (16 bit scaled by 255/65535); whole film scaled to fit 128x128 with "
    "Pillow BILINEAR (antialiased), centred, padded with black (0), never squashed; divided by 255"
)
"""Says in the ONNX metadata what `to_input` does; change both together."""

_SIXTEEN_BIT_MODES: Final = ("I;16", "I;16L", "I;16B", "I;16N")
_MODES_OF_UNKNOWN_RANGE: Final = ("I", "F")


def to_input(image: Image.Image) -> npt.NDArray[np.float32]:
    """Turn a film of any size into the model's input.

    Args:
        image: A chest X-ray, bright = dense. A DICOM film must come as 8 bits: windowed, MONOCHROME1 inverted.

    Returns:
        float32 array of shape (1, 1, 128, 128) with values 0..1; concatenate along axis 0 for a batch.

    Raises:
        ValueError: The pixel mode ("I" or "F") says nothing about its value range, so no grey level can be derived.
        OSError: The file behind `image` is truncated or can't be decoded.
    """
    film = ImageOps.pad(
        _to_grey(ImageOps.exif_transpose(image)),
        (INPUT_SIZE, INPUT_SIZE),
        method=Image.Resampling.BILINEAR,
        color=0,
    )
    return np.asarray(film, dtype=np.float32)[np.newaxis, np.newaxis] / np.float32(255)


def _to_grey(image: Image.Image) -> Image.Image:
    """Return `image` in mode "L" (8-bit grey); see `to_input` for the errors."""
    if image.mode in _SIXTEEN_BIT_MODES:
        # Pillow's own conversion clips everything above 255 to white.
        return Image.fromarray((np.asarray(image).astype(np.float32) * (255 / 65535)).round().astype(np.uint8))
    if image.mode in _MODES_OF_UNKNOWN_RANGE:
        raise ValueError(f"pixel mode {image.mode!r} has no known value range: window the film to 8 bits first")
    return image.convert("L")
