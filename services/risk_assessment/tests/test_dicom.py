"""A real DICOM film, and what hospitals put into headers."""

from __future__ import annotations

import io
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)
from risk_assessment.film import read_film
from risk_assessment.pseudonym import Pseudonyms
from risk_assessment.text_boxes import find_text
from risk_assessment.unreadable import UnreadableFilmError

PSEUDONYMS = Pseudonyms(b"key of one facility")
SECRETS = ("Campbell", "4711", "19620716", "Queen Mary", "Dr. House", "SERIAL99", "secret remark")


@pytest.fixture(scope="module")
def folder() -> Path:
    """The films of the package `pydicom-data`."""
    package = find_spec("data_store")
    assert package is not None, "install the films: pip install pydicom-data==1.0.0"
    assert package.submodule_search_locations
    return Path(package.submodule_search_locations[0]) / "data"


def saved(dataset: FileDataset) -> bytes:
    target = io.BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


def synthetic(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], interpretation: str = "MONOCHROME2"
) -> FileDataset:
    """A film of 12 bits in 16 whose header tells everything it shouldn't, in all the places there are."""
    header = FileMetaDataset()
    header.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    header.MediaStorageSOPInstanceUID = UID("1.2.840.4711.1")
    header.TransferSyntaxUID = ExplicitVRLittleEndian
    header.SourceApplicationEntityTitle = "QUEENMARY"
    film = FileDataset("", {}, file_meta=header, preamble=b"Campbell" * 16)
    film.SOPClassUID, film.SOPInstanceUID = header.MediaStorageSOPClassUID, header.MediaStorageSOPInstanceUID
    film.StudyInstanceUID, film.SeriesInstanceUID = "1.2.840.4711.2", "1.2.840.4711.3"
    film.PatientName, film.PatientID, film.PatientBirthDate = "Campbell^Barbara", "4711", "19620716"
    film.StudyDate, film.StudyTime, film.AcquisitionDateTime = "20161107", "101112", "20161107101112.5+0100"
    film.InstitutionName, film.ReferringPhysicianName, film.DeviceSerialNumber = "Queen Mary", "Dr. House", "SERIAL99"
    film.Modality, film.BodyPartExamined, film.ViewPosition, film.KVP = "DX", "CHEST", "PA", "120"
    film.ImageComments, film.PatientComments = "secret remark", "secret remark"
    # Nowhere in the standard's table, and free for anything.
    film.ProcessingFunction = "Campbell 4711"
    film.BurnedInAnnotation = "YES"
    film.private_block(0x0011, "VENDOR", create=True).add_new(1, "LO", "Campbell")
    film.add_new((0x6000, 0x3000), "OW", b"Campbell")
    film.add_new((0x6000, 0x4000), "LT", "secret remark")
    view = Dataset()
    view.CodeValue, view.CodingSchemeDesignator, view.CodeMeaning = "R-10214", "SRT", "postero-anterior"
    view.OperatorsName = "Dr. House"
    view.private_block(0x0013, "VENDOR", create=True).add_new(1, "LO", "Campbell")
    film.ViewCodeSequence = Sequence([view])
    request = Dataset()
    request.RequestedProcedureDescription, request.AccessionNumber = "secret remark", "4711"
    film.RequestAttributesSequence = Sequence([request])
    icon = Dataset()
    icon.Rows, icon.Columns, icon.BitsAllocated, icon.PixelData = 2, 4, 8, b"Campbell"
    film.IconImageSequence = Sequence([icon])
    film.Rows, film.Columns, film.SamplesPerPixel = pixels.shape[0], pixels.shape[1], 1
    film.BitsAllocated, film.BitsStored, film.HighBit, film.PixelRepresentation = 16, 12, 11, 0
    film.PhotometricInterpretation = interpretation
    film.PixelData = pixels.astype("<u2").tobytes()
    return film


RAMP = np.tile(np.linspace(100, 4000, 400).astype(np.uint16), (300, 1))


