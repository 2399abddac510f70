"""The whole way from a folder of films to an ONNX file, where torch is installed; a few drawn films stand for the data set."""

from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pneumonia_model.data import Part, film_at, part_of
from pneumonia_model.evaluate import SHAPES, risks_of, show
from pneumonia_model.inference import PneumoniaModel

pytest.importorskip("torch", reason="the extra `training` isn't installed; the lab doesn't need it")
pytest.importorskip("onnx", reason="the extra `training` isn't installed; the lab doesn't need it")

from pneumonia_model.checkpoint import CHECKPOINT, ONNX, Checkpoint
from pneumonia_model.export import export, torch_risks
from pneumonia_model.train import Plan, best_temperature, train


def names(pattern: str, part: Part, how_many: int) -> list[str]:
    """Return file names of patients of one part."""
    patients = (number for number in count() if part_of(film_at(Path(pattern.format(number))).patient) == part)
    return [pattern.format(number) for number in islice(patients, how_many)]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of dark "sick" and bright "healthy" films; those of test patients can't be opened by anybody."""
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(3)
    for pattern, level in (("person{}_virus_1.jpeg", 60), ("IM-{:04d}-0001.jpeg", 180)):
        learned_from: tuple[tuple[Part, int], ...] = (("train", 96), ("validation", 8))
        for part, how_many in learned_from:
            for name in names(pattern, part, how_many):
                pixels = rng.normal(level, 20, (64, 64)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / name)
        for name in names(pattern, "test", 5):
            (folder / name).write_text("never to be opened", encoding="ascii")
    return folder


def test_training_learns_never_opens_a_test_film_and_exports_what_it_learned(images: Path, tmp_path: Path) -> None:
    checkpoint = train(images, Plan(epochs=4, seed=1, threads=1, control=False))
    checkpoint.save(tmp_path / CHECKPOINT)
    export(Checkpoint.load(tmp_path / CHECKPOINT), tmp_path / ONNX)

    model = PneumoniaModel.load(tmp_path / ONNX)
    films = [film_at(path) for path in sorted(images.iterdir())]
    films = [film for film in films if film.part == "validation"]
    (inputs,) = show(films, [SHAPES["aspect 1.2"]])
    risks = risks_of(model, inputs)

    assert checkpoint.training_films == checkpoint.training_patients == 192
    np.testing.assert_allclose(risks, torch_risks(checkpoint, inputs), atol=1e-4)
    sick = np.array([film.has_pneumonia for film in films])
    assert risks[sick].min() > risks[~sick].max()
    assert model.digest.removeprefix("sha256:") in (tmp_path / f"{ONNX}.sha256").read_text(encoding="ascii")


def test_the_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 2, 20_000)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-logits))

    assert best_temperature(logits, truth) == pytest.approx(1.0, rel=0.05)
    assert best_temperature(logits * 3, truth) == pytest.approx(3.0, rel=0.05)
