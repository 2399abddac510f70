"""Connected parts of a grid."""

from __future__ import annotations

import numpy as np
from risk_assessment.components import Box, components, dilated


def grid(*lines: str) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array([[letter == "#" for letter in line] for line in lines])


def test_diagonal_neighbours_belong_together_and_gaps_part() -> None:
    found = components(
        grid(
            "##..#",
            "..#.#",
            ".....",
            "#...#",
        )
    )
    assert found == [Box(0, 0, 2, 3), Box(0, 4, 2, 5), Box(3, 0, 4, 1), Box(3, 4, 4, 5)]


def test_arms_that_meet_below_are_one_part() -> None:
    assert components(grid("#.#.#", "#.#.#", "#####")) == [Box(0, 0, 3, 5)]


def test_nothing_has_no_parts() -> None:
    assert components(np.zeros((4, 4), dtype=bool)) == []


def test_agrees_with_flooding() -> None:
    chance = np.random.default_rng(7)
    for density in (0.1, 0.3, 0.5, 0.7):
        sample = chance.random((40, 50)) < density
        assert sorted(map(str, components(sample))) == sorted(map(str, _flooded(sample)))


def _flooded(sample: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[Box]:
    left = {(int(y), int(x)) for y, x in np.argwhere(sample)}
    boxes = []
    while left:
        part, front = set(), [left.pop()]
        while front:
            y, x = front.pop()
            part.add((y, x))
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            front += near
        ys, xs = [y for y, _ in part], [x for _, x in part]
        boxes.append(Box(min(ys), min(xs), max(ys) + 1, max(xs) + 1))
    return boxes


def test_dilates_by_exactly_what_is_asked() -> None:
    spot = np.zeros((21, 21), dtype=bool)
    spot[10, 10] = True
    for down, right in ((0, 0), (1, 0), (0, 3), (4, 2), (9, 9)):
        expected = np.zeros_like(spot)
        expected[10 - down : 11 + down, 10 - right : 11 + right] = True
        assert np.array_equal(dilated(spot, down, right), expected), (down, right)
