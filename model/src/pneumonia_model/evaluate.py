"""Measures an ONNX file on the test patients, whom neither training nor calibration has seen."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from PIL import Image

from pneumonia_model import metrics
from pneumonia_model.data import Film, Part, films_in, films_of
from pneumonia_model.inference import PneumoniaModel
from pneumonia_model.preprocess import to_input
from pneumonia_model.presentation import neutral_aspect, stretched
from pneumonia_model.triage import LABELS, label_of

Shape = Callable[[Film], tuple[float, int]]
"""Gives the width/height ratio and the shorter side in pixels at which a film is shown."""

NEUTRAL: Final = "neutral aspect"

SHAPES: Final[dict[str, Shape]] = {
    NEUTRAL: lambda film: (neutral_aspect(film), 224),
    "as stored (square)": lambda _film: (1.0, 224),
    "aspect 1.2": lambda _film: (1.2, 224),
    "aspect 1.4": lambda _film: (1.4, 224),
    "aspect 1.6": lambda _film: (1.6, 224),
    # 1.2 and 1.5 are what healthy and sick children's originals have on average.
    "aspect as in the originals: normal 1.2, pneumonia 1.5": lambda film: (1.5 if film.has_pneumonia else 1.2, 224),
    "aspect swapped: normal 1.5, pneumonia 1.2": lambda film: (1.2 if film.has_pneumonia else 1.5, 224),
    "neutral aspect, shorter side 112": lambda film: (neutral_aspect(film), 112),
    "sharpness as in the originals: normal 224, pneumonia 112": lambda film: (
        neutral_aspect(film),
        112 if film.has_pneumonia else 224,
    ),
    "sharpness swapped: normal 112, pneumonia 224": lambda film: (
        neutral_aspect(film),
        224 if film.has_pneumonia else 112,
    ),
}
"""Ways to show a film. A model that reads the shape instead of the lungs fails where the shape is swapped."""

_BATCH: Final = 64


def evaluate_test_part(model: PneumoniaModel, images: Path) -> dict[str, Any]:
    """Return the figures of `model` on the test patients below `images`, and its ranking for every shape."""
    films = films_in(images)
    test = films_of("test", films)
    shown = show(test, list(SHAPES.values()))
    risks = {name: risks_of(model, inputs) for name, inputs in zip(SHAPES, shown, strict=True)}
    return {
        "split": {part: _census(films_of(part, films)) for part in get_args(Part)},
        "test": {
            "shown_at": NEUTRAL,
            **figures(test, risks[NEUTRAL]),
            "auc_by_finding": _by_finding(test, risks[NEUTRAL]),
        },
        "shortcut": {name: _ranking(test, risks[name]) for name in SHAPES},
    }


def show(films: Sequence[Film], shapes: Sequence[Shape]) -> list[metrics.Inputs]:
    """Return for each shape the inputs (n, 1, 128, 128) of the films; each film is decoded once."""
    shown: list[list[metrics.Inputs]] = [[] for _ in shapes]
    for film in films:
        with Image.open(film.path) as image:
            grey = image.convert("L")
        for inputs, shape in zip(shown, shapes, strict=True):
            inputs.append(to_input(stretched(grey, *shape(film))))
    return [np.concatenate(inputs) for inputs in shown]


def risks_of(model: PneumoniaModel, inputs: metrics.Inputs) -> metrics.Floats:
    """Return the model's risks (n,) for inputs (n, 1, 128, 128)."""
    batches = [model.risks(inputs[start : start + _BATCH]) for start in range(0, len(inputs), _BATCH)]
    return np.concatenate(batches).astype(np.float64)


def figures(films: Sequence[Film], risks: metrics.Floats) -> dict[str, Any]:
    """Return every figure of one set of films: ranking, decisions, calibration, with intervals by patient."""
    truth = _truth(films)
    patients = [film.patient for film in films]
    with_interval = {
        "auc": metrics.auc,
        "accuracy_at_0.5": metrics.accuracy,
        "sensitivity_at_0.5": metrics.sensitivity,
        "specificity_at_0.5": metrics.specificity,
        "brier": metrics.brier,
        "expected_calibration_error": metrics.calibration_error,
    }
    return {
        **{name: metrics.with_interval(metric, truth, risks, patients) for name, metric in with_interval.items()},
        "triage": triage_table(films, risks),
        "calibration": metrics.calibration_table(truth, risks),
    }


def triage_table(films: Sequence[Film], risks: metrics.Floats) -> dict[str, dict[str, int]]:
    """Return for each finding how many films get each label."""
    counts = Counter((film.finding, label_of(risk)) for film, risk in zip(films, risks.tolist(), strict=True))
    findings = sorted({film.finding for film in films})
    return {finding: {label: counts[finding, label] for label in LABELS} for finding in findings}


def _truth(films: Sequence[Film]) -> metrics.Bools:
    """Return the labels (n,)."""
    return np.array([film.has_pneumonia for film in films])


def _census(films: Sequence[Film]) -> dict[str, int]:
    """Return what one part of the split holds."""
    return {
        "films": len(films),
        "with_pneumonia": sum(film.has_pneumonia for film in films),
        "patients": len({film.patient for film in films}),
    }


def _by_finding(films: Sequence[Film], risks: metrics.Floats) -> dict[str, dict[str, float]]:
    """Return the AUC of bacterial and of viral pneumonia, each against the normal films."""
    result = {}
    for finding in ("bacteria", "virus"):
        chosen = [index for index, film in enumerate(films) if film.finding in ("normal", finding)]
        result[finding] = _ranking([films[index] for index in chosen], risks[chosen])["auc"]
    return result


def _ranking(films: Sequence[Film], risks: metrics.Floats) -> dict[str, Any]:
    """Return the AUC with its interval and the mean risk of either class."""
    truth = _truth(films)
    return {
        "auc": metrics.with_interval(metrics.auc, truth, risks, [film.patient for film in films]),
        "mean_risk_normal": float(risks[~truth].mean()),
        "mean_risk_pneumonia": float(risks[truth].mean()),
    }
