"""Programs that a machine may already have, new enough to be used as they are."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from typing import Any


def provides(program: Mapping[str, Any] | None, environment: Mapping[str, str]) -> bool:
    """Tell whether `program` (command, a pattern with one group for the version, at_least) is there and new enough."""
    if program is None:
        return False
    try:
        shown = subprocess.run(
            list(program["command"]),
            check=True,
            capture_output=True,
            text=True,
            env={**environment, "GOTOOLCHAIN": "local"},
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    found = re.search(program["pattern"], shown)
    return found is not None and _numbers(found.group(1)) >= _numbers(str(program["at_least"]))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