def anonymized(film: FileDataset) -> FileDataset:
    return pydicom.dcmread(io.BytesIO(read_film(saved(film)).source.anonymized(PSEUDONYMS)))


def test_shows_the_real_film_bright_where_dense(folder: Path) -> None:
    film = read_film((folder / "RG1_UNCR.dcm").read_bytes())
    assert (film.format, film.view.mode, film.view.size) == ("dicom", "L", (1841, 1955))
    # MONOCHROME1: the air beside the body is stored high and must come out dark, the spine bright.
    view = np.asarray(film.view)
    spine = np.median(view[600:1200, 880:960])
    lung = np.median(view[600:1000, 400:600])
    assert spine > lung + 40


@pytest.mark.parametrize("name", ["RG1_J2KR.dcm", "RG1_J2KI.dcm"])
def test_reads_compressed_films_like_the_plain_one(folder: Path, name: str) -> None:
    plain = np.asarray(read_film((folder / "RG1_UNCR.dcm").read_bytes()).view).astype(int)
    compressed = np.asarray(read_film((folder / name).read_bytes()).view).astype(int)
    assert np.abs(plain - compressed).mean() < 2


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_reads_what_modalities_compress(syntax: UID) -> None:
    film = synthetic(RAMP)
    plain = np.asarray(read_film(saved(film)).view)
    film.compress(syntax)
    assert np.array_equal(np.asarray(read_film(saved(film)).view), plain)


def test_the_window_in_the_header_counts() -> None:
    film = synthetic(RAMP)
    film.WindowCenter, film.WindowWidth = "500", "200"
    view = np.asarray(read_film(saved(film)).view)[0]
    assert view[RAMP[0] < 400].max() == 0
    assert view[RAMP[0] > 600].min() == 255


def test_no_secret_survives_anywhere() -> None:
    content = saved(synthetic(RAMP))
    assert all(secret.encode() in content for secret in SECRETS)

    result = read_film(content).source.anonymized(PSEUDONYMS)

    assert not [
        secret for secret in (*SECRETS, "House", "QUEENMARY", "101112", "1.2.840.4711") if secret.encode() in result
    ]
    film = pydicom.dcmread(io.BytesIO(result))
    assert not [
        element for element in film.iterall() if element.tag.is_private or element.tag.group >> 8 in (0x50, 0x60)
    ]
    assert "IconImageSequence" not in film


def test_says_that_and_how_it_was_done() -> None:
    film = anonymized(synthetic(RAMP))
    assert film.PatientIdentityRemoved == "YES"
    assert film.DeidentificationMethod
    assert [code.CodeValue for code in film.DeidentificationMethodCodeSequence] == ["113100", "113101", "113107"]
    assert {code.CodingSchemeDesignator for code in film.DeidentificationMethodCodeSequence} == {"DCM"}
    assert film.LongitudinalTemporalInformationModified == "MODIFIED"
    assert film.BurnedInAnnotation == "NO"


def test_keeps_what_a_viewer_needs() -> None:
    original = synthetic(RAMP)
    film = anonymized(original)
    assert (film.Modality, film.BodyPartExamined, film.ViewPosition, film.KVP) == ("DX", "CHEST", "PA", 120)
    assert film.SOPClassUID == film.file_meta.MediaStorageSOPClassUID == DigitalXRayImageStorageForPresentation
    assert film.SOPInstanceUID == film.file_meta.MediaStorageSOPInstanceUID
    assert film.ViewCodeSequence[0].CodeMeaning == "postero-anterior"
    assert "OperatorsName" not in film.ViewCodeSequence[0]
    assert np.array_equal(film.pixel_array, RAMP)
    assert film.BitsStored == 12


def test_uids_are_mapped_alike_for_the_same_key_only() -> None:
    one, again, other_film = anonymized(synthetic(RAMP)), anonymized(synthetic(RAMP)), synthetic(RAMP)
    other_film.SOPInstanceUID = other_film.file_meta.MediaStorageSOPInstanceUID = UID("1.2.840.4711.9")
    other = anonymized(other_film)
    assert one.SOPInstanceUID == again.SOPInstanceUID != other.SOPInstanceUID
    assert one.StudyInstanceUID == other.StudyInstanceUID
    assert all(UID(film.SOPInstanceUID).is_valid for film in (one, other))
    assert Pseudonyms(b"another key").uid("1.2.840.4711.1") != one.SOPInstanceUID


