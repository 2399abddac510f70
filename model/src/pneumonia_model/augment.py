"""Changes a film for training so that nothing but the lungs tells the label.

In the originals the size and the shape of a film predict its label (AUC 0.94 and 0.70): healthy children were taken
with another device and another crop. So shape, sharpness, compression, borders and corner marks are drawn at random,
without looking at the label, over more than the range that real films have.
"""

import io
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from pneumonia_model.presentation import stretched

ASPECT_RANGE: Final = (0.85, 2.0)
"""Width over height that a film is stretched to; the originals have about 1.0 to 2.0, the copies to train from 1.0."""

_CHANGED_SHARE: Final = 0.5
"""Share of films that each of the optional changes is made to."""

_SHORT_SIDE_RANGE: Final = (90, 224)
_KEPT_SIDE_RANGE: Final = (0.80, 1.0)
_ROTATION_DEGREES: Final = 8.0
_JPEG_QUALITY_RANGE: Final = (40, 95)
_BORDER_SHARE: Final = 0.08
_ERASED_SIDE_RANGE: Final = (0.05, 0.30)


def augmented(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a randomly changed copy of an 8-bit grey film: another crop, shape, sharpness, angle and exposure."""
    film = _cropped(image, rng)
    film = _reshaped(film, rng)
    if rng.random() < _CHANGED_SHARE:
        film = _recompressed(film, rng)
    film = _exposed(_rotated(film, rng), rng)
    if rng.random() < _CHANGED_SHARE:
        _erase_patch(film, rng)
    if rng.random() < _CHANGED_SHARE:
        film = _bordered(film, rng)
    return film


def lightly_augmented(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a copy with only crop, angle and exposure changed: the control that shows what the rest is good for."""
    return _exposed(_rotated(_cropped(image, rng), rng), rng)


def _cropped(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Cut a random box out."""
    width = image.width * rng.uniform(*_KEPT_SIDE_RANGE)
    height = image.height * rng.uniform(*_KEPT_SIDE_RANGE)
    left = rng.uniform(0, image.width - width)
    top = rng.uniform(0, image.height - height)
    return image.crop((round(left), round(top), round(left + width), round(top + height)))


def _reshaped(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Resample to a random shape and sharpness."""
    aspect = float(np.exp(rng.uniform(*np.log(ASPECT_RANGE))))
    return stretched(image, aspect, int(rng.integers(*_SHORT_SIDE_RANGE, endpoint=True)))


def _rotated(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Turn by a small random angle; what comes into view is black."""
    degrees = rng.uniform(-_ROTATION_DEGREES, _ROTATION_DEGREES)
    return image.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=0)


def _recompressed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Send the film through JPEG at a random quality."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(*_JPEG_QUALITY_RANGE, endpoint=True)))
    return Image.open(buffer).convert("L")


def _exposed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Change gamma, contrast and brightness by one look-up table."""
    grey = np.linspace(0, 1, 256) ** np.exp(rng.uniform(-0.3, 0.3))
    grey = (grey - 0.5) * np.exp(rng.uniform(-0.3, 0.3)) + 0.5 + rng.uniform(-0.12, 0.12)
    return image.point((grey.clip(0, 1) * 255).round().astype(int).tolist())


def _erase_patch(image: Image.Image, rng: np.random.Generator) -> None:
    """Paint a box of one random grey over the film in place, so that no corner mark can be relied on."""
    width = int(image.width * rng.uniform(*_ERASED_SIDE_RANGE))
    height = int(image.height * rng.uniform(*_ERASED_SIDE_RANGE))
    left = int(rng.integers(0, image.width - width))
    top = int(rng.integers(0, image.height - height))
    image.paste(int(rng.integers(0, 256)), (left, top, left + width, top + height))


def _bordered(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Put black borders of random width around the film, as letterboxed films have them."""
    sides = (rng.uniform(0, _BORDER_SHARE, size=4) * [image.width, image.height, image.width, image.height]).astype(int)
    return ImageOps.expand(image, border=tuple(sides.tolist()), fill=0)
