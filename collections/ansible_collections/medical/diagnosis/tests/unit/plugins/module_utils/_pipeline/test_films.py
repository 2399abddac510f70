# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline.films import collect
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def test_a_file_gets_its_name_or_the_key_that_is_asked_for(tmp_path: Path) -> None:
    film = tmp_path / "chest.jpeg"
    film.write_bytes(b"film")
    named, asked = collect([{"path": film}, {"path": film, "key": "monday/1.jpeg"}])
    assert (named.key, asked.key) == ("chest.jpeg", "monday/1.jpeg")
    assert named.etag == hashlib.md5(b"film", usedforsecurity=False).hexdigest()
    assert named.size == 4


def test_a_folder_gives_its_films_by_name_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.dcm", "notes.txt", "deep/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [film.key for film in collect([{"path": tmp_path, "key": "day/"}])] == [
        "day/a.dcm",
        "day/b.JPG",
        "day/c.png",
    ]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([{"path": "missing.jpeg"}], "no such file"),
        ([{"path": "."}], "holds no film"),
        ([{"path": "a.png"}, {"path": "a.png"}], "named twice"),
    ],
)
def test_what_can_t_be_sent_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: list[dict[str, str]], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if entries[0]["path"] == "a.png":
        Path("a.png").write_bytes(b"x")
    with pytest.raises(DiagnosisError, match=words):
        collect(entries)
