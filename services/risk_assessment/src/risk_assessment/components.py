"""Rectangles, and the connected parts of a boolean grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Box:
    """A rectangle of rows top <= y < bottom and columns left <= x < right."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Count the rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Count the columns."""
        return self.right - self.left

    @property
    def area(self) -> tuple[slice, slice]:
        """Index an array with it."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def scaled(self, factor: int) -> Box:
        """Give the same rectangle in units `factor` times smaller."""
        return Box(self.top * factor, self.left * factor, self.bottom * factor, self.right * factor)

    def grown(self, down: int, right: int) -> Box:
        """Move the upper and lower edges outwards by `down`, the others by `right`."""
        return Box(self.top - down, self.left - right, self.bottom + down, self.right + right)

    def within(self, height: int, width: int) -> Box:
        """Cut off what lies outside an array of that height and width."""
        return Box(max(self.top, 0), max(self.left, 0), min(self.bottom, height), min(self.right, width))


def dilated(grid: NDArray[np.bool_], down: int, right: int) -> NDArray[np.bool_]:
    """Set everything within `down` rows and `right` columns of a set element."""
    result = grid.copy()
    for axis, reach in ((0, down), (1, right)):
        # Doubling the step covers a reach of n in about log2(n) passes.
        done = 0
        while done < reach:
            step = min(done + 1, reach - done)
            ahead = np.zeros_like(result)
            if axis == 0:
                ahead[step:] |= result[:-step]
                ahead[:-step] |= result[step:]
            else:
                ahead[:, step:] |= result[:, :-step]
                ahead[:, :-step] |= result[:, step:]
            result |= ahead
            done += step
    return result


def components(grid: NDArray[np.bool_]) -> list[Box]:
    """Give the bounding box of each 8-connected part, from the top down.

    Works on the horizontal runs of set elements, joined by union-find: their number is small however large the grid.
    """
    edges = np.diff(np.pad(grid.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row_of, starts = (axis.tolist() for axis in np.nonzero(edges == 1))
    ends = np.nonzero(edges == -1)[1].tolist()
    first_of_row = np.searchsorted(row_of, np.arange(grid.shape[0] + 1)).tolist()
    parent = list(range(len(row_of)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    for row in range(1, grid.shape[0]):
        above, below = first_of_row[row - 1], first_of_row[row]
        while above < first_of_row[row] and below < first_of_row[row + 1]:
            if starts[above] <= ends[below] and starts[below] <= ends[above]:
                one, other = sorted((root(above), root(below)))
                parent[other] = one
            if ends[above] < ends[below]:
                above += 1
            else:
                below += 1
    boxes: dict[int, Box] = {}
    for run, (row, start, end) in enumerate(zip(row_of, starts, ends, strict=True)):
        part = root(run)
        box = boxes.get(part, Box(row, start, row, end))
        boxes[part] = Box(box.top, min(box.left, start), row + 1, max(box.right, end))
    return list(boxes.values())
