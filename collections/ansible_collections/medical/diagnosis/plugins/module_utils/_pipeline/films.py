# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Films on this machine: the files that a task names, each with the key it gets in the object store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

#: What a folder is searched for; a file that is named itself may be anything.
SUFFIXES = frozenset({".dcm", ".jpeg", ".jpg", ".png"})


@dataclass(frozen=True)
class Film:
    """A file and where it goes.

    :param etag: MD5 of the content in hexadecimal: what the object store calls an object that was PUT in one piece.
    """

    path: Path
    key: str
    size: int
    etag: str


def collect(wanted: Iterable[Mapping[str, Any]]) -> list[Film]:
    """The films that a task names, in order, those of a folder by name.

    :param wanted: mappings with ``path`` (a file or a folder) and optionally ``key``; in front of the names of a
        folder's films, ``key`` is a prefix.
    :raises DiagnosisError: for a path that isn't there, a folder without films, or a key named twice.
    """
    films = [film for entry in wanted for film in _films_of(entry)]
    keys: set[str] = set()
    for film in films:
        if film.key in keys:
            raise DiagnosisError(f"film '{film.path}'", f"its key '{film.key}' is named twice", "Give each a key.")
        keys.add(film.key)
    return films


def _films_of(entry: Mapping[str, Any]) -> Iterator[Film]:
    path, key = Path(entry["path"]), entry.get("key")
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not files:
            raise DiagnosisError(
                f"folder '{path}'", f"holds no film ({', '.join(sorted(SUFFIXES))})", "Name a folder with films."
            )
        for file in files:
            yield _film(file, f"{key or ''}{file.name}")
    elif path.is_file():
        yield _film(path, key or path.name)
    else:
        raise DiagnosisError(f"film '{path}'", "there is no such file or folder", "Name one of this machine.")


def _film(path: Path, key: str) -> Film:
    content = path.read_bytes()
    return Film(path, key, len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())
