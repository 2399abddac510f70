"""Films shown at another shape and sharpness than they are stored in.

The copies to train from are all squashed to 224x224, the films of a facility are not: the shape is drawn back here,
without looking at the label, so that a figure says how well the lungs were read and not how the film was cropped.
"""

import hashlib
from typing import Final

import numpy as np
from PIL import Image

from pneumonia_model.data import Film

NATURAL_ASPECT_RANGE: Final = (1.1, 1.7)
"""Width over height of most of the data set's originals."""


def size_of(aspect: float, short_side: int) -> tuple[int, int]:
    """Return (width, height) in pixels for a width/height ratio and the length of the shorter side."""
    if aspect >= 1:
        return round(short_side * aspect), short_side
    return short_side, round(short_side / aspect)


def stretched(image: Image.Image, aspect: float, short_side: int) -> Image.Image:
    """Return `image` resampled to width/height = `aspect` with the shorter side `short_side` pixels long."""
    return image.resize(size_of(aspect, short_side), Image.Resampling.BILINEAR)


def neutral_aspect(film: Film) -> float:
    """Return a random width/height ratio of `NATURAL_ASPECT_RANGE` for a film: its name decides, never its label."""
    seed = int.from_bytes(hashlib.sha256(film.path.name.encode()).digest()[:8])
    low, high = np.log(NATURAL_ASPECT_RANGE)
    return float(np.exp(np.random.default_rng(seed).uniform(low, high)))


def neutral(film: Film) -> Image.Image:
    """Open a film, in grey, at its neutral shape; the shorter side keeps its length."""
    with Image.open(film.path) as image:
        grey = image.convert("L")
    return stretched(grey, neutral_aspect(film), min(grey.size))
