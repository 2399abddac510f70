"""What the function needs to know, from the environment; the names are those of existing installations, hyphens and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class SettingError(ValueError):
    """A variable is missing or makes no sense; the message is for whoever deploys the function."""


@dataclass(frozen=True)
class Settings:
    """Where films and rows are, and how they are handled."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    database: dict[str, str | int] = field(repr=False)
    """Connection parameters as libpq names them."""
    base_bucket: str
    anonymization_key: bytes = field(repr=False)
    model_version: str
    """Name of the model to show; empty: what the model calls itself."""
    revision: str
    workers: int
    """Films assessed at once."""

    @property
    def processed_bucket(self) -> str:
        """Bucket of the films with the risk drawn on them."""
        return f"{self.base_bucket}-processed"

    @property
    def anonymized_bucket(self) -> str:
        """Bucket of the films without identity."""
        return f"{self.base_bucket}-anonymized"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; raises SettingError naming a variable that is missing or wrong."""
        host, _, port = _required(environment, "database-host").partition(":")
        return cls(
            endpoint=_required(environment, "service_point"),
            access_key=_required(environment, "AWS_ACCESS_KEY_ID"),
            secret_key=_required(environment, "AWS_SECRET_ACCESS_KEY"),
            database={
                "host": host,
                "port": _count("the port in database-host", port or "5432"),
                "dbname": _required(environment, "database-db"),
                "user": _required(environment, "database-user"),
                "password": _required(environment, "database-password"),
            },
            base_bucket=_required(environment, "bucket-base-name"),
            anonymization_key=_required(environment, "anonymization-key").encode(),
            model_version=environment.get("model_version", ""),
            revision=environment.get("K_REVISION", ""),
            workers=_count("WORKERS", environment.get("WORKERS") or "2"),
        )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingError(f"the environment variable {name} must be set")
    return value


def _count(name: str, given: str) -> int:
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise SettingError(f"{name} must be a whole number of at least 1, not {given!r}")
    return int(given)
