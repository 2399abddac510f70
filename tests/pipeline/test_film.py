"""A film goes in; a row and two images come out, and nobody without a key sees any of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pydicom
import pytest
import requests
from PIL import Image

from tests.conftest import Facility
from tests.pipeline.conftest import SOURCE, Sender, variation

DIGEST_LENGTH = len("sha256:") + 64


def test_a_film_becomes_a_row_and_two_images(sender: Sender, real_films: list[Path]) -> None:
    key = sender.put("demo_Ada Lovelace_5798_1962-07-16_2016-11-07.jpeg", real_films[0].read_bytes())
    row = sender.row(key)
    assert 0 <= row["risk"] <= 1
    expected = "Pneumonia" if row["risk"] > 0.80 else "Normal" if row["risk"] < 0.60 else "Unsure"
    assert row["label"] == expected
    assert len(row["model_digest"]) == DIGEST_LENGTH
    assert row["revision"].startswith("risk-assessment-")
    assert row["uploaded_at"] <= row["received_at"] <= row["assessed_at"]

    original = Image.open(real_films[0])
    processed = Image.open(io.BytesIO(sender.get(f"{SOURCE}-processed", row["processed_key"])))
    anonymized = Image.open(io.BytesIO(sender.get(f"{SOURCE}-anonymized", row["anonymized_key"])))
    assert processed.size == anonymized.size == original.size
    assert processed.convert("L").tobytes() != original.convert("L").tobytes()
    for identity in ("Ada", "Lovelace", "5798", "1962", sender.prefix):
        assert identity not in row["anonymized_key"]


def test_both_kinds_of_film_get_risks_that_differ(sender: Sender, real_films: list[Path]) -> None:
    by_kind: dict[str, list[float]] = {"NORMAL": [], "PNEUMONIA": []}
    keys = {film: sender.put(film.name, film.read_bytes()) for film in real_films}
    for film, key in keys.items():
        by_kind["NORMAL" if "NORMAL" in str(film) else "PNEUMONIA"].append(sender.row(key)["risk"])
    pairs = [(sick, well) for sick in by_kind["PNEUMONIA"] for well in by_kind["NORMAL"]]
    area_under_curve = sum((sick > well) + 0.5 * (sick == well) for sick, well in pairs) / len(pairs)
    assert area_under_curve > 0.8


def test_a_dicom_film_is_read_and_de_identified(sender: Sender, dicom_film: Path) -> None:
    original = pydicom.dcmread(dicom_film)
    row = sender.row(sender.put("chest.dcm", dicom_film.read_bytes()), timeout=90)
    Image.open(io.BytesIO(sender.get(f"{SOURCE}-processed", row["processed_key"]))).verify()
    anonymized = pydicom.dcmread(io.BytesIO(sender.get(f"{SOURCE}-anonymized", row["anonymized_key"])))
    assert anonymized.PatientIdentityRemoved == "YES"
    assert anonymized.SOPInstanceUID != original.SOPInstanceUID
    text = str(anonymized)
    for identity in (str(original.PatientName), str(original.PatientID)):
        assert identity
        assert identity not in text


@pytest.mark.parametrize(
    "name", ["a film with spaces.jpeg", "1+1=2.jpeg", "100%25 sure.jpeg", "胸部 X 光.jpeg", "a/b//c&d?e#f.jpeg"]
)
def test_a_key_of_any_shape_is_read(sender: Sender, real_films: list[Path], name: str) -> None:
    row = sender.row(sender.put(name, variation(real_films[1], 1)))
    assert row["key"] == f"{sender.prefix}/{name}"


@pytest.mark.parametrize("suffix", ["", "-processed", "-anonymized"])
def test_an_anonymous_reader_is_refused(
    facility: Facility, sender: Sender, real_films: list[Path], suffix: str
) -> None:
    row = sender.row(sender.put("film.jpeg", variation(real_films[2], 2)))
    keys: dict[str, Any] = {"": row["key"], "-processed": row["processed_key"], "-anonymized": row["anonymized_key"]}
    bucket = f"{facility['S3_ENDPOINT']}/{SOURCE}{suffix}"
    assert requests.get(f"{bucket}/{keys[suffix]}", timeout=10).status_code == 403
    assert requests.get(bucket, timeout=10).status_code == 403


def test_the_views_of_existing_dashboards_show_the_film(sender: Sender, real_films: list[Path]) -> None:
    row = sender.row(sender.put("film.jpeg", variation(real_films[3], 3)))
    execute = sender.database.execute
    assert execute("SELECT time FROM images_uploaded WHERE name = %s", [row["key"]])
    assert execute(
        "SELECT label FROM images_processed WHERE name = %s AND model = %s",
        [row["processed_key"], row["model_version"]],
    ) == [{"label": row["label"]}]
    assert execute("SELECT time FROM images_anonymized WHERE name = %s", [row["anonymized_key"]])
