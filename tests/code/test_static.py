"""Linters, type checks and sanity, each as strict as its makers offer it."""

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
SOURCES = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=CHECKOUT,
    check=True,
    capture_output=True,
    text=True,
).stdout.splitlines()


def run(*command: str, cwd: Path = CHECKOUT) -> None:
    """Run a tool of this environment; fail with what it said."""
    environment = os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [str(PROGRAMS / command[0]), *command[1:]],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout[-20000:]}\n{done.stderr[-10000:]}", pytrace=False)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "."), id="ruff"),
        pytest.param(("ruff", "format", "--check", "."), id="format"),
        pytest.param(("yamllint", "--strict", "."), id="yamllint"),
        pytest.param(("ansible-lint", "--offline", "--profile", "production", "--strict"), id="ansible-lint"),
    ],
)
def test_linter(command: tuple[str, ...]) -> None:
    run(*command)


def test_types() -> None:
    run("mypy")


def test_the_collection_s_documentation() -> None:
    run("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".", cwd=COLLECTION)
    run("antsibull-changelog", "lint", cwd=COLLECTION)


def test_sanity(tmp_path: Path) -> None:
    """ansible-test sanity on the collection as it would be installed: no ignore file excuses anything."""
    assert not list((COLLECTION / "tests/sanity").glob("ignore*"))
    installed = tmp_path / "ansible_collections/medical/diagnosis"
    for source in SOURCES:
        path = CHECKOUT / source
        if path.is_relative_to(COLLECTION) and path.is_file():
            target = installed / path.relative_to(COLLECTION)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    run("python", str(CHECKOUT / "tests/ansible_test_bootstrap.py"))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    run("ansible-test", "sanity", "--local", "--python", version, "--color", "no", cwd=installed)


@pytest.mark.parametrize("chart", sorted(path.parent.name for path in CHECKOUT.glob("gitops/facility/*/Chart.yaml")))
def test_chart(chart: str, helm: Path) -> None:
    """A chart is well-formed with the values that its tests/ folder documents as the least it needs."""
    folder = CHECKOUT / "gitops/facility" / chart
    done = subprocess.run(
        [helm, "lint", "--strict", folder, "--values", folder / "ci/values.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
