"""JPEG and PNG films."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from risk_assessment.film import read_film
from risk_assessment.picture import read_picture
from risk_assessment.pseudonym import Pseudonyms
from risk_assessment.unreadable import UnreadableFilmError

PSEUDONYMS = Pseudonyms(b"key")
RAMP = np.tile(np.linspace(10, 240, 300).astype(np.uint8), (200, 1))


def png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.generic]], **options: object) -> bytes:
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG", **options)
    return target.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it has that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"Dear colleague, enclosed please find", "no JPEG, PNG or DICOM"),
        (b"GIF89a" + b"\0" * 200, "no JPEG, PNG or DICOM"),
        (bomb(8000, 8000), "at most 36 million"),
        (bomb(60000, 60000), "far more pixels"),
        (png(RAMP[:20]), "at least 64"),
        (png(RAMP)[:-200], "damaged or cut off"),
        (png(RAMP)[:40], "PNG"),
    ],
)
def test_refuses_what_is_no_film_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFilmError, match=reason):
        read_film(content)


def test_refuses_a_film_that_is_cut_off(films: list[Path]) -> None:
    whole = films[0].read_bytes()
    with pytest.raises(UnreadableFilmError, match="JPEG file is damaged or cut off"):
        read_film(whole[: len(whole) // 2])


def test_a_reason_tells_nothing_of_the_content() -> None:
    with pytest.raises(UnreadableFilmError) as caught:
        read_film(b"Barbara Campbell 1962-07-16")
    assert "Barbara" not in str(caught.value)


def test_goes_by_the_content_not_by_the_name() -> None:
    assert read_film(png(RAMP)).format == "png"


def test_keeps_grey_as_it_is() -> None:
    assert np.array_equal(np.asarray(read_picture(png(RAMP)).image), RAMP)


def test_grey_in_colours_becomes_grey() -> None:
    assert read_picture(png(np.stack([RAMP] * 3, -1))).image.mode == "L"


@pytest.mark.parametrize("bits", [10, 12, 16])
def test_shows_deep_grey_by_the_bits_it_uses(bits: int) -> None:
    deep = np.linspace(0, 2**bits - 1, 300).astype(np.uint16)
    shown = np.asarray(read_picture(png(np.tile(deep, (200, 1)))).image)
    assert (shown.min(), shown.max()) == (0, 255)
    assert (np.diff(shown[0].astype(int)) >= 0).all()


def test_what_transparency_hides_stays_hidden() -> None:
    layer = np.dstack([RAMP, RAMP, RAMP, np.full_like(RAMP, 255)])
    layer[50:70, 50:250, 3] = 0
    shown = np.asarray(read_picture(png(layer)).image)
    assert shown[50:70, 50:250].max() == 0
    assert np.array_equal(shown[80:], RAMP[80:])


def test_stands_upright() -> None:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RAMP).save(target, "JPEG", exif=exif)
    assert read_picture(target.getvalue()).image.size == (200, 300)


def test_anonymized_jpeg_holds_nothing_but_pixels(films: list[Path]) -> None:
    opened = Image.open(films[0])
    target = io.BytesIO()
    exif = opened.getexif()
    exif[0x010E] = "Barbara Campbell"
    opened.save(target, "JPEG", exif=exif, comment=b"Barbara Campbell", icc_profile=opened.info["icc_profile"])
    marked = target.getvalue()
    assert marked.count(b"Barbara Campbell") == 2

    anonymized = read_film(marked).source.anonymized(PSEUDONYMS)

    assert b"Barbara" not in anonymized
    result = Image.open(io.BytesIO(anonymized))
    assert set(result.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not result.getexif()
    assert result.size == opened.size


def test_anonymized_png_holds_nothing_but_pixels() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Patient", "Barbara Campbell")
    texts.add_itxt("Comment", "Barbara Campbell")
    marked = png(RAMP, pnginfo=texts)
    assert marked.count(b"Barbara Campbell") == 2

    anonymized = read_film(marked).source.anonymized(PSEUDONYMS)

    assert b"Barbara" not in anonymized
    assert Image.open(io.BytesIO(anonymized)).info == {}
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(anonymized))), RAMP)
