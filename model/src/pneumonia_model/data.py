"""Films of the Kermany data set: what a file name says, and which part of the split a patient belongs to."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Part = Literal["train", "validation", "test"]
Finding = Literal["normal", "bacteria", "virus"]

SPLIT_SEED: Final = "pneumonia-cnn-1"
"""Names the split; another seed is another split, and then no figure can be compared with the model card's."""

_VALIDATION_SHARE: Final = 0.15
_TEST_SHARE: Final = 0.20

_PNEUMONIA_NAME: Final = re.compile(r"(?P<patient>person\d+)_(?P<finding>bacteria|virus)_")
_NORMAL_NAME: Final = re.compile(r"(?:NORMAL2-)?(?P<patient>IM-\d+)-")


@dataclass(frozen=True)
class Film:
    """One labelled film on disk."""

    path: Path
    patient: str
    finding: Finding

    @property
    def has_pneumonia(self) -> bool:
        """Whether the film shows a pneumonia, bacterial or viral."""
        return self.finding != "normal"

    @property
    def part(self) -> Part:
        """The part of the split that the film's patient belongs to."""
        return part_of(self.patient)


def film_at(path: Path) -> Film:
    """Read patient and finding from a file name such as `person23_virus_56.jpeg` or `NORMAL2-IM-1427-0001.jpeg`.

    The series `IM-…` and `NORMAL2-IM-…` count alike: whether one number is one child in both isn't documented, and
    taking them for one can only keep parts apart that needn't be.

    Raises:
        ValueError: The name follows neither of the data set's two patterns.
    """
    if match := _PNEUMONIA_NAME.match(path.name):
        return Film(path, match["patient"], "virus" if match["finding"] == "virus" else "bacteria")
    if match := _NORMAL_NAME.match(path.name):
        return Film(path, match["patient"], "normal")
    raise ValueError(f"{path.name!r} names no patient: expected personN_{{bacteria,virus}}_… or [NORMAL2-]IM-N-…")


def films_in(folder: Path) -> list[Film]:
    """Return the JPEG films anywhere below `folder`, sorted by name.

    Raises:
        FileNotFoundError: There is no JPEG below `folder`.
        ValueError: A file name follows neither of the data set's patterns.
    """
    films = sorted((film_at(path) for path in folder.rglob("*.jpeg")), key=lambda film: film.path.name)
    if not films:
        raise FileNotFoundError(f"no *.jpeg below {folder}")
    return films


def part_of(patient: str) -> Part:
    """Return the part a patient belongs to: a function of the number alone, whatever other films there are."""
    digest = hashlib.sha256(f"{SPLIT_SEED}/{patient}".encode()).digest()
    position = int.from_bytes(digest[:8]) / 2**64
    if position < _TEST_SHARE:
        return "test"
    if position < _TEST_SHARE + _VALIDATION_SHARE:
        return "validation"
    return "train"


def films_of(part: Part, films: Iterable[Film]) -> list[Film]:
    """Return those of `films` whose patient belongs to `part`, in the order given."""
    return [film for film in films if film.part == part]
