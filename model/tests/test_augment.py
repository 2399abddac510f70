import numpy as np
import pytest
from PIL import Image
from pneumonia_model.augment import ASPECT_RANGE, augmented, lightly_augmented

FILM = Image.radial_gradient("L").resize((224, 224))


def test_the_same_seed_gives_the_same_film_and_another_seed_another() -> None:
    first, again, other = (augmented(FILM, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_shape_and_sharpness_cover_what_real_films_have() -> None:
    films = [augmented(FILM, np.random.default_rng(seed)) for seed in range(200)]

    aspects = [film.width / film.height for film in films]
    # Borders, which half of the films get, change the shape a little more.
    assert min(aspects) == pytest.approx(ASPECT_RANGE[0], rel=0.2)
    assert max(aspects) == pytest.approx(ASPECT_RANGE[1], rel=0.2)
    assert np.median(aspects) == pytest.approx(np.sqrt(np.prod(ASPECT_RANGE)), rel=0.15)
    assert min(film.height for film in films) < 112 < max(film.height for film in films)
    assert all(film.mode == "L" for film in films)


def test_the_film_in_memory_stays_as_it_was() -> None:
    before = FILM.tobytes()
    for seed in range(20):
        augmented(FILM, np.random.default_rng(seed))

    assert FILM.tobytes() == before


def test_the_control_keeps_shape_within_its_crop() -> None:
    aspects = [
        film.width / film.height
        for film in (lightly_augmented(FILM, np.random.default_rng(seed)) for seed in range(99))
    ]

    assert min(aspects) >= 0.79
    assert max(aspects) <= 1.26
