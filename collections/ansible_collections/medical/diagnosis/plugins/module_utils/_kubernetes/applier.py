# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares manifests with what the API server has and writes those that differ, by server-side apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import (
    FIELD_MANAGER,
    Object,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import MissingFoundationError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.ownership import (
    is_applied,
    managers,
    unstated,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import (
    hidden_differences,
    visible,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

Path = tuple[str, ...]


class Server(Protocol):
    """What an applier needs of an API server, see :class:`client.KubernetesClient`."""

    def get(self, kind: Kind, namespace: str | None, name: str) -> Object | None:
        """One object, or None where there is none of that name."""

    def apply(self, kind: Kind, manifest: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Server-side apply of ``manifest``; returns the object that comes of it."""

    def merge_patch(self, kind: Kind, namespace: str | None, name: str, patch: Mapping[str, Any]) -> Object:
        """Merge ``patch`` into an object; returns the object that comes of it."""


@dataclass(frozen=True)
class Plan:
    """One manifest compared with the object of its name.

    :param before: the object as it is, None where there is none.
    :param after: the object as it would be.
    :param foreign: fields that others set, that the manifest leaves out and that are to go.
    """

    manifest: Mapping[str, Any]
    before: Object | None
    after: Object
    foreign: tuple[Path, ...] = ()


class Applier:
    """Plans and writes objects of one kind.

    :param exclusive: paths below which the manifest is the whole truth: fields there that it leaves out are removed
        even where someone else has set them. Elsewhere, what others set stays.
    """

    def __init__(self, client: Server, kind: Kind, exclusive: tuple[Path, ...] = ()) -> None:
        self._client = client
        self._kind = kind
        self._exclusive = exclusive

    def plan(self, manifest: Mapping[str, Any]) -> Plan:
        """Compare without writing.

        What would come of a write is the API server's own word (a dry run), so a manifest that it rejects is told here,
        before anything is written. Only where the namespace or the kind itself isn't there yet nobody can be asked.
        """
        before = self._read(manifest)
        if before is not None and is_applied(before, manifest, FIELD_MANAGER) and not self._foreign(before, manifest):
            return Plan(manifest, before, before)
        try:
            after = self._client.apply(self._kind, manifest, dry_run=True)
        except MissingFoundationError:
            after = dict(manifest)
        foreign = self._foreign(after, manifest)
        return Plan(manifest, before, _without(after, foreign), foreign)

    def write(self, plan: Plan) -> Object:
        """Do what ``plan`` says; returns the object that came of it."""
        written = self._client.apply(self._kind, plan.manifest)
        if not plan.foreign:
            return written
        metadata = plan.manifest["metadata"]
        return self._client.merge_patch(self._kind, metadata.get("namespace"), metadata["name"], _removal(plan.foreign))

    def _read(self, manifest: Mapping[str, Any]) -> Object | None:
        metadata = manifest["metadata"]
        try:
            return self._client.get(self._kind, metadata.get("namespace"), metadata["name"])
        except MissingFoundationError:
            # what isn't installed yet has no objects; the write tells it, check mode says what would be created
            return None

    def _foreign(self, found: Object, manifest: Mapping[str, Any]) -> tuple[Path, ...]:
        """Fields of ``found`` below an exclusive path that ``manifest`` leaves out."""
        return tuple(path for root in self._exclusive for path in unstated(_at(found, root), _at(manifest, root), root))


def as_change(plan: Plan, result: Mapping[str, Any], volatile_annotations: frozenset[str] = frozenset()) -> Change:
    """The plan as something to report: it is changed exactly where there is something to write.

    An object that somebody else wrote with the very same values still has to be taken over once: only then does a field
    that the task drops later go from the object too. That is a change like any other, so it shows as one.

    :param result: what the module returns about the object.
    :param volatile_annotations: see :func:`presentation.visible`.
    """
    before, after = visible(plan.before, volatile_annotations), visible(plan.after, volatile_annotations)
    if plan.before is not None and FIELD_MANAGER not in managers(plan.before):
        appliers = managers(plan.before)
        before = {**(before or {}), "appliedBy": appliers}
        after = {**(after or {}), "appliedBy": sorted([*appliers, FIELD_MANAGER])}
    hidden = hidden_differences(plan.before, plan.after)
    return Change(plan.manifest["metadata"]["name"], before, after, result, hidden)


def _at(tree: Any, path: Path) -> Any:
    """The value at ``path``, None where there is none."""
    for key in path:
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(key)
    return tree


def _without(found: Object, paths: tuple[Path, ...]) -> Object:
    """A copy of ``found`` that lacks ``paths``."""
    for path in paths:
        found = _drop(found, path)
    return found


def _drop(tree: Object, path: Path) -> Object:
    key, rest = path[0], path[1:]
    if key not in tree:
        return tree
    if not rest:
        return {name: value for name, value in tree.items() if name != key}
    return {**tree, key: _drop(tree[key], rest)}


def _removal(paths: tuple[Path, ...]) -> Object:
    """The merge patch that removes ``paths``."""
    patch: Object = {}
    for path in paths:
        node = patch
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = None
    return patch
