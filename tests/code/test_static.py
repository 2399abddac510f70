"""Linters, type checks and sanity, each as strict as its makers offer it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.collection import COLLECTION, ansible_test, install, tool
from tests.conftest import CHECKOUT

CHARTS = sorted(
    path.parent.name for path in CHECKOUT.glob("gitops/facility/*/Chart.yaml") if path.parent.name != "common"
)


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
    tool(*command)


def test_types() -> None:
    tool("mypy")


def test_the_collection_s_documentation() -> None:
    tool("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".", cwd=COLLECTION)
    tool("antsibull-changelog", "lint", cwd=COLLECTION)


def test_sanity(tmp_path: Path) -> None:
    assert not list((COLLECTION / "tests/sanity").glob("ignore*")), "nothing is excused"
    ansible_test(install(tmp_path), "sanity")


@pytest.mark.parametrize("chart", CHARTS)
def test_chart(chart: str, helm: Path) -> None:
    folder = CHECKOUT / "gitops/facility" / chart
    values = [argument for file in sorted(folder.glob("ci/*.yaml")) for argument in ("--values", file)]
    done = subprocess.run([helm, "lint", "--strict", folder, *values], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