def test_dates_move_alike_for_one_patient() -> None:
    first, second = synthetic(RAMP), synthetic(RAMP)
    second.StudyDate = "20161121"
    days = [date.fromisoformat(anonymized(film).StudyDate) for film in (first, second)]
    assert (days[1] - days[0]).days == 14
    assert days[0] < date(2016, 11, 7)
    film = anonymized(first)
    assert film.AcquisitionDateTime == film.StudyDate
    assert film.PatientName == film.PatientID != ""
    assert not film.PatientBirthDate


def test_bits_above_the_stored_ones_hide_nothing() -> None:
    hidden = RAMP.copy()
    hidden[100:120, 50:90] |= 0x8000
    assert np.array_equal(anonymized(synthetic(hidden)).pixel_array, RAMP)


@pytest.mark.parametrize(("interpretation", "black"), [("MONOCHROME2", 100), ("MONOCHROME1", 4000)])
def test_burned_in_names_turn_black(interpretation: str, black: int) -> None:
    name = Image.new("L", (400, 300))
    ImageDraw.Draw(name).text((10, 260), "Campbell 4711", font=ImageFont.load_default(24), fill=255)
    letters = np.asarray(name) > 40
    ink = 4000 if interpretation == "MONOCHROME2" else 100
    flat = np.full((300, 400), 2000, dtype=np.uint16)
    flat[:150] = RAMP[:150]

    pixels = anonymized(synthetic(np.where(letters, np.uint16(ink), flat), interpretation)).pixel_array

    assert (pixels[letters] == black).all()
    assert np.array_equal(pixels[:150], flat[:150])


def test_the_real_film_keeps_its_pixels_and_loses_its_header(folder: Path) -> None:
    content = (folder / "RG1_J2KR.dcm").read_bytes()
    original = pydicom.dcmread(io.BytesIO(content))
    film = read_film(content)
    share = np.zeros((1955, 1841), dtype=bool)
    for box in find_text(np.asarray(film.view)):
        share[box.area] = True
    assert share.mean() < 0.03

    result = film.source.anonymized(PSEUDONYMS)

    cleaned = pydicom.dcmread(io.BytesIO(result))
    assert cleaned.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (cleaned.pixel_array == original.pixel_array)[~share].all()
    header = result[: len(result) - original.Rows * original.Columns * 2]
    for secret in (
        b"RG1",
        b"26210",
        b"19400305",
        b"Hamburg",
        b"UKE",
        b"ward",
        b"THORAVISION",
        b"1995",
        b"5962",
        b"CLUNIE",
    ):
        assert secret not in header, secret


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"NumberOfFrames": 3, "PixelData": RAMP.astype("<u2").tobytes() * 3}, "holds 3 images"),
        ({"Rows": 9000, "Columns": 9000}, "at most 36 million"),
        ({"PixelData": b"\0" * 100}, "can't be decoded"),
    ],
)
def test_refuses_what_is_no_film(change: dict[str, object], reason: str) -> None:
    film = synthetic(RAMP)
    for name, value in change.items():
        setattr(film, name, value)
    with pytest.raises(UnreadableFilmError, match=reason):
        read_film(saved(film))


def test_refuses_reports_deflated_and_damaged_files() -> None:
    film = synthetic(RAMP)
    film.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    with pytest.raises(UnreadableFilmError, match="deflated"):
        read_film(saved(film))
    report = synthetic(RAMP)
    del report.PixelData
    with pytest.raises(UnreadableFilmError, match="no image"):
        read_film(saved(report))
    with pytest.raises(UnreadableFilmError, match="damaged"):
        read_film(saved(synthetic(RAMP))[:140])
