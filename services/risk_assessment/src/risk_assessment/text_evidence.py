"""How much a place on a film looks like writing that somebody burned into the pixels.

Anatomy has soft edges. Where it has hard ones (ribs, the collimator's rim, a tube) they run in one direction, face one
side, and the grey on both sides changes along the way. Writing is the opposite on all three counts, and it is dense:
strokes of one grey level with edges on both sides, in every direction, packed close. Four figures say so for the
surroundings of each small cell of the film; their weights were fitted by logistic regression on some 120,000 places of
real films, half of them with names burned in, in eight fonts, 14 to 70 pixels high, white, grey and black, as JPEG of
several qualities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELL = 4
"""Side of a cell in pixels: about the width of a stroke, so that a letter of the smallest legible size is a few cells."""

_BLOCK = 16
_CONTRAST = 4.0
"""An edge is hard when it exceeds this many times the usual difference between neighbouring pixels around it."""
_FAINTEST = 10
"""Grey levels; fainter steps than this are lossy compression's own doing."""


@dataclass(frozen=True)
class Weights:
    """How the four figures add up; `reach` is how many cells around a cell are looked at."""

    reach: int
    one_sided: float
    one_direction: float
    uneven: float
    dense: float
    bias: float


WIDE = Weights(reach=4, one_sided=-3.67, one_direction=-10.78, uneven=-17.30, dense=34.93, bias=7.26)
NARROW = Weights(reach=3, one_sided=-1.76, one_direction=-9.08, uneven=-15.71, dense=30.62, bias=4.63)


class Evidence:
    """The hard edges of a film, gathered in cells.

    Holds only the cells that have hard edges at all: on a film without writing one in a hundred.
    """

    def __init__(self, grey: NDArray[np.uint8]) -> None:
        """Take a film as rows x columns of 8-bit grey, at least one block of 16 x 16 pixels."""
        padded = np.pad(grey, ((0, -grey.shape[0] % _BLOCK), (0, -grey.shape[1] % _BLOCK)), mode="edge")
        rows, columns = _hard_edges(padded)
        self.shape = (padded.shape[0] // CELL, padded.shape[1] // CELL)
        cell = (rows // CELL) * self.shape[1] + columns // CELL
        count = np.bincount(cell, minlength=self.shape[0] * self.shape[1])
        sums = [np.bincount(cell, figure, minlength=count.size) for figure in _figures(padded, rows, columns)]
        strength = sums[4]
        self.occupied: NDArray[np.bool_] = (count > 0).reshape(self.shape)
        self.rows, self.columns = np.nonzero(self.occupied)
        self.strength: NDArray[np.float64] = (strength / np.maximum(count, 1)).reshape(self.shape)
        """Mean height of the hard edges in a cell, in grey levels."""
        self._integral = _integral(np.stack([count, *sums]).reshape(-1, *self.shape))

    def grid(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Spread a choice among the occupied cells over the whole film."""
        whole = np.zeros(self.shape, dtype=bool)
        whole[self.rows[chosen], self.columns[chosen]] = True
        return whole

    def score(self, weights: Weights) -> NDArray[np.float64]:
        """Say for each occupied cell, in the order of `rows` and `columns`, how much its surroundings look like writing.

        Positive: more likely writing than not.
        """
        top, bottom = _span(self.rows, weights.reach, self.shape[0])
        left, right = _span(self.columns, weights.reach, self.shape[1])
        totals = (
            self._integral[:, bottom, right]
            - self._integral[:, top, right]
            - self._integral[:, bottom, left]
            + self._integral[:, top, left]
        )
        edges = totals[0]
        direction_x, direction_y, side_x, side_y, strength, high, high_squared, low, low_squared = totals[1:] / edges
        spread = np.minimum(high_squared - high * high, low_squared - low * low)
        uneven = np.sqrt(np.maximum(spread, 0)) / strength
        area = (bottom - top) * (right - left) * CELL * CELL
        score: NDArray[np.float64] = (
            weights.bias
            + weights.one_sided * np.hypot(side_x, side_y)
            + weights.one_direction * np.hypot(direction_x, direction_y)
            + weights.uneven * np.minimum(uneven, 1)
            + weights.dense * edges / area
        )
        return score


def _span(position: NDArray[np.intp], reach: int, end: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.maximum(position - reach, 0), np.minimum(position + reach + 1, end)


def _integral(planes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum each plane over all cells above and left, so that the sum over any rectangle takes four look-ups."""
    whole = np.zeros((planes.shape[0], planes.shape[1] + 1, planes.shape[2] + 1))
    np.cumsum(np.cumsum(planes, axis=1), axis=2, out=whole[:, 1:, 1:])
    return whole


def _difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.maximum(one, other) - np.minimum(one, other)


def _hard_edges(grey: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the pixels where grey changes abruptly, measured against what is usual around them."""
    height, width = grey.shape
    step = np.zeros_like(grey)
    step[:, 1:-1] = _difference(grey[:, 2:], grey[:, :-2])
    np.maximum(step[1:-1], _difference(grey[2:], grey[:-2]), out=step[1:-1])
    blocks = step.reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    usual = _usual(blocks.mean(axis=(1, 3), dtype=np.float32))
    threshold = np.clip(_CONTRAST * usual, _FAINTEST, 254).astype(np.uint8)
    hard = np.flatnonzero(blocks > threshold[:, None, :, None])
    return np.divmod(hard, width)


def _usual(block_means: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the 40th percentile of the blocks around each block, so that a line of writing doesn't hide itself."""
    reach = (-3, -1, 1, 3)
    padded = np.pad(block_means, 3, mode="edge")
    height, width = block_means.shape
    around = np.stack([padded[3 + y : 3 + y + height, 3 + x : 3 + x + width] for y in reach for x in reach])
    rank = len(around) * 2 // 5
    usual: NDArray[np.float32] = np.partition(around, rank, axis=0)[rank]
    return usual


def _figures(grey: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> list[NDArray[np.float32]]:
    """Describe each edge pixel: direction (doubled angle), side it faces, strength, grey on its two sides and squares."""
    height, width = grey.shape
    flat = grey.ravel()

    def at(down: int | NDArray[np.intp], right: int | NDArray[np.intp]) -> NDArray[np.float32]:
        index = np.clip(rows + down, 0, height - 1) * width + np.clip(columns + right, 0, width - 1)
        values: NDArray[np.float32] = flat[index].astype(np.float32)
        return values

    slope_x, slope_y = at(0, 1) - at(0, -1), at(1, 0) - at(-1, 0)
    strength = np.hypot(slope_x, slope_y)
    side_x, side_y = slope_x / strength, slope_y / strength
    near = np.rint(side_y).astype(np.intp), np.rint(side_x).astype(np.intp)
    far = np.rint(2 * side_y).astype(np.intp), np.rint(2 * side_x).astype(np.intp)
    high = np.maximum(at(*near), at(*far))
    low = np.minimum(at(-near[0], -near[1]), at(-far[0], -far[1]))
    doubled = side_x * side_x - side_y * side_y, 2 * side_x * side_y
    return [*doubled, side_x, side_y, strength, high, high * high, low, low * low]
