# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registration leaves on the hub and in the managed cluster, and what of it is still there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind

HUB = "hub"
CLUSTER = "cluster"

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Trace:
    """One object, by what it was when it was noted.

    :param place: :data:`HUB` or :data:`CLUSTER`.
    :param uid: its identity: a new object of the same name is no trace of this registration.
    """

    place: str
    kind: Kind
    namespace: str | None
    name: str
    uid: str

    @property
    def label(self) -> str:
        """The object as people call it, with where it is."""
        return f"{self.place}: {self.kind.label(self.namespace, self.name)}"


class Traces:
    """The traces of one registration, in the order in which they were noted.

    :param site: the managed cluster's API server; None where it can't be reached.
    """

    def __init__(self, hub: KubernetesClient, site: KubernetesClient | None) -> None:
        self._clients = {HUB: hub, CLUSTER: site}
        self._noted: dict[Trace, None] = {}

    @property
    def noted(self) -> Sequence[Trace]:
        """All that have been noted."""
        return list(self._noted)

    def note(self, place: str, kind: Kind, found: Object) -> Trace:
        """Keep an object that is to be gone in the end."""
        metadata = found["metadata"]
        trace = Trace(place, kind, metadata.get("namespace"), metadata["name"], metadata["uid"])
        self._noted[trace] = None
        return trace

    def forget(self, trace: Trace) -> None:
        """Drop one that turns out to be no trace of this registration."""
        self._noted.pop(trace, None)

    def look_for(self, place: str, kind: Kind, namespace: str | None, name: str) -> Trace | None:
        """Note the object of this name, where it is there."""
        found = self._get(place, kind, namespace, name)
        return self.note(place, kind, found) if found is not None else None

    def remaining(self) -> list[Trace]:
        """Those that are still there."""
        return [trace for trace in self._noted if self.is_there(trace)]

    def is_there(self, trace: Trace) -> bool:
        """Whether that very object is still there."""
        found = self._get(trace.place, trace.kind, trace.namespace, trace.name)
        return found is not None and found["metadata"]["uid"] == trace.uid

    def objects(self, place: str, kind: Kind, namespace: str | None = None) -> Iterator[Object]:
        """The objects of a kind; none where the kind isn't known."""
        client = self._clients[place]
        if client is None:
            return
        try:
            yield from client.list(kind, namespace)
        except KindNotServedError:
            return

    def _get(self, place: str, kind: Kind, namespace: str | None, name: str) -> Object | None:
        client = self._clients[place]
        if client is None:
            return None
        try:
            return client.get(kind, namespace, name)
        except KindNotServedError:
            return None
