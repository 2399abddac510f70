"""What the migrations need to know, from the environment; the names are those of existing installations, hyphens and all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import URL


@dataclass(frozen=True)
class Settings:
    """Where the database is, and for how many seconds to wait for it."""

    url: URL
    wait_seconds: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises KeyError naming the variable that is missing."""
        host, _, port = environment["database-host"].partition(":")
        url = URL.create(
            "postgresql+psycopg",
            username=environment["database-user"],
            password=environment["database-password"],
            host=host,
            port=int(port or 5432),
            database=environment["database-db"],
        )
        return cls(url, float(environment.get("WAIT_SECONDS", "120")))
