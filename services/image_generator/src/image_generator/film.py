"""A new film from a real one: an invented identity, and pixels that differ a little."""

from __future__ import annotations

import datetime
import io
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

FIRST_NAMES = ("Ada", "Bertha", "Chidi", "Devika", "Emil", "Farida", "Goran", "Hana", "Ines", "Jomo", "Kaito", "Leila")
LAST_NAMES = ("Example", "Invented", "Nobody", "Placeholder", "Sample", "Specimen", "Synthetic", "Testcase")
#: Pixels from the lower left corner, and height of the letters.
MARGIN, LETTERS = 10, 25


@dataclass(frozen=True)
class Identity:
    """Somebody who doesn't exist."""

    name: str
    patient: int
    birth: datetime.date
    exam: datetime.date

    @classmethod
    def invent(cls, chance: random.Random) -> Identity:
        """Make up a person and an examination."""
        birth = datetime.date(1940, 1, 1) + datetime.timedelta(days=chance.randrange(25000))
        exam = datetime.date(2020, 1, 1) + datetime.timedelta(days=chance.randrange(2000))
        return cls(f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}", chance.randrange(1, 65536), birth, exam)

    @property
    def file_name(self) -> str:
        """The film's name by the pattern's demonstration contract."""
        return f"demo_{self.name}_{self.patient}_{self.birth}_{self.exam}.jpeg"

    @property
    def lines(self) -> str:
        """What the film says in its corner."""
        return f"{self.name}\nID {self.patient}  born {self.birth}\n{self.exam}"


def make(source: Path, identity: Identity, chance: random.Random) -> bytes:
    """A JPEG that no other call makes: ``source`` shifted, brighter or darker, with the identity burned in."""
    with Image.open(source) as image:
        film = image.convert("L")
    film = ImageChops.offset(film, chance.randint(-3, 3), chance.randint(-3, 3))
    gain = chance.uniform(0.96, 1.04)
    film = film.point([min(255, round(value * gain)) for value in range(256)])
    pen = ImageDraw.Draw(film)
    pen.multiline_text(
        (MARGIN, film.height - MARGIN), identity.lines, fill=255, anchor="ld", font=ImageFont.load_default(LETTERS)
    )
    content = io.BytesIO()
    film.save(content, "JPEG", quality=chance.randint(85, 95))
    return content.getvalue()
