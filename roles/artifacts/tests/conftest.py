"""Makes the role's Python importable the way Ansible ships it: `lab_artifacts` beside its siblings."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

ROLE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROLE / "module_utils"))

from lab_artifacts.build import Progress  # noqa: E402 - importable only from here on
from lab_artifacts.engine import Engine  # noqa: E402
from lab_artifacts.recipe import table  # noqa: E402
from lab_artifacts.store import Store  # noqa: E402

Rows = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def progress_file(tmp_path: Path) -> Path:
    return tmp_path / "progress"


@pytest.fixture
def engine_of(repository: Path, store: Store, progress_file: Path) -> Callable[[Rows], Engine]:
    """An engine of a table; a new one each time, as each run of the module makes one."""

    def make(rows: Rows) -> Engine:
        return Engine(table(rows, {}), repository, store, dict(os.environ), Progress(progress_file))

    return make
