"""What the generator needs to know, from the environment; the names are those of existing installations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where films come from and go to, and how many a second (0: none)."""

    endpoint: str
    bucket: str
    folder: Path
    films_per_second: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises KeyError naming a missing variable, ValueError for a rate that is none."""
        rate = float(environment.get("FILMS_PER_SECOND", "0"))
        if not 0 <= rate <= 100:  # noqa: PLR2004 - a typing error, not a rate
            raise ValueError(f"FILMS_PER_SECOND is {rate:g}; it has to be from 0 to 100")
        return cls(
            endpoint=environment["service_point"],
            bucket=environment["bucket-base-name"],
            folder=Path(environment.get("FILMS_FOLDER", "/films")),
            films_per_second=rate,
        )
