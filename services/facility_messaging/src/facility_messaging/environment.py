"""Settings out of environment variables, with a message that names the variable when one is wrong."""

from __future__ import annotations

import os


def required(name: str) -> str:
    """The value of ``name``; ValueError if it is absent or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise ValueError(f"environment variable {name} must be set")
    return value


def whole_number(name: str, default: int, *, least: int = 1) -> int:
    """The value of ``name``, ``default`` if absent; ValueError if it is no whole number of at least ``least``."""
    text = os.environ.get(name) or str(default)
    try:
        value = int(text)
    except ValueError as error:
        raise ValueError(f"environment variable {name} must be a whole number, not {text!r}") from error
    if value < least:
        raise ValueError(f"environment variable {name} must be at least {least}, not {value}")
    return value
