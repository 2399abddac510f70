"""Puts all measurements of one ONNX file into one JSON file."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from pneumonia_model.checkpoint import CHECKPOINT, ONNX, Checkpoint
from pneumonia_model.data import films_in, films_of
from pneumonia_model.demo_films import evaluate_demo_films
from pneumonia_model.evaluate import NEUTRAL, SHAPES, evaluate_test_part, risks_of, show
from pneumonia_model.export import torch_risks
from pneumonia_model.inference import PneumoniaModel

_ALLOWED_DIFFERENCE: Final = 1e-4
_COMPARED_FILMS: Final = 128
_DIGITS: Final = 4


def write_report(run: Path, control: Path | None, *, images: Path, films: Path, out: Path) -> None:
    """Evaluate what a training run left in the folder `run` and write `out`.

    Args:
        run: Folder with checkpoint.pt and the pneumonia.onnx exported from it.
        control: Folder of a run without the augmentation against the shortcut, if there is one to compare with.
        images: Folder that training had; only its test patients are used.
        films: Folder of full-size films.
        out: JSON file to write.

    Raises:
        ValueError: The ONNX file doesn't compute what the checkpoint computes.
    """
    model = PneumoniaModel.load(run / ONNX)
    report = {
        "model": {"digest": model.digest, **model.metadata},
        "onnx_against_torch": _difference(model, Checkpoint.load(run / CHECKPOINT), images),
        **evaluate_test_part(model, images),
        "demo_films": evaluate_demo_films(model, films),
    }
    if control:
        report["control"] = _without_augmentation(PneumoniaModel.load(control / ONNX), images, films)
    out.write_text(json.dumps(_rounded(report), indent=2) + "\n", encoding="utf-8")


def _without_augmentation(control: PneumoniaModel, images: Path, films: Path) -> dict[str, Any]:
    """Return of the control what can be held against the model."""
    on_films = evaluate_demo_films(control, films)
    return {
        "shortcut": evaluate_test_part(control, images)["shortcut"],
        "demo_films": {name: on_films[name] for name in ("auc", "accuracy_at_0.5", "triage", "changed")},
    }


def _difference(model: PneumoniaModel, checkpoint: Checkpoint, images: Path) -> dict[str, float]:
    """Return the largest difference between onnxruntime's and torch's risk on films of the test part."""
    films = films_of("test", films_in(images))[:_COMPARED_FILMS]
    (inputs,) = show(films, [SHAPES[NEUTRAL]])
    largest = float(np.abs(risks_of(model, inputs) - torch_risks(checkpoint, inputs)).max())
    if largest > _ALLOWED_DIFFERENCE:
        raise ValueError(f"onnxruntime and torch differ by {largest}: the file isn't an export of this checkpoint")
    return {"films": len(films), "largest_difference": largest}


def _rounded(value: Any) -> Any:
    """Round the figures to four digits, but leave very small ones readable."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float):
        return round(value, _DIGITS) if abs(value) >= 10**-_DIGITS else float(f"{value:.2g}")
    return value
