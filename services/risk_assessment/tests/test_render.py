"""The risk on the film."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from risk_assessment.render import marked


@pytest.mark.parametrize("size", [(64, 64), (200, 3000), (1000, 776), (4000, 4000)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_the_risk_is_legible_on_any_film(size: tuple[int, int], grey: int) -> None:
    film = Image.new("L", size, grey)
    result = marked(film, "Pneumonia", 0.9712)

    assert film.getextrema() == (grey, grey), "the film itself is not drawn on"
    drawn = np.asarray(result) != grey
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert columns[-1] < result.width
    assert 0.3 < (columns[-1] - columns[0]) / result.width < 0.5
    assert rows[-1] - rows[0] >= 8, "letters of eight pixels and more can be read"
    assert {0, 255} <= set(np.unique(np.asarray(result)).tolist())
    assert not drawn[result.height // 2 :].any() or size[1] == 64


def test_tells_labels_and_figures_apart() -> None:
    film = Image.new("L", (600, 400), 90)
    images = [
        marked(film, label, risk).tobytes() for label, risk in (("Normal", 0.1), ("Normal", 0.2), ("Unsure", 0.2))
    ]
    assert len(set(images)) == 3


def test_draws_on_colour_too() -> None:
    assert marked(Image.new("RGB", (600, 400)), "Normal", 0.25).mode == "RGB"
