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

    Works on the cells that have hard edges at all: on a film without writing a few in a hundred.
    """

    def __init__(self, grey: NDArray[np.uint8]) -> None:
        """Take a film as rows x columns of 8-bit grey."""
        padded = np.pad(grey, ((0, -grey.shape[0] % _BLOCK), (0, -grey.shape[1] % _BLOCK)), mode="edge")
        rows, columns = _hard_edges(padded)
        self.shape = (padded.shape[0] // CELL, padded.shape[1] // CELL)
        cell = (rows // CELL) * self.shape[1] + columns // CELL
        occupied = np.bincount(cell, minlength=self.shape[0] * self.shape[1]) > 0
        self.occupied: NDArray[np.bool_] = occupied.reshape(self.shape)
        self.rows, self.columns = np.nonzero(self.occupied)
        # How many occupied cells come before each cell, reading the film like a page.
        self._before = np.concatenate(([0], np.cumsum(occupied)))
        number = self._before[cell]
        sums = np.stack([np.bincount(number, figure) for figure in _figures(padded, rows, columns)])
        self.strength: NDArray[np.float64] = np.zeros(self.shape)
        """Mean height of the hard edges in a cell, in grey levels; 0 where there are none."""
        self.strength[self.occupied] = sums[_STRENGTH] / sums[_COUNT]
        self._running: NDArray[np.float64] = np.concatenate((np.zeros((len(sums), 1)), np.cumsum(sums, axis=1)), axis=1)

    def grid(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Spread a choice among the occupied cells over the whole film."""
        whole = np.zeros(self.shape, dtype=bool)
        whole[self.rows[chosen], self.columns[chosen]] = True
        return whole

    def score(self, weights: Weights) -> NDArray[np.float64]:
        """Say for each occupied cell, in the order of `rows` and `columns`, how much its surroundings look like writing.

        Positive: more likely writing than not.
        """
        totals, area = self._around(weights.reach)
        edges = np.maximum(totals[_COUNT], 1)
        _, direction_x, direction_y, side_x, side_y, strength, high, high_squared, low, low_squared = totals / edges
        spread = np.minimum(high_squared - high * high, low_squared - low * low)
        uneven = np.sqrt(np.maximum(spread, 0)) / strength
        score: NDArray[np.float64] = (
            weights.bias
            + weights.one_sided * np.hypot(side_x, side_y)
            + weights.one_direction * np.hypot(direction_x, direction_y)
            + weights.uneven * np.minimum(uneven, 1)
            + weights.dense * edges / area
        )
        return score

    def _around(self, reach: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Sum the figures over all cells within `reach` of each occupied one; give the sums and the areas in pixels.

        Along a row, the sum over a stretch of cells is the difference of two running sums over the occupied ones.
        """
        height, width = self.shape
        left, right = np.maximum(self.columns - reach, 0), np.minimum(self.columns + reach + 1, width)
        totals = np.zeros((len(self._running), len(self.rows)))
        for offset in range(-reach, reach + 1):
            row = self.rows + offset
            inside = (row >= 0) & (row < height)
            start = np.where(inside, row * width + left, 0)
            end = np.where(inside, row * width + right, 0)
            totals += self._running[:, self._before[end]] - self._running[:, self._before[start]]
        lines = np.minimum(self.rows + reach + 1, height) - np.maximum(self.rows - reach, 0)
        return totals, lines * (right - left) * CELL * CELL


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


_COUNT, _STRENGTH = 0, 5


def _figures(grey: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> list[NDArray[np.float32]]:
    """Describe each edge pixel.

    One, its direction (doubled angle), the side it faces, its strength, the grey on its two sides, each with its square.
    """
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
    return [np.ones_like(strength), *doubled, side_x, side_y, strength, high, high * high, low, low * low]
