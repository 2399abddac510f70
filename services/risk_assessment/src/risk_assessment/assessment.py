"""One film from upload to row."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pneumonia_model.triage import THRESHOLDS_VERSION, label_of

from risk_assessment.database import Assessment, Database
from risk_assessment.film import Film, read_film
from risk_assessment.picture import encoded
from risk_assessment.pseudonym import Pseudonyms
from risk_assessment.render import marked
from risk_assessment.store import Store
from risk_assessment.unreadable import UnreadableFilmError

if TYPE_CHECKING:
    from pneumonia_model.inference import PneumoniaModel

    from risk_assessment.event import Upload
    from risk_assessment.settings import Settings

_LOG = logging.getLogger(__name__)
_EXTENSIONS = {"jpeg": ("jpeg", "jpg"), "png": ("png",), "dicom": ("dcm",)}
_MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "dicom": "application/dicom"}


class Assessor:
    """Assesses films with one model; safe to use from several threads.

    The two images have names that follow from the upload and are written before the row, so a crash at any point leaves
    at most images that the next delivery of the event writes again.
    """

    def __init__(self, settings: Settings, model: PneumoniaModel, store: Store, database: Database) -> None:
        """Take what it works with; `close` gives back only what is made here."""
        self._settings = settings
        self._model = model
        self._store = store
        self._database = database
        self._pseudonyms = Pseudonyms(settings.anonymization_key)
        self._anonymizers = ThreadPoolExecutor(settings.workers, thread_name_prefix="anonymize")

    def close(self) -> None:
        """Wait for what is under way."""
        self._anonymizers.shutdown()

    def assess(self, upload: Upload, received_at: datetime) -> None:
        """Make row and images of an upload, unless there is a row of it.

        Raises UnreadableFilmError with the reason, or TransientFaultError if trying again later can help.
        """
        film_name = self._pseudonyms.film(upload)
        if upload.etag and self._database.knows(upload):
            _LOG.info("film assessed before", extra={"film": film_name})
            return
        if upload.bucket in (self._settings.processed_bucket, self._settings.anonymized_bucket):
            # A notification set on the wrong bucket would feed the function its own images for ever.
            raise UnreadableFilmError("it is an image that this function made itself")
        content, etag = self._store.get(upload)
        try:
            film = read_film(content)
        except UnreadableFilmError as error:
            _LOG.warning("film unreadable", extra={"film": film_name, "reason": str(error)})
            raise
        anonymized_key = f"{film_name}.{_EXTENSIONS[film.format][0]}"
        processed_key, processed_format = processed_name(upload.key, film.format)
        anonymizing = self._anonymizers.submit(self._store_anonymized, film, anonymized_key)
        try:
            risk = self._model.risk(film.view)
            label = label_of(risk)
            image = encoded(marked(film.view, label, risk), processed_format)
            self._store.put(self._settings.processed_bucket, processed_key, image, _MEDIA_TYPES[processed_format])
        finally:
            # Whatever happened here, nothing of this film may still be at work when the answer goes out.
            fault = anonymizing.exception()
        if fault:
            raise fault
        assessed_at = datetime.now(UTC)
        uploaded_at = upload.uploaded_at or received_at
        new = self._database.insert(
            Assessment(
                bucket=upload.bucket,
                key=upload.key,
                version_id=upload.version_id,
                etag=upload.etag or etag,
                risk=risk,
                label=label,
                thresholds_version=THRESHOLDS_VERSION,
                model_name=self._model.name,
                model_version=self._settings.model_version or self._model.version,
                model_digest=self._model.digest,
                revision=self._settings.revision,
                processed_key=processed_key,
                anonymized_key=anonymized_key,
                film_format=film.format,
                uploaded_at=uploaded_at,
                received_at=received_at,
                assessed_at=assessed_at,
                latency_ms=_milliseconds(uploaded_at, assessed_at),
            )
        )
        took = _milliseconds(received_at, assessed_at)
        _LOG.info("film assessed", extra={"film": film_name, "label": label, "took_ms": took, "new": new})

    def _store_anonymized(self, film: Film, key: str) -> None:
        image = film.source.anonymized(self._pseudonyms)
        self._store.put(self._settings.anonymized_bucket, key, image, _MEDIA_TYPES[film.format])


def processed_name(key: str, film_format: str) -> tuple[str, str]:
    """Give the key of a film's processed image, and its format: jpeg or png.

    A film named after what it is keeps its extension: a/b.jpeg -> a/b-processed.jpeg. Any other, DICOM included, is
    named by its whole key, so that b.jpeg and b.png that hold the same format don't overwrite each other.
    """
    image_format = "png" if film_format == "dicom" else film_format
    path = PurePosixPath(key)
    extension = path.suffix[1:]
    if extension.lower() in _EXTENSIONS[image_format] and key.endswith(path.suffix):
        return f"{key[: -len(path.suffix)]}-processed.{extension}", image_format
    return f"{key}-processed.{image_format}", image_format


def _milliseconds(start: datetime, end: datetime) -> int:
    # Clocks of two machines may disagree by a little; no film is assessed before it is uploaded.
    return max(round((end - start).total_seconds() * 1000), 0)
