from pathlib import Path

import pytest
from pneumonia_model.data import film_at, films_in, films_of, part_of


def test_all_films_of_a_child_are_one_patient() -> None:
    names = ("person23_bacteria_78.jpeg", "person23_virus_56.jpeg", "person23_virus_57_1.jpeg")
    assert {film_at(Path(name)).patient for name in names} == {"person23"}

    names = ("IM-0429-0001.jpeg", "IM-0429-0001-0002.jpeg", "NORMAL2-IM-0429-0001.jpeg")
    assert {film_at(Path(name)).patient for name in names} == {"IM-0429"}

    assert film_at(Path("person2_virus_1.jpeg")).patient != film_at(Path("person23_virus_1.jpeg")).patient


@pytest.mark.parametrize(
    ("name", "finding", "has_pneumonia"),
    [
        ("person1_bacteria_1.jpeg", "bacteria", True),
        ("person1_virus_6.jpeg", "virus", True),
        ("IM-0115-0001.jpeg", "normal", False),
        ("NORMAL2-IM-1427-0001.jpeg", "normal", False),
    ],
)
def test_the_name_tells_the_finding(name: str, finding: str, has_pneumonia: bool) -> None:
    film = film_at(Path(name))

    assert film.finding == finding
    assert film.has_pneumonia is has_pneumonia


@pytest.mark.parametrize("name", ["film.jpeg", "person_bacteria_1.jpeg", "xIM-0115-0001.jpeg", "person1_1.jpeg"])
def test_a_name_without_a_patient_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="names no patient"):
        film_at(Path(name))


def test_no_patient_is_in_two_parts_and_every_film_in_one(tmp_path: Path) -> None:
    for number in range(300):
        for finding in ("bacteria_1", "bacteria_2", "virus_3"):
            (tmp_path / f"person{number}_{finding}.jpeg").touch()
        for series in ("IM", "NORMAL2-IM"):
            (tmp_path / f"{series}-{number:04d}-0001.jpeg").touch()
    films = films_in(tmp_path)

    parts = {part: films_of(part, films) for part in ("train", "validation", "test")}

    patients = {part: {film.patient for film in chosen} for part, chosen in parts.items()}
    assert not patients["train"] & patients["validation"]
    assert not patients["train"] & patients["test"]
    assert not patients["validation"] & patients["test"]
    assert sorted(film.path for chosen in parts.values() for film in chosen) == sorted(film.path for film in films)
    shares = {part: len(chosen) / len(films) for part, chosen in parts.items()}
    assert shares == pytest.approx({"train": 0.65, "validation": 0.15, "test": 0.20}, abs=0.05)


def test_the_split_never_moves() -> None:
    """The figures of the model card hold for this split only."""
    assert [part_of(f"person{number}") for number in range(1, 7)] == [
        "train",
        "train",
        "validation",
        "train",
        "test",
        "train",
    ]
    assert part_of("IM-0115") == "train"


def test_a_folder_without_films_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="below"):
        films_in(tmp_path)
