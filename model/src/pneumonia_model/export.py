"""Writes a trained network as the ONNX file that is shipped, with what a reader must know in its metadata."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import torch

from pneumonia_model.checkpoint import Checkpoint
from pneumonia_model.data import SPLIT_SEED
from pneumonia_model.inference import INPUT_NAME, OUTPUT_NAME
from pneumonia_model.preprocess import DESCRIPTION, INPUT_SIZE

NAME: Final = "pneumonia-cnn"
VERSION: Final = "1.0.0"

_OPSET: Final = 17
_ATTRIBUTION: Final = (
    "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification, "
    "Mendeley Data v2, 2018, doi 10.17632/rscbjbr9sj.2, CC BY 4.0"
)


def export(checkpoint: Checkpoint, path: Path) -> None:
    """Write `checkpoint` as ONNX to `path` and its digest, in sha256sum's format, beside it."""
    films = torch.zeros(2, 1, INPUT_SIZE, INPUT_SIZE)
    torch.onnx.export(
        checkpoint.network(),
        (films,),
        path,
        opset_version=_OPSET,
        input_names=[INPUT_NAME],
        output_names=[OUTPUT_NAME],
        dynamic_axes={INPUT_NAME: {0: "batch"}, OUTPUT_NAME: {0: "batch"}},
        # The newer exporter starts at opset 18 and needs onnxscript; this one writes 17 and folds the batch norms.
        dynamo=False,
    )
    model = onnx.load(path)
    onnx.helper.set_model_props(model, _metadata(checkpoint))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")


def torch_risks(checkpoint: Checkpoint, films: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the risks (n,) that torch computes for inputs (n, 1, 128, 128): what the ONNX file is held against."""
    with torch.inference_mode():
        risks: npt.NDArray[np.float32] = checkpoint.network()(torch.from_numpy(films)).numpy()
    return risks


def _metadata(checkpoint: Checkpoint) -> dict[str, str]:
    """Return the properties that go into the file."""
    return {
        "name": NAME,
        "version": VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "input_size": str(INPUT_SIZE),
        "preprocessing": DESCRIPTION,
        "output": "probability of pneumonia, 0..1, temperature-scaled on the validation part of the split",
        "temperature": f"{checkpoint.temperature:.4f}",
        "trained_on": (
            f"{checkpoint.training_films} films of {checkpoint.training_patients} patients of 1-5 years, one hospital: "
            f"the training part, split by patient (seed {SPLIT_SEED}), of the data set's official training split"
        ),
        "training": f"{checkpoint.epochs} epochs, seed {checkpoint.seed}, torch {torch.__version__}",
        "intended_use": "demonstration of a pipeline; not a medical device, not for diagnosis",
        "license": "model: as the project; training data: CC BY 4.0",
        "attribution": _ATTRIBUTION,
    }
