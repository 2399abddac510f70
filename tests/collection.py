"""The collection as Galaxy would ship it, where ansible-test wants to find it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

COLLECTION = CHECKOUT / "collections/ansible_collections/medical/diagnosis"
PROGRAMS = Path(sys.executable).parent


def tool(*command: str | Path, cwd: Path = CHECKOUT) -> None:
    """Run a tool of this environment; fail with what it said."""
    environment = os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "NO_COLOR": "1"}
    # Ansible imports its modules from source each time where this is set.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [PROGRAMS / command[0], *command[1:]], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = f"{done.stdout[-20000:]}\n{done.stderr[-10000:]}"
        pytest.fail(f"{' '.join(map(str, command))}\n{said}", pytrace=False)


def install(folder: Path) -> Path:
    """Copy what Git has of the collection, edits included, below ``folder``; return where it is then."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "."],
        cwd=COLLECTION,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    installed = folder / "ansible_collections/medical/diagnosis"
    for name in listed.splitlines():
        if (COLLECTION / name).is_file():
            (installed / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(COLLECTION / name, installed / name)
    # ansible-test looks at what Git tracks; a folder of its own keeps the checkout's history out of it.
    subprocess.run(["git", "init", "--quiet", "."], cwd=installed, check=True)
    return installed


def ansible_test(installed: Path, command: str, *arguments: str) -> None:
    """Run ``ansible-test`` in an installed collection with this Python."""
    tool("python", CHECKOUT / "tests/ansible_test_bootstrap.py")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    tool("ansible-test", command, "--local", "--python", version, "--color", "no", *arguments, cwd=installed)
