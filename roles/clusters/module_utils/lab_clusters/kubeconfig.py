"""The kubeconfig of several clusters."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def merged(kubeconfigs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one kubeconfig with all clusters; the first is the current one."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": kubeconfigs[0]["contexts"][0]["name"],
        **{part: [entry for one in kubeconfigs for entry in one[part]] for part in ("clusters", "users", "contexts")},
    }


def write_private(path: Path, content: str) -> bool:
    """Write a file that only its owner can read, as a whole or not at all; tell whether anything changed."""
    if path.exists() and path.read_text() == content:
        return False
    whole = path.with_suffix(".new")
    whole.touch(mode=0o600)
    whole.write_text(content)
    whole.replace(path)
    return True
