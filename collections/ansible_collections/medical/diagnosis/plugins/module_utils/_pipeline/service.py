# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send the films that the bucket hasn't got, and wait for what the function finds in them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline.assessments import Assessments
from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline.films import Film, collect
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.object_client import ObjectClient
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

#: Films sent at a time: enough to hide the round trips, too few to crowd a gateway.
PARALLEL = 4
#: Seconds between two looks at the database.
PAUSE = 0.25


class FilmService:
    """The films of one task on their way through one facility."""

    def __init__(
        self, objects: ObjectClient, assessments: Assessments | None, bucket: str, films: Sequence[Film], timeout: float
    ) -> None:
        self._objects = objects
        self._assessments = assessments
        self._bucket = bucket
        self._films = {film.key: film for film in films}
        self._timeout = timeout

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> FilmService:
        """The service that a task's parameters describe; without a database where it doesn't wait."""
        return cls(
            ObjectClient(RgwConnection.from_params(params)),
            Assessments(params["database_url"], params["timeout"]) if params["wait"] else None,
            params["bucket"],
            collect(params["films"]),
            params["wait_timeout"],
        )

    def plan(self) -> list[Change]:
        """Compare each film with the object of its key."""
        with ThreadPoolExecutor(PARALLEL) as pool:
            return list(pool.map(self._plan, self._films.values()))

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Send the films that differ, then yield each with its result."""
        with ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(self._send, (change for change in changes if change.changed)))
        try:
            results = self._wait(self._assessments, changes) if self._assessments else {}
        except DiagnosisError:
            yield from changes  # they are sent, whatever becomes of them
            raise
        for change in changes:
            yield replace(change, result={**change.result, **results.get(change.name, {})})

    def _plan(self, film: Film) -> Change:
        etag = self._objects.etag(self._bucket, film.key)
        return Change(
            film.key,
            None if etag is None else {"etag": etag},
            {"etag": film.etag},
            {"bucket": self._bucket},
        )

    def _send(self, change: Change) -> None:
        film = self._films[change.name]
        self._objects.put(self._bucket, film.key, film.path)

    def _wait(self, assessments: Assessments, changes: Iterable[Change]) -> dict[str, dict[str, Any]]:
        """The result of each film by key; all of them, or a DiagnosisError that names the missing ones."""
        wanted = {change.name: self._films[change.name].etag for change in changes}
        deadline = time.monotonic() + self._timeout
        while True:
            rows = assessments.find(self._bucket, wanted, set(wanted.values()))
            missing = sorted(key for key, etag in wanted.items() if (key, etag) not in rows)
            if not missing:
                return {key: self._result(rows[key, etag]) for key, etag in wanted.items()}
            if time.monotonic() > deadline:
                raise DiagnosisError(
                    f"film '{missing[0]}'" + (f" and {len(missing) - 1} more" if missing[1:] else ""),
                    f"not read within {self._timeout} s",
                    "Either it is no film that can be read (then the topic xray-images-dead has it, with the reason), or "
                    "a part of the pipeline is down: look at the facility's status, then run this again; what was sent "
                    "is not lost.",
                )
            time.sleep(PAUSE)

    def _result(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "risk": row["risk"],
            "label": row["label"],
            "latency_ms": row["latency_ms"],
            "model": f"{row['model_name']} {row['model_version']} ({row['model_digest'][:19]})",
            "revision": row["revision"],
            "processed": f"{self._bucket}-processed/{row['processed_key']}",
            "anonymized": f"{self._bucket}-anonymized/{row['anonymized_key']}",
        }
