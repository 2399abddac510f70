"""What training leaves behind: weights, temperature, and how they came about."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

import torch
from torch import Tensor

from pneumonia_model.network import CalibratedNetwork, PneumoniaNetwork

CHECKPOINT: Final = "checkpoint.pt"
ONNX: Final = "pneumonia.onnx"
"""Names of the two files in the folder of a training run."""


@dataclass(frozen=True)
class Checkpoint:
    """A trained, calibrated network as it lies on disk."""

    weights: dict[str, Tensor]
    temperature: float
    epochs: int
    seed: int
    training_films: int
    training_patients: int

    def save(self, path: Path) -> None:
        """Write to `path`."""
        torch.save(asdict(self), path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read from `path`; only plain values and tensors are accepted, no code."""
        return cls(**torch.load(path, map_location="cpu", weights_only=True))

    def network(self) -> CalibratedNetwork:
        """Return the network in evaluation mode, temperature included."""
        trained = PneumoniaNetwork()
        trained.load_state_dict(self.weights)
        network = CalibratedNetwork(trained, self.temperature)
        network.eval()
        return network
