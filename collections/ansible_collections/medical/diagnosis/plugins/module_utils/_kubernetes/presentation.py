# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An object as people want to see it in a diff: without the server's own fields, and without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]

SERVER_METADATA = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
SECRET_FIELDS = ("data", "stringData")


def visible(found: Object | None, volatile_annotations: frozenset[str] = frozenset()) -> dict[str, Any] | None:
    """``found`` with what its author wrote: no status, no bookkeeping of the server's; a Secret's values left out.

    :param volatile_annotations: annotations that controllers set and clear, which say nothing about the wanted state.
    """
    if found is None:
        return None
    hidden = SECRET_FIELDS if found.get("kind") == "Secret" else ()
    shown = {key: value for key, value in found.items() if key not in ("status", *hidden)}
    metadata = {key: value for key, value in found["metadata"].items() if key not in SERVER_METADATA}
    annotations = {
        key: value
        for key, value in (metadata.pop("annotations", None) or {}).items()
        if key != LAST_APPLIED and key not in volatile_annotations
    }
    shown["metadata"] = {**metadata, **({"annotations": annotations} if annotations else {})}
    return shown


def hidden_differences(before: Object | None, after: Object | None) -> tuple[str, ...]:
    """Dotted paths of a Secret's values that differ; empty for every other kind."""
    found = after or before or {}
    if found.get("kind") != "Secret":
        return ()
    return tuple(
        f"{part}.{key}"
        for part in SECRET_FIELDS
        for key in sorted({*_values(before, part), *_values(after, part)})
        if _values(before, part).get(key) != _values(after, part).get(key)
    )


def _values(found: Object | None, part: str) -> Mapping[str, Any]:
    return (found or {}).get(part) or {}
