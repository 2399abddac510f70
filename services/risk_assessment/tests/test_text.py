"""Names burned into real films, and films that must stay as they are."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from risk_assessment.film import read_film
from risk_assessment.pseudonym import Pseudonyms
from risk_assessment.text_boxes import find_text

NAMES = (
    "Jo",
    "Li Wu",
    "Barbara Campbell",
    "O'Brien, Wm.",
    "Ann Lee 5798 1962-07-16",
    "DOB: 07/16/1962  M",
    "ILLILI 1111 1711",
    "QUEEN MARY HOSPITAL  ID 8841127-3",
    # Wider than the 300 pixels that earlier systems blurred.
    "Maximiliane Freifrau von und zu Hohenstaufen-Tartaglione",
)
# Beside Pillow's own fonts, one that scales and one of 11-pixel bitmaps, those of a machine that has them.
FONT_FILES = sorted(Path("/usr/share/fonts/truetype").glob("*/*.ttf"))
SIZES = (13, 16, 20, 25, 32, 48, 70)
PLACES = ("top left", "top right", "bottom left", "bottom right", "bottom middle", "left middle")
VISIBLE = 12
"""Grey levels by which the writing changed the film, so that a person could see it."""


@dataclass
class Burned:
    """A film with a name on it."""

    what: str
    content: bytes
    letters: NDArray[np.bool_]


def fonts(size: int) -> list[ImageFont.FreeTypeFont | ImageFont.ImageFont]:
    own: list[ImageFont.FreeTypeFont | ImageFont.ImageFont] = [ImageFont.load_default(size)]
    if size == SIZES[0]:
        own.append(ImageFont.load_default_imagefont())
    return own + [ImageFont.truetype(file, size) for file in FONT_FILES[:: max(len(FONT_FILES) // 6, 1)]]


def burn(
    film: Image.Image, name: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, place: str, ink: int
) -> Image.Image:
    burned = film.copy()
    draw = ImageDraw.Draw(burned)
    _left, top, right, bottom = draw.textbbox((0, 0), name, font=font)
    margin = 6
    x = {"left": margin, "right": film.width - margin - right, "middle": (film.width - right) / 2}[place.split()[1]]
    if place == "left middle":
        x = margin
    y = {"top": margin - top, "bottom": film.height - margin - bottom, "left": (film.height - bottom) / 2}[
        place.split(maxsplit=1)[0]
    ]
    draw.text((max(x, 0), y), name, font=font, fill=ink)
    return burned


def samples(films: list[Path], count: int, ink: int) -> Iterator[Burned]:
    chance = random.Random(4711)
    for _ in range(count):
        file, name, size, place = (
            chance.choice(films),
            chance.choice(NAMES),
            chance.choice(SIZES),
            chance.choice(PLACES),
        )
        font = chance.choice(fonts(size))
        quality = chance.choice((70, 85, 95))
        film = Image.open(file).convert("L")
        burned = burn(film, name, font, place, ink)
        target = io.BytesIO()
        burned.save(target, "JPEG", quality=quality)
        letters = np.abs(np.asarray(burned).astype(int) - np.asarray(film)) >= VISIBLE
        if not letters.any():
            continue  # White on white, black on black: nothing to read.
        yield Burned(f"{name!r} {size}px {place} on {file.name}, quality {quality}", target.getvalue(), letters)


@pytest.mark.parametrize("ink", [255, 240])
def test_no_pixel_of_a_name_survives(films: list[Path], ink: int) -> None:
    leaks = []
    for sample in samples(films, 24, ink):
        cleaned = Image.open(io.BytesIO(read_film(sample.content).source.anonymized(Pseudonyms(b"key"))))
        # Lossy compression leaves a faint ripple in black.
        left = (np.asarray(cleaned)[sample.letters] > 16).mean()
        if left:
            leaks.append(f"{left:.1%} of {sample.what}")
    assert not leaks


def test_black_names_on_bright_places_go_too(films: list[Path]) -> None:
    for file in films[:6]:
        film = Image.open(file).convert("L").point(lambda grey: 60 + grey * 195 // 255)
        burned = burn(film, "Barbara Campbell 5798", ImageFont.load_default(28), "bottom middle", 0)
        letters = np.asarray(burned) != np.asarray(film)
        found = np.zeros_like(letters)
        for box in find_text(np.asarray(burned)):
            found[box.area] = True
        assert found[letters].all(), file.name


def test_coloured_names_go_although_they_are_as_bright_as_the_film() -> None:
    grey = np.full((400, 600, 3), 128, dtype=np.uint8)
    film = Image.fromarray(grey)
    # Red that looks exactly as bright as the grey around it.
    ImageDraw.Draw(film).text((30, 350), "Barbara Campbell", font=ImageFont.load_default(28), fill=(255, 88, 0))
    letters = (np.asarray(film) != grey).any(axis=-1)
    target = io.BytesIO()
    film.save(target, "PNG")

    cleaned = np.asarray(Image.open(io.BytesIO(read_film(target.getvalue()).source.anonymized(Pseudonyms(b"key")))))

    assert cleaned[letters].max() == 0
    assert (cleaned[:300] == 128).all()


def without_marks(film: Image.Image) -> NDArray[np.uint8]:
    """The part of a film that has no side marker, ruler or cable on it: the chest."""
    width, height = film.size
    return np.asarray(
        film.convert("L").crop((width * 22 // 100, height * 8 // 100, width * 86 // 100, height * 98 // 100))
    )


def masked(film: NDArray[np.uint8]) -> float:
    mask = np.zeros(film.shape, dtype=bool)
    for box in find_text(film):
        mask[box.area] = True
    return float(mask.mean())


def test_a_film_without_writing_stays(films: list[Path]) -> None:
    for file in films:
        assert masked(without_marks(Image.open(file))) < 0.03, file.name


def test_a_film_with_its_hospital_s_marks_loses_little_else(films: list[Path]) -> None:
    shares = [masked(np.asarray(Image.open(file).convert("L"))) for file in films]
    assert max(shares) < 0.08
    assert np.median(shares) < 0.03
    assert min(shares) > 0.001, "every one of these films has a marker"


def test_the_chest_stays_when_a_name_goes(films: list[Path]) -> None:
    for file in films[::3]:
        film = Image.open(file).convert("L")
        burned = burn(film, "Barbara Campbell 5798", ImageFont.load_default(28), "bottom left", 255)
        chest = np.zeros((film.height, film.width), dtype=bool)
        chest[film.height // 4 : film.height * 3 // 4, film.width // 4 : film.width * 3 // 4] = True
        mask = np.zeros_like(chest)
        for box in find_text(np.asarray(burned)):
            mask[box.area] = True
        assert mask[chest].mean() < 0.02, file.name
