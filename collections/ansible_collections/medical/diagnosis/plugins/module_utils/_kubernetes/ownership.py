# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a server-side apply would change anything, told from the object alone.

An object's ``managedFields`` list which fields each writer set. When the object holds every value of the manifest, and
this writer owns no field that the manifest has dropped, applying the manifest again is a no-op and needn't be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def is_applied(live: Mapping[str, Any], manifest: Mapping[str, Any], manager: str) -> bool:
    """Whether applying ``manifest`` as ``manager`` would leave ``live`` as it is.

    False may also mean "can't tell", for instance where the server rewrites values: a dry run then has the last word.
    """
    owned = owned_fields(live, manager)
    return owned is not None and _holds(live, manifest) and not _owns_more(owned, manifest)


def owned_fields(live: Mapping[str, Any], manager: str) -> Mapping[str, Any] | None:
    """The ``fieldsV1`` tree of what ``manager`` has applied, or None where it never has."""
    for entry in live["metadata"].get("managedFields") or []:
        if entry["manager"] == manager and entry["operation"] == "Apply" and not entry.get("subresource"):
            fields: Mapping[str, Any] = entry["fieldsV1"]
            return fields
    return None


def managers(live: Mapping[str, Any]) -> list[str]:
    """Names of those who apply the object, sorted."""
    entries = live["metadata"].get("managedFields") or []
    return sorted({entry["manager"] for entry in entries if entry["operation"] == "Apply"})


def unstated(live: Any, manifest: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of the fields of ``live`` that ``manifest`` says nothing about.

    Lists are one value: a manifest that has the list states all of it.
    """
    if isinstance(live, Mapping) and isinstance(manifest, Mapping):
        for key, value in live.items():
            if key not in manifest:
                yield (*path, key)
            else:
                yield from unstated(value, manifest[key], (*path, key))


def _holds(live: Any, manifest: Any) -> bool:
    """Whether every value of ``manifest`` is in ``live``; mappings may hold more, lists have to be equal."""
    if isinstance(manifest, Mapping):
        return isinstance(live, Mapping) and all(
            key in live and _holds(live[key], value) for key, value in manifest.items()
        )
    # JSON tells true from 1, Python doesn't
    return bool(live == manifest) and isinstance(live, bool) == isinstance(manifest, bool)


def _owns_more(owned: Mapping[str, Any], manifest: Any) -> bool:
    """Whether ``owned`` has a field that ``manifest`` lacks.

    Items of lists are left out: :func:`_holds` has compared whole lists already.
    """
    if not isinstance(manifest, Mapping):
        return False
    fields = ((key[2:], below) for key, below in owned.items() if key.startswith("f:"))
    return any(name not in manifest or _owns_more(below, manifest[name]) for name, below in fields)
