"""Boxes around everything on a film that looks like burned-in writing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from risk_assessment.components import Box, components, dilated
from risk_assessment.text_evidence import CELL, NARROW, WIDE, Evidence, Weights

_LONGEST_SIDE = 2600
"""Pixels; larger films are first halved. No writing that a person can read on such a film is lost by that."""
_SMALLEST_SIDE = 48

_CONCEIVABLE = -5.0
"""Score below which hard edges are anatomy even beside writing."""

# In cells:
_GAP_IN_LETTERS = 1
_FEWEST_CELLS = 6
_NARROWEST_GAP = 3
_WIDEST_GAP = 15
# In grey levels:
_PLAIN_TO_SEE = 60.0
_FAINTEST_INK = 25.0
_SAME_INK = 0.4
"""Of the mean strength of the edges in a line: weaker ones don't belong to it."""


@dataclass(frozen=True)
class _Pass:
    """One look at the film, reduced by a factor: large letters look at half size as small ones do at full."""

    reduction: int
    demands: tuple[tuple[Weights, float], ...]
    """How high the score must be, by weights; any one suffices."""


_PASSES = (
    _Pass(1, ((WIDE, 1.0), (NARROW, 3.0))),
    _Pass(2, ((WIDE, 3.0),)),
)


def find_text(grey: NDArray[np.uint8]) -> list[Box]:
    """Find writing on a film given as rows x columns of 8-bit grey; boxes are in pixels of that film.

    Errs on the side of too much: side markers, rulers and metal with letter-like edges are found too.
    """
    scale = 1
    while max(grey.shape) / scale > _LONGEST_SIDE:
        scale *= 2
    found: list[Box] = []
    for look in _PASSES:
        factor = scale * look.reduction
        seen = _reduced(grey, factor)
        if min(seen.shape) < _SMALLEST_SIDE:
            continue
        found += [box.scaled(factor) for box in _look(seen, look.demands)]
    return [box.within(grey.shape[0], grey.shape[1]) for box in found]


def _reduced(grey: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    return grey if factor == 1 else np.asarray(Image.fromarray(grey).reduce(factor))


def _look(grey: NDArray[np.uint8], demands: tuple[tuple[Weights, float], ...]) -> list[Box]:
    evidence = Evidence(grey)
    writing = np.zeros(evidence.shape, dtype=bool)
    conceivable = np.zeros_like(writing)
    for weights, least in demands:
        score = evidence.score(weights)
        sure = evidence.grid(score > least)
        writing |= evidence.occupied & dilated(sure, weights.reach, weights.reach)
        conceivable |= evidence.grid(score > _CONCEIVABLE)
    ink = np.where(conceivable, evidence.strength, 0)
    boxes = []
    for joined in components(dilated(writing, 0, _GAP_IN_LETTERS)):
        box = _shrunk(writing, joined)
        strength = evidence.strength[box.area][writing[box.area]]
        if strength.size < _FEWEST_CELLS and strength.mean() < _PLAIN_TO_SEE:
            continue
        line = _whole_line(ink, box, max(float(strength.mean()) * _SAME_INK, _FAINTEST_INK))
        margin = CELL + line.height * CELL // 6
        boxes.append(line.scaled(CELL).grown(margin, margin))
    return boxes


def _shrunk(grid: NDArray[np.bool_], box: Box) -> Box:
    """Take away the empty rims that joining left."""
    part = grid[box.area]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    return Box(
        box.top + int(rows[0]), box.left + int(columns[0]), box.top + int(rows[-1]) + 1, box.left + int(columns[-1]) + 1
    )


def _whole_line(ink: NDArray[np.float64], box: Box, least: float) -> Box:
    """Extend a box along its line over everything drawn as strongly, across gaps no wider than the letters are high.

    Thin letters, full stops and the ends of a line have too little around them to be sure of by themselves.
    """
    gap = min(max(box.height, _NARROWEST_GAP), _WIDEST_GAP)
    inked = np.flatnonzero((ink[box.top : box.bottom] >= least).any(axis=0)).tolist()
    left, right = box.left, box.right
    for column in inked:
        if right <= column < right + gap:
            right = column + 1
    for column in reversed(inked):
        if left - gap <= column < left:
            left = column
    return Box(box.top, left, box.bottom, right)
