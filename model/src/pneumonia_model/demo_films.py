"""Measures an ONNX file on full-size films, through exactly the path that a film takes in the service."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from pneumonia_model import metrics
from pneumonia_model.data import Film, films_in
from pneumonia_model.evaluate import figures
from pneumonia_model.inference import PneumoniaModel
from pneumonia_model.presentation import stretched
from pneumonia_model.triage import label_of

Change = Callable[[Image.Image, Film], Image.Image]

_DRAFT_SIZE: Final = (256, 256)
_TEXT: Final = "Maria Example 4711 2019-03-01 2023-11-24"
_TEXT_PIXELS: Final = 25


def _decoded_small(image: Image.Image, _film: Film) -> Image.Image:
    """Let the JPEG decoder shrink the film by a power of two, which saves it most of its work."""
    image.draft("L", _DRAFT_SIZE)
    return image


def _with_text(image: Image.Image, _film: Film) -> Image.Image:
    """Burn a patient's data in at the bottom left, as the pattern's demonstration films have it."""
    film_with_text = image.convert("L")
    font = ImageFont.load_default(_TEXT_PIXELS)
    ImageDraw.Draw(film_with_text).text((10, image.height - 2 * _TEXT_PIXELS), _TEXT, fill=255, font=font)
    return film_with_text


def _squashed(image: Image.Image, _film: Film) -> Image.Image:
    """Squash to a square, as the copies to train from are stored."""
    return image.resize((224, 224), Image.Resampling.BILINEAR)


CHANGES: Final[dict[str, Change]] = {
    "squashed to 224x224": _squashed,
    "stretched to aspect 1.2": lambda image, _film: stretched(image, 1.2, image.height),
    "stretched to aspect 1.4": lambda image, _film: stretched(image, 1.4, image.height),
    "aspect swapped: normal 1.5, pneumonia 1.2": lambda image, film: stretched(
        image, 1.2 if film.has_pneumonia else 1.5, image.height
    ),
    "decoded with PIL's draft": _decoded_small,
    "patient's data burned in": _with_text,
}
"""Things that leave the lungs as they are and so should leave the risk as it is."""

MISUSES: Final[dict[str, Change]] = {
    "inverted (bright = air)": lambda image, _film: ImageOps.invert(image.convert("L")),
    "upside down": lambda image, _film: ImageOps.flip(image),
}
"""Things that a caller must not do: how badly the risk takes them."""


def evaluate_demo_films(model: PneumoniaModel, folder: Path) -> dict[str, Any]:
    """Return the figures on the full-size films below `folder`, a table of the films, and what changes do to them."""
    films = films_in(folder)
    sizes = [_size(film) for film in films]
    truth = np.array([film.has_pneumonia for film in films])
    risks = risks_of_files(model, films)
    return {
        **figures(films, risks),
        "size_alone": {
            # Fewer pixels and a wider film speak for pneumonia in this data set.
            "auc_of_fewer_pixels": _plain_auc(truth, [-float(width * height) for width, height in sizes]),
            "auc_of_wider_aspect": _plain_auc(truth, [width / height for width, height in sizes]),
        },
        "changed": {name: _effect(model, films, truth, risks, change) for name, change in CHANGES.items()},
        "misused": {name: _effect(model, films, truth, risks, misuse) for name, misuse in MISUSES.items()},
        "films": [
            {
                "name": film.path.name,
                "finding": film.finding,
                "width": width,
                "height": height,
                "aspect": round(width / height, 2),
                "risk": round(risk, 4),
                "label": label_of(risk),
            }
            for film, (width, height), risk in zip(films, sizes, risks.tolist(), strict=True)
        ],
    }


def risks_of_files(model: PneumoniaModel, films: Sequence[Film], change: Change | None = None) -> metrics.Floats:
    """Return the risks (n,) of film files, each opened and handed to the model as the service does."""
    risks = []
    for film in films:
        with Image.open(film.path) as image:
            risks.append(model.risk(change(image, film) if change else image))
    return np.array(risks)


def _effect(
    model: PneumoniaModel, films: Sequence[Film], truth: metrics.Bools, risks: metrics.Floats, change: Change
) -> dict[str, Any]:
    """Return what a change does to the ranking, to single risks and to the labels."""
    changed = risks_of_files(model, films, change)
    return {
        "auc": _plain_auc(truth, changed),
        "largest_shift_of_a_risk": float(np.abs(changed - risks).max()),
        "mean_shift_of_a_risk": float(np.abs(changed - risks).mean()),
        "other_label": sum(label_of(a) != label_of(b) for a, b in zip(risks.tolist(), changed.tolist(), strict=True)),
    }


def _plain_auc(truth: metrics.Bools, scores: Sequence[float] | metrics.Floats) -> float:
    """Return the AUC without an interval."""
    return metrics.auc(truth, np.asarray(scores, dtype=np.float64), np.ones(len(truth)))


def _size(film: Film) -> tuple[int, int]:
    """Return width and height of a film in pixels."""
    with Image.open(film.path) as image:
        return image.size
