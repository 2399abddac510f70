import io

import numpy as np
import pytest
from PIL import Image
from pneumonia_model.preprocess import to_input


def test_a_wide_film_is_padded_with_black_and_keeps_its_aspect() -> None:
    film = to_input(Image.new("L", (600, 300), 255))

    assert film.shape == (1, 1, 128, 128)
    assert film.dtype == np.float32
    rows = film[0, 0].mean(axis=1)
    assert (rows[:32] == 0).all()
    assert (rows[32:96] == 1).all()
    assert (rows[96:] == 0).all()


def test_a_tall_film_is_padded_at_its_sides() -> None:
    columns = to_input(Image.new("L", (300, 600), 255))[0, 0].mean(axis=0)

    assert (columns[:32] == 0).all()
    assert (columns[32:96] == 1).all()
    assert (columns[96:] == 0).all()


def test_a_circle_stays_a_circle() -> None:
    y, x = np.mgrid[:400, :800]
    disc = Image.fromarray((((x - 400) ** 2 + (y - 200) ** 2 < 150**2) * 255).astype(np.uint8))

    inside = to_input(disc)[0, 0] > 0.5

    assert inside.any(axis=0).sum() == pytest.approx(inside.any(axis=1).sum(), abs=1)


def test_sixteen_bits_give_the_same_grey_as_eight() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint16), (256, 1))

    eight = to_input(Image.fromarray(ramp.astype(np.uint8)))
    sixteen = to_input(Image.fromarray(ramp * 257))

    np.testing.assert_allclose(sixteen, eight, atol=1e-6)


def test_colour_and_palette_are_taken_as_grey() -> None:
    grey = Image.radial_gradient("L")

    for mode in ("RGB", "RGBA", "P", "LA"):
        np.testing.assert_allclose(to_input(grey.convert(mode)), to_input(grey), atol=1 / 255)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_of_unknown_range_are_refused(mode: str) -> None:
    with pytest.raises(ValueError, match="window the film"):
        to_input(Image.new(mode, (64, 64)))


def test_exif_orientation_is_applied() -> None:
    film = Image.new("L", (200, 100))
    film.paste(255, (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    stored = io.BytesIO()
    film.save(stored, "JPEG", exif=exif)

    seen = to_input(Image.open(stored))[0, 0]

    assert seen[64, 10] < 0.1
    assert seen[64, 117] > 0.9


def test_a_truncated_file_is_an_error() -> None:
    stored = io.BytesIO()
    Image.effect_noise((500, 500), 50).save(stored, "JPEG")
    half = io.BytesIO(stored.getvalue()[: stored.tell() // 2])

    with pytest.raises(OSError, match="truncated"):
        to_input(Image.open(half))
