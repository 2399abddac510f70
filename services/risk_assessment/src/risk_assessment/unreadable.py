"""Films that can't be assessed, however often one tries."""

from __future__ import annotations

MOST_PIXELS = 36_000_000
"""A mammogram of 24 x 30 cm at 50 micrometres has 29 million, a chest film of 43 x 43 cm at 100 has 19."""
SHORTEST_SIDE = 64


class UnreadableFilmError(ValueError):
    """No film can be made of the object; the message is for people and holds nothing of its content."""


def check_size(width: int, height: int) -> None:
    """Raise UnreadableFilmError unless a film of that many pixels can be read and makes sense."""
    if width * height > MOST_PIXELS:
        raise UnreadableFilmError(
            f"the image has {width} x {height} pixels; a film has at most {MOST_PIXELS // 1_000_000} million"
        )
    if min(width, height) < SHORTEST_SIDE:
        raise UnreadableFilmError(
            f"the image has {width} x {height} pixels; a film has at least {SHORTEST_SIDE} on each side"
        )
