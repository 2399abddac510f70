"""Trains the network on the training patients and fits its temperature on the validation patients."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pneumonia_model import metrics
from pneumonia_model.augment import augmented, lightly_augmented
from pneumonia_model.checkpoint import Checkpoint
from pneumonia_model.data import Film, films_in, films_of
from pneumonia_model.network import PneumoniaNetwork
from pneumonia_model.preprocess import to_input
from pneumonia_model.presentation import neutral

Augmentation = Callable[[Image.Image, np.random.Generator], Image.Image]

_LOG: Final = logging.getLogger(__name__)

_BATCH: Final = 64
_PEAK_LEARNING_RATE: Final = 3e-3
_WEIGHT_DECAY: Final = 5e-2
_TEMPERATURES: Final = np.geomspace(0.2, 5.0, 400)


@dataclass(frozen=True)
class Plan:
    """How to train."""

    epochs: int
    seed: int
    """Of weights, order and augmentation."""
    threads: int
    """CPU threads of the network; one more process prepares the films."""
    control: bool
    """Leave out the augmentation against the size and shape shortcut, to measure what it is good for."""


class AugmentedFilms(Dataset[tuple[Tensor, Tensor]]):
    """Training films in memory; an item is (film (1, 128, 128), label), changed as (seed, epoch, index) says."""

    def __init__(self, films: Sequence[Film], augmentation: Augmentation, seed: int) -> None:
        """Read and decode all `films`: 50 kB each."""
        self.images = [_grey(film.path) for film in films]
        self.labels = [float(film.has_pneumonia) for film in films]
        self.augmentation = augmentation
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        """Return the number of films."""
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return film `index` as it looks in this epoch."""
        rng = np.random.default_rng([self.seed, self.epoch, index])
        film = to_input(self.augmentation(self.images[index], rng))[0]
        return torch.from_numpy(film), torch.tensor(self.labels[index])


def train(images: Path, plan: Plan) -> Checkpoint:
    """Train on the films below `images` and return the calibrated result; the test patients' films are never opened."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    films = films_in(images)
    training, validation = films_of("train", films), films_of("validation", films)
    dataset = AugmentedFilms(training, lightly_augmented if plan.control else augmented, plan.seed)
    shown = torch.from_numpy(np.concatenate([to_input(neutral(film)) for film in validation]))
    truth = np.array([film.has_pneumonia for film in validation])

    network = PneumoniaNetwork()
    # One process beside this one prepares films; it is forked anew for each epoch and so sees the epoch's number.
    loader = DataLoader(dataset, _BATCH, shuffle=True, drop_last=True, num_workers=1)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, _PEAK_LEARNING_RATE, total_steps=plan.epochs * len(loader)
    )
    for dataset.epoch in range(1, plan.epochs + 1):
        loss = _run_epoch(network, loader, optimizer, schedule)
        ranking = metrics.auc(truth, _logits(network, shown), np.ones(len(truth)))
        _LOG.info("epoch %d/%d: loss %.3f, AUC on validation patients %.4f", dataset.epoch, plan.epochs, loss, ranking)

    return Checkpoint(
        weights=network.state_dict(),
        temperature=best_temperature(_logits(network, shown), truth),
        epochs=plan.epochs,
        seed=plan.seed,
        training_films=len(training),
        training_patients=len({film.patient for film in training}),
    )


def best_temperature(logits: metrics.Floats, truth: metrics.Bools) -> float:
    """Return the divisor of the logits (n,) under which the labels (n,) are most likely."""
    signed = np.where(truth, logits, -logits) / _TEMPERATURES[:, np.newaxis]
    return float(_TEMPERATURES[np.logaddexp(0, -signed).mean(axis=1).argmin()])


def _run_epoch(
    network: PneumoniaNetwork,
    loader: DataLoader[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    """Go once over the training films and return the mean loss."""
    network.train()
    losses = []
    for films, labels in loader:
        loss = nn.functional.binary_cross_entropy_with_logits(
            network(films.to(memory_format=torch.channels_last)), labels
        )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return float(np.mean(losses))


def _logits(network: PneumoniaNetwork, films: Tensor) -> metrics.Floats:
    """Return the logits (n,) of films (n, 1, 128, 128), in evaluation mode."""
    network.eval()
    with torch.inference_mode():
        return np.concatenate([network(batch).double().numpy() for batch in torch.split(films, _BATCH)])


def _grey(path: Path) -> Image.Image:
    """Return the decoded film in 8-bit grey."""
    with Image.open(path) as image:
        return image.convert("L")
