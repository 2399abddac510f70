"""The model as the service uses it: an ONNX file, loaded once, that turns a film into a risk."""

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image

from pneumonia_model.preprocess import to_input

INPUT_NAME: Final = "film"
OUTPUT_NAME: Final = "risk"


def packaged_model() -> Path:
    """Return the path of the ONNX file that this package ships."""
    return Path(str(resources.files("pneumonia_model").joinpath("pneumonia.onnx")))


@dataclass(frozen=True)
class PneumoniaModel:
    """A loaded model. Safe to share between threads: an onnxruntime session keeps no state between runs."""

    session: onnxruntime.InferenceSession
    metadata: dict[str, str]
    digest: str
    """`sha256:` and 64 hex digits of the file's bytes."""

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Load the packaged model, or the ONNX file at `path`.

        Raises:
            FileNotFoundError: There is no such file.
            onnxruntime's own exception: The file is no ONNX model that this runtime can read.
        """
        content = (path or packaged_model()).read_bytes()
        options = onnxruntime.SessionOptions()
        # A film takes 2 ms on one thread; a pool of spinning threads would only take cores from the other films.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        return cls(
            session=session,
            metadata=dict(session.get_modelmeta().custom_metadata_map),
            digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
        )

    @property
    def name(self) -> str:
        """Name of the model, from its metadata."""
        return self.metadata["name"]

    @property
    def version(self) -> str:
        """Version of the model, from its metadata."""
        return self.metadata["version"]

    def risk(self, image: Image.Image) -> float:
        """Return the probability of pneumonia, 0..1, of one film; see `to_input` for what is taken and the errors."""
        return float(self.risks(to_input(image))[0])

    def risks(self, films: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the risks, shape (n,), of a batch of inputs of shape (n, 1, 128, 128) as `to_input` makes them."""
        risks: npt.NDArray[np.float32] = self.session.run([OUTPUT_NAME], {INPUT_NAME: films})[0]
        return risks
