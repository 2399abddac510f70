"""Films that come as DICOM."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut, convert_color_space
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from risk_assessment.dicom_identity import remove_identity
from risk_assessment.text_boxes import find_text
from risk_assessment.unreadable import UnreadableFilmError, check_size

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import FileDataset

    from risk_assessment.pseudonym import Pseudonyms

# What pydicom and its decoders raise on files that are cut off, damaged or of a kind that they don't know.
_DAMAGE = (
    InvalidDicomError,
    AttributeError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
# Whole numbers of 8 or 16 bits, with or without sign.
Stored = np.ndarray[Any, np.dtype[np.integer[Any]]]
_PREAMBLE = 132
_HEADER_GROUP = 2
_GREY = ("MONOCHROME1", "MONOCHROME2")


@dataclass(frozen=True)
class Dicom:
    """A DICOM film: its dataset, its stored values (rows x columns, or x 3 colours) and how it looks in 8 bits."""

    dataset: FileDataset
    stored: Stored
    view: Image.Image

    def anonymized(self, pseudonyms: Pseudonyms) -> bytes:
        """Blacken burned-in writing, take every identity out of the header; uncompressed, explicit, little endian."""
        shown = np.asarray(self.view)
        planes = [shown] if shown.ndim == 2 else [np.ascontiguousarray(shown[..., colour]) for colour in range(3)]  # noqa: PLR2004
        # What looks black on this film; on MONOCHROME1 it is the highest value.
        black = self.stored.reshape(-1, *self.stored.shape[2:])[int(np.argmin(planes[0]))]
        pixels = self.stored.copy()
        for plane in planes:
            for box in find_text(plane):
                pixels[box.area] = black
        dataset = self.dataset
        interpretation = "RGB" if shown.ndim != 2 else dataset.PhotometricInterpretation  # noqa: PLR2004
        bits = int(dataset.BitsStored)
        remove_identity(dataset, pseudonyms)
        dataset.set_pixel_data(pixels, interpretation, bits, generate_instance_uid=False)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        target = io.BytesIO()
        dataset.save_as(target, enforce_file_format=True)
        return target.getvalue()


def read_dicom(content: bytes) -> Dicom:
    """Decode a DICOM file of one image; raises UnreadableFilmError with the reason in words for people."""
    try:
        syntax = _transfer_syntax(content)
    except _DAMAGE:
        raise UnreadableFilmError("the DICOM file is damaged: its header can't be read") from None
    if syntax == DeflatedExplicitVRLittleEndian:
        # Nothing bounds what a deflated dataset inflates to before all of it is in memory.
        raise UnreadableFilmError("the DICOM file is deflated as a whole, which is not accepted")
    try:
        dataset = dcmread(io.BytesIO(content))
    except _DAMAGE:
        raise UnreadableFilmError("the DICOM file is damaged: its header can't be read") from None
    if "PixelData" not in dataset or "Rows" not in dataset or "Columns" not in dataset:
        raise UnreadableFilmError("the DICOM file holds no image")
    if int(dataset.get("NumberOfFrames") or 1) != 1:
        raise UnreadableFilmError(f"the DICOM file holds {dataset.NumberOfFrames} images; a film is one")
    check_size(int(dataset.Columns), int(dataset.Rows))
    try:
        stored = _stored(dataset)
        view = _view(dataset, stored)
    except _DAMAGE:
        raise UnreadableFilmError(
            f"the DICOM file's pixels can't be decoded ({syntax.name}): damaged, cut off or of an unknown kind"
        ) from None
    return Dicom(dataset, stored, Image.fromarray(view))


def _transfer_syntax(content: bytes) -> UID:
    """Read the file header alone, which is never compressed."""
    file = io.BytesIO(content)
    file.seek(_PREAMBLE)
    header = read_dataset(file, False, True, stop_when=lambda tag, _vr, _length: tag.group > _HEADER_GROUP)
    return UID(header[0x00020010].value)


def _stored(dataset: FileDataset) -> Stored:
    values: Stored = dataset.pixel_array
    if dataset.PhotometricInterpretation not in _GREY:
        return convert_color_space(values, "YBR_FULL", "RGB") if dataset.PhotometricInterpretation != "RGB" else values
    if dataset.PixelRepresentation == 0:
        # The bits above the stored ones may hold an overlay, and so writing.
        return values & ((1 << int(dataset.BitsStored)) - 1)
    return values


def _view(dataset: FileDataset, stored: Stored) -> NDArray[np.uint8]:
    """Show the film as its header asks: rescaled, windowed, bright = dense."""
    if stored.ndim != 2:  # noqa: PLR2004 - colours
        return stored.astype(np.uint8)
    # Each possible value goes through the header's tables once, not each of millions of pixels.
    lowest = int(stored.min())
    possible = np.arange(lowest, int(stored.max()) + 1).astype(stored.dtype)
    shown = np.asarray(apply_voi_lut(apply_modality_lut(possible, dataset), dataset), dtype=np.float64)
    darkest, brightest = shown.min(), shown.max()
    scaled = (shown - darkest) * (255 / max(brightest - darkest, 1e-9))
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        scaled = 255 - scaled
    table = np.rint(scaled).astype(np.uint8)
    view: NDArray[np.uint8] = table[stored.astype(np.int64) - lowest]
    return view
