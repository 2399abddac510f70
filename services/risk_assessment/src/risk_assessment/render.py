"""The risk, written onto the film."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

_NARROWEST = 320
"""Pixels; on narrower films no letters would be legible, so they are enlarged first."""
_PART_OF_WIDTH = 0.42
_STEPS = 64


def marked(view: Image.Image, label: str, risk: float) -> Image.Image:
    """Give a copy of a film (mode L or RGB) with label and risk in its upper left corner, legible at any size.

    White letters with a black rim show on bone and on air alike; about two fifths of the width, whatever that is.
    """
    if view.width < _NARROWEST:
        times = -(-_NARROWEST // view.width)
        film = view.resize((view.width * times, view.height * times), Image.Resampling.BILINEAR)
    else:
        film = view.copy()
    text = f"{label}, risk={risk:.2%}"
    font = _font_for(text, film.width * _PART_OF_WIDTH)
    margin = max(film.width // 100, 2)
    rim = max(round(font.size / 10), 1)
    white, black = ((255, 255, 255), (0, 0, 0)) if film.mode == "RGB" else (255, 0)
    ImageDraw.Draw(film).text(
        (margin + rim, margin + rim), text, font=font, fill=white, stroke_width=rim, stroke_fill=black, anchor="lt"
    )
    return film


def _font_for(text: str, width: float) -> ImageFont.FreeTypeFont:
    probe = ImageFont.load_default(_STEPS)
    size = _STEPS * width / probe.getlength(text)
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont) or not isinstance(probe, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType: it has no font that scales")
    return font
