from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pneumonia_model.data import film_at
from pneumonia_model.presentation import NATURAL_ASPECT_RANGE, neutral, neutral_aspect, stretched


@pytest.mark.parametrize("aspect", [0.7, 1.0, 1.5])
def test_a_stretched_film_has_the_shape_and_the_shorter_side_asked_for(aspect: float) -> None:
    film = stretched(Image.new("L", (224, 224)), aspect, 120)

    assert min(film.size) == 120
    assert film.width / film.height == pytest.approx(aspect, rel=0.01)


def test_the_neutral_shape_of_healthy_and_sick_is_drawn_from_the_same_range() -> None:
    sick = [neutral_aspect(film_at(Path(f"person{number}_virus_1.jpeg"))) for number in range(500)]
    healthy = [neutral_aspect(film_at(Path(f"IM-{number:04d}-0001.jpeg"))) for number in range(500)]

    low, high = NATURAL_ASPECT_RANGE
    assert all(low <= aspect <= high for aspect in sick + healthy)
    assert np.mean(sick) == pytest.approx(np.mean(healthy), abs=0.04)
    assert np.std(sick) > 0.1


def test_a_film_always_gets_the_same_neutral_shape(tmp_path: Path) -> None:
    path = tmp_path / "person7_virus_1.jpeg"
    Image.radial_gradient("L").save(path)

    shown = neutral(film_at(path))

    assert shown.width / shown.height == pytest.approx(neutral_aspect(film_at(path)), rel=0.01)
    assert shown.tobytes() == neutral(film_at(path)).tobytes()
