"""What the tests of the model share: the shipped file, and the sixteen full-size films of a PyPI package."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pneumonia_model.data import Film, films_in
from pneumonia_model.inference import PneumoniaModel

FOLDER = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def model() -> PneumoniaModel:
    return PneumoniaModel.load()


@pytest.fixture(scope="session")
def evaluation() -> dict[str, Any]:
    report: dict[str, Any] = json.loads((FOLDER / "evaluation.json").read_text(encoding="utf-8"))
    return report


@pytest.fixture(scope="session")
def demo_films() -> list[Film]:
    """The films of the package `pneumonia_model_package`, which is found but never imported (it wants TensorFlow)."""
    package = find_spec("pneumonia_model_package")
    if package is None or not package.submodule_search_locations:
        pytest.fail("install the films: pip install --no-deps pneumonia_model_package==0.3.0")
    return films_in(Path(package.submodule_search_locations[0]))
