"""Figures of a classifier, each with weights so that a bootstrap needs no copies of the films."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Inputs = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Metric = Callable[[Bools, Floats, Floats], float]
"""Takes labels, risks and weights, each of shape (n,)."""

_CUT: Final = 0.5
_BINS: Final = 10
_RESAMPLES: Final = 2000
_BOOTSTRAP_SEED: Final = 20


def auc(labels: Bools, risks: Floats, weights: Floats) -> float:
    """Return the probability that a sick film gets a higher risk than a healthy one, ties counting half.

    NaN where there is no sick film or no healthy one.
    """
    _, rank = np.unique(risks, return_inverse=True)
    sick = np.bincount(rank, weights * labels)
    healthy = np.bincount(rank, weights * ~labels)
    pairs = sick.sum() * healthy.sum()
    if pairs == 0:
        return float("nan")
    return float((sick * (healthy.cumsum() - healthy / 2)).sum() / pairs)


def accuracy(labels: Bools, risks: Floats, weights: Floats) -> float:
    """Return the share of films on the right side of a risk of 0.5."""
    return _share((risks > _CUT) == labels, weights)


def sensitivity(labels: Bools, risks: Floats, weights: Floats) -> float:
    """Return the share of sick films with a risk above 0.5."""
    return _share(risks > _CUT, weights * labels)


def specificity(labels: Bools, risks: Floats, weights: Floats) -> float:
    """Return the share of healthy films with a risk of at most 0.5."""
    return _share(risks <= _CUT, weights * ~labels)


def _share(hits: Bools, weights: Floats) -> float:
    """Return the weighted share of `hits`; NaN where nothing has a weight, as in a resample without sick patients."""
    return float((hits * weights).sum() / weights.sum()) if weights.any() else float("nan")


def brier(labels: Bools, risks: Floats, weights: Floats) -> float:
    """Return the mean squared distance of the risk from the truth (0 or 1)."""
    return float(np.average((risks - labels) ** 2, weights=weights))


def calibration_error(labels: Bools, risks: Floats, weights: Floats) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    index = _bins_of(risks)
    gaps = np.bincount(index, weights * (risks - labels), minlength=_BINS)
    return float(np.abs(gaps).sum() / weights.sum())


def calibration_table(labels: Bools, risks: Floats) -> list[dict[str, float]]:
    """Return for each bin that has films: its lower edge, films, mean risk and share of sick films."""
    index = _bins_of(risks)
    return [
        {
            "from": bin_index / _BINS,
            "films": int((index == bin_index).sum()),
            "mean_risk": float(risks[index == bin_index].mean()),
            "share_with_pneumonia": float(labels[index == bin_index].mean()),
        }
        for bin_index in np.unique(index).tolist()
    ]


def _bins_of(risks: Floats) -> npt.NDArray[np.int64]:
    """Return the bin number 0..9 of each risk."""
    return np.minimum((risks * _BINS).astype(np.int64), _BINS - 1)


def with_interval(metric: Metric, labels: Bools, risks: Floats, patients: Sequence[str]) -> dict[str, float]:
    """Return the metric's `value` and the `low` and `high` end of its 95 % interval.

    The interval comes from drawing patients, not films, with replacement: films of one child are alike.
    """
    _, patient_index = np.unique(np.asarray(patients), return_inverse=True)
    count = int(patient_index.max()) + 1
    rng = np.random.default_rng(_BOOTSTRAP_SEED)
    draws = rng.multinomial(count, np.full(count, 1 / count), size=_RESAMPLES)
    resampled = [metric(labels, risks, draw[patient_index].astype(np.float64)) for draw in draws]
    low, high = np.nanquantile(resampled, [0.025, 0.975])
    return {"value": metric(labels, risks, np.ones_like(risks)), "low": float(low), "high": float(high)}
