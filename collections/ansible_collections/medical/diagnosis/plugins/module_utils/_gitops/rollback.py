# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which earlier state an application goes back to, and what its source is then. Nothing here talks to a server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import Application
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Tree = Mapping[str, Any]

# Says that the source is one that was gone back to, so that going back to "the one before" isn't done twice.
ANNOTATION = "medical.diagnosis/rolled-back-to"


@dataclass(frozen=True)
class Rollback:
    """One way back.

    :param entry: the history's entry that is gone back to.
    :param source: the source that says the same at any time: that entry's, at the commit or version that it was synced at.
    """

    entry: Tree
    source: Tree

    @property
    def revision(self) -> str:
        """The commit or version that has to be synced."""
        return str(self.entry["revision"])

    @property
    def mark(self) -> str:
        """Value of the annotation: which entry, and the digest of the source."""
        return f"{self.entry['id']} {_digest(self.source)}"

    @property
    def as_result(self) -> dict[str, Any]:
        """The entry as the module returns it."""
        return {
            "id": self.entry["id"],
            "revision": self.revision,
            "deployed_at": self.entry.get("deployedAt", ""),
        }


def rollback_of(label: str, found: Tree, history_id: int | None) -> Rollback:
    """The way back of an application.

    :param history_id: the entry to go back to; None for the newest that differs from what was synced last.
    :raises DiagnosisError: where there is no such entry.
    """
    history = _history(label, found)
    if history_id is not None:
        chosen = next((entry for entry in history if entry["id"] == history_id), None)
        if chosen is None:
            raise DiagnosisError(
                label,
                f"its history has no entry {history_id}",
                f"Its entries are: {_names(history)}. Argo CD keeps the newest ones, as many as revisionHistoryLimit says.",
            )
        return _way_to(chosen)
    done = _done_before(found, history)
    if done is not None:
        return done
    newest = _way_to(history[-1])
    for entry in reversed(history[:-1]):
        way = _way_to(entry)
        if way.source != newest.source:
            return way
    raise DiagnosisError(
        label,
        "nothing else was synced before what is there now",
        "There is nothing to go back to; set source.target_revision with state: present instead.",
    )


def is_rolled_back(found: Tree, rollback: Rollback) -> bool:
    """Whether the application's source is the one of ``rollback``."""
    return dict(Application(found).spec.get("source") or {}) == dict(rollback.source)


def _history(label: str, found: Tree) -> list[Tree]:
    """The history, oldest first, of an application that can go back."""
    if Application(found).spec.get("sources"):
        raise DiagnosisError(
            label,
            "it has several sources, and each has a revision of its own",
            "Set them in the application's own definition.",
        )
    history = [entry for entry in (found.get("status") or {}).get("history") or [] if entry.get("revision")]
    if not history:
        raise DiagnosisError(label, "it has never been synced", "There is nothing to go back to.")
    return history


def _done_before(found: Tree, history: Sequence[Tree]) -> Rollback | None:
    """The way back that was gone before and still holds; None where the source has been set to something else since."""
    mark = (found["metadata"].get("annotations") or {}).get(ANNOTATION) or ""
    source = Application(found).spec.get("source") or {}
    history_id, _space, digest = mark.partition(" ")
    if not digest or digest != _digest(source):
        return None
    entry = next((entry for entry in history if str(entry["id"]) == history_id), None)
    return Rollback(entry or {"id": int(history_id), "revision": source.get("targetRevision", "")}, source)


def _way_to(entry: Tree) -> Rollback:
    return Rollback(entry, {**(entry.get("source") or {}), "targetRevision": entry["revision"]})


def _digest(source: Tree) -> str:
    return hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()[:16]


def _names(history: Sequence[Tree]) -> str:
    return ", ".join(f"{entry['id']} ({entry['revision'][:12]})" for entry in history)
