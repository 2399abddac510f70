# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline.films import collect
from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline.service import FilmService
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


class Store:
    """Objects in memory: ETag by key."""

    def __init__(self) -> None:
        self.etags: dict[str, str] = {}

    def etag(self, bucket: str, key: str) -> str | None:
        return self.etags.get(key)

    def put(self, bucket: str, key: str, path: Path) -> None:
        [film] = collect([{"path": path, "key": key}])
        self.etags[key] = film.etag


class Reader:
    """Rows of what is in the store, but for the keys that are never read."""

    def __init__(self, store: Store, unreadable: Iterable[str] = ()) -> None:
        self._store = store
        self._unreadable = set(unreadable)

    def find(self, bucket: str, keys: Iterable[str], etags: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
        row = {"risk": 0.9, "label": "Pneumonia", "latency_ms": 150, "model_name": "m", "model_version": "1"}
        row |= {"model_digest": "sha256:" + 64 * "0", "revision": "r", "processed_key": "p", "anonymized_key": "a"}
        return {
            (key, self._store.etags[key]): row
            for key in keys
            if key in self._store.etags and key not in self._unreadable
        }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def test_only_what_the_bucket_lacks_is_sent(folder: Path) -> None:
    store = Store()
    films = collect([{"path": folder}])
    store.put("films", "a.png", folder / "a.png")
    service = FilmService(store, Reader(store), "films", films, 1)
    changes = list(service.apply(service.plan()))
    assert [(change.name, change.action) for change in changes] == [("a.png", "none"), ("b.png", "create")]
    assert all(change.result["risk"] == pytest.approx(0.9) for change in changes)
    assert not any(change.changed for change in service.plan())


def test_a_film_that_is_not_read_is_named_and_what_was_sent_is_reported(folder: Path) -> None:
    store = Store()
    service = FilmService(store, Reader(store, ["b.png"]), "films", collect([{"path": folder}]), 0)
    applied = service.apply(service.plan())
    assert [next(applied).name, next(applied).name] == ["a.png", "b.png"]
    with pytest.raises(DiagnosisError, match=r"film 'b\.png'.*not read within 0 s"):
        next(applied)
