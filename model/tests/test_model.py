"""The shipped ONNX file: that it is the one that was measured, and does what the card says."""

import hashlib
import re
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pneumonia_model import metrics
from pneumonia_model.data import Film
from pneumonia_model.demo_films import risks_of_files
from pneumonia_model.inference import PneumoniaModel, packaged_model
from pneumonia_model.preprocess import to_input

FOLDER = Path(__file__).parents[1]


def test_the_digest_beside_the_file_is_the_files() -> None:
    content = (FOLDER / "pneumonia.onnx").read_bytes()
    stated = (FOLDER / "pneumonia.onnx.sha256").read_text(encoding="ascii")

    assert stated == f"{hashlib.sha256(content).hexdigest()}  pneumonia.onnx\n"


def test_the_package_ships_that_file(model: PneumoniaModel) -> None:
    assert packaged_model().read_bytes() == (FOLDER / "pneumonia.onnx").read_bytes()
    assert model.digest == f"sha256:{(FOLDER / 'pneumonia.onnx.sha256').read_text(encoding='ascii').split()[0]}"


def test_card_and_evaluation_are_of_that_file(model: PneumoniaModel, evaluation: dict[str, Any]) -> None:
    assert evaluation["model"] == {"digest": model.digest, **model.metadata}
    assert model.digest in (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_the_card_quotes_the_measured_figures(evaluation: dict[str, Any]) -> None:
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")

    for part in (evaluation["test"], evaluation["demo_films"]):
        for name in ("auc", "accuracy_at_0.5", "brier", "expected_calibration_error"):
            figure = part[name]
            assert f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})" in card, name


def test_the_metadata_is_complete(model: PneumoniaModel) -> None:
    assert model.name == "pneumonia-cnn"
    assert re.fullmatch(r"\d+\.\d+\.\d+", model.version)
    assert model.metadata["input_size"] == "128"
    assert "padded with black" in model.metadata["preprocessing"]
    assert "not a medical device" in model.metadata["intended_use"]
    assert "10.17632/rscbjbr9sj.2" in model.metadata["attribution"]
    assert "CC BY 4.0" in model.metadata["license"]
    assert "split by patient" in model.metadata["trained_on"]
    assert datetime.fromisoformat(model.metadata["created"]).tzinfo is not None
    assert float(model.metadata["temperature"]) > 0


def test_input_and_output_are_named_and_shaped_as_promised(model: PneumoniaModel) -> None:
    (film,) = model.session.get_inputs()
    (risk,) = model.session.get_outputs()

    assert (film.name, film.type, film.shape[1:]) == ("film", "tensor(float)", [1, 128, 128])
    assert (risk.name, risk.type, len(risk.shape)) == ("risk", "tensor(float)", 1)
    assert isinstance(film.shape[0], str), "the batch is not dynamic"


@pytest.mark.parametrize("grey", [0, 127, 255])
def test_a_blank_film_still_gets_a_probability(model: PneumoniaModel, grey: int) -> None:
    assert 0.0 <= model.risk(Image.new("L", (900, 700), grey)) <= 1.0


def test_a_batch_gives_what_single_films_give(model: PneumoniaModel) -> None:
    rng = np.random.default_rng(1)
    films = [Image.fromarray(rng.integers(0, 256, (300, 400), dtype=np.uint8)) for _ in range(5)]

    batch = model.risks(np.concatenate([to_input(film) for film in films]))

    assert batch.shape == (5,)
    np.testing.assert_allclose(batch, [model.risk(film) for film in films], atol=1e-5)


def test_threads_share_one_model(model: PneumoniaModel, demo_films: list[Film]) -> None:
    expected = risks_of_files(model, demo_films)
    seen: list[np.ndarray[Any, Any]] = []
    threads = [threading.Thread(target=lambda: seen.append(risks_of_files(model, demo_films))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    for risks in seen:
        np.testing.assert_allclose(risks, expected, atol=1e-6)


def test_the_sixteen_films_get_the_recorded_risks(
    model: PneumoniaModel, demo_films: list[Film], evaluation: dict[str, Any]
) -> None:
    recorded = {film["name"]: film["risk"] for film in evaluation["demo_films"]["films"]}

    risks = risks_of_files(model, demo_films)

    seen = dict(zip((film.path.name for film in demo_films), risks.tolist(), strict=True))
    # Another JPEG decoder or processor may round a grey level or a sum otherwise.
    assert seen == pytest.approx(recorded, abs=0.02)
    truth = np.array([film.has_pneumonia for film in demo_films])
    assert metrics.auc(truth, risks, np.ones(len(truth))) >= 0.90
