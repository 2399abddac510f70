"""Identity out of a DICOM dataset: the Basic Application Level Confidentiality Profile of PS3.15 2026c, and more.

The standard's table says what to do with each element it names, in dicom-anonymizer's copy. What it doesn't name is
kept by the standard; here free text, names, dates and foreign blocks are taken out as well, because vendors put anything
into them: the film that the tests use carries its hospital's initials in "Postprocessing Function". Numbers and coded
words that a viewer or a study of exposure needs stay. UIDs are mapped with the facility's key and dates moved back by a
number of days of the patient, so that films of one patient still belong together in their order.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from pydicom.datadict import dictionary_has_tag
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement

    from risk_assessment.pseudonym import Pseudonyms

_TABLE = "dicomfields_2026c"
_SHIFTED = frozenset(
    ("InstanceCreationDate", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "AcquisitionDateTime")
)
# Type 2 of the image modules: an empty value is as good as none, but the element has to be there.
_EMPTIED = frozenset(
    (
        "StudyTime",
        "ContentTime",
        "AccessionNumber",
        "ReferringPhysicianName",
        "PatientBirthDate",
        "PatientSex",
        "StudyID",
    )
)
_PLAIN = frozenset(("CS", "DS", "IS", "US", "SS", "UL", "SL", "FL", "FD", "AT"))
"""Kinds of values (VRs) that hold numbers and coded words."""
_KEPT = frozenset(
    (
        "AnatomicRegionSequence",
        "ViewCodeSequence",
        "CodeValue",
        "CodingSchemeDesignator",
        "CodeMeaning",
        "ModalityLUTSequence",
        "VOILUTSequence",
        "LUTData",
    )
)
_DATE_LENGTH = 8

_METHODS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113101", "Clean Pixel Data Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
)


@cache
def _named_by_the_standard() -> tuple[frozenset[tuple[int, ...]], frozenset[tuple[int, ...]]]:
    """Give the elements that the table has removed or replaced, and those whose UIDs it has mapped."""
    table = dicom_anonymization_database_selector(_TABLE)
    mapped = frozenset(table["U_TAGS"])
    return frozenset(table["ALL_TAGS"]) - mapped, mapped


def remove_identity(dataset: FileDataset, pseudonyms: Pseudonyms) -> None:
    """Change a dataset in place so that nothing in it, its file header included, tells whose film it is.

    Pixels are not touched, but the result says that writing in them has been blackened: do both.
    """
    patient = str(dataset.get("PatientID") or dataset.get("StudyInstanceUID") or "")
    class_uid = dataset.get("SOPClassUID")
    _clean(dataset, pseudonyms, timedelta(days=pseudonyms.days(patient)))
    # The identity module asks for these two; the pseudonym keeps a patient's films together.
    dataset.PatientName = dataset.PatientID = pseudonyms.person(patient)
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "PS3.15 2026c basic profile; free text removed; pixels cleaned"
    dataset.DeidentificationMethodCodeSequence = Sequence([_code(value, meaning) for value, meaning in _METHODS])
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"
    dataset.BurnedInAnnotation = "NO"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.preamble = b"\0" * 128
    header = FileMetaDataset()
    header.MediaStorageSOPClassUID = class_uid
    header.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta = header


def _code(value: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return code


def _clean(dataset: Dataset, pseudonyms: Pseudonyms, back: timedelta) -> None:
    for element in list(dataset):
        if element.keyword == "PixelData" and isinstance(dataset, FileDataset):
            continue
        if not _stays(element, pseudonyms, back):
            del dataset[element.tag]
        elif element.VR == "SQ":
            for item in element.value:
                _clean(item, pseudonyms, back)


def _stays(element: DataElement, pseudonyms: Pseudonyms, back: timedelta) -> bool:
    """Say whether an element stays, and make its value safe if it does."""
    removed, mapped = _named_by_the_standard()
    tag = (element.tag.group, element.tag.element)
    # Private blocks, curves and overlays (50xx, 60xx), and what the dictionary doesn't know.
    if element.tag.is_private or tag[0] >> 8 in (0x50, 0x60) or not dictionary_has_tag(element.tag):
        return False
    if element.keyword in _SHIFTED:
        element.value = _moved(str(element.value or ""), back)
        return True
    if element.keyword in _EMPTIED:
        element.value = None
        return True
    if tag in removed:
        return False
    if element.VR == "UI":
        _map_uids(element, pseudonyms, everything=tag in mapped)
        return True
    return element.VR in _PLAIN or element.keyword in _KEPT


def _map_uids(element: DataElement, pseudonyms: Pseudonyms, *, everything: bool) -> None:
    """Map UIDs that name things of this hospital; those that the standard registers say what kind of thing it is."""
    given = [str(uid) for uid in (element.value if element.VM > 1 else [element.value]) if uid]
    named = [uid if UID(uid).name != uid and not everything else pseudonyms.uid(uid) for uid in given]
    element.value = named if len(named) != 1 else named[0]


def _moved(moment: str, back: timedelta) -> str:
    """Move the date of a DICOM DA or DT value back and drop the time of day; empty if there is no date in it."""
    try:
        day = date.fromisoformat(moment[:_DATE_LENGTH])
        return (day - back).strftime("%Y%m%d")
    except (ValueError, OverflowError):
        return ""
