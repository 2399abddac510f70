# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that make up a klusterlet in its cluster: compared, written in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Applier, Plan, as_change
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import (
    FIELD_MANAGER,
    KubernetesClient,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import condition
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import CHARTED, CRD, KLUSTERLET, NAMESPACE
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import namespace_of
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

# What others of the definitions need to be there.
FIRST = (NAMESPACE.name, CRD.name, "PriorityClass", "ServiceAccount")
ESTABLISHED_SECONDS = 30

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Planned:
    """One definition compared with what is there.

    :param kind: None where the API server doesn't know it yet: its definition comes with the others.
    """

    manifest: Object
    kind: Kind | None
    plan: Plan
    change: Change

    @property
    def label(self) -> str:
        """The object as people call it."""
        return label(self.manifest)


class Definitions:
    """The definitions of one managed cluster.

    :param client: its API server.
    :param subject: the managed cluster as errors call it.
    """

    def __init__(self, client: KubernetesClient, subject: str, definitions: Sequence[Object]) -> None:
        self._client = client
        self._kinds = dict(CHARTED)
        for manifest in definitions:
            _reject_incomplete(subject, manifest)
        self.manifests = ordered([_marked(manifest) for manifest in definitions])
        self._reject_no_klusterlet(subject)

    @property
    def klusterlet(self) -> Object:
        """The Klusterlet among them."""
        return next(manifest for manifest in self.manifests if manifest["kind"] == KLUSTERLET.name)

    @property
    def agent_namespace(self) -> str:
        """Where the agent is to run."""
        return namespace_of(self.klusterlet)

    def plan(self) -> list[Planned]:
        """Compare all; nothing is written."""
        return [self._plan(manifest) for manifest in self.manifests]

    def write(self, planned: Sequence[Planned]) -> None:
        """Write those that differ."""
        for one in planned:
            if not one.change.changed:
                continue
            kind = one.kind or self.kind_of(one.manifest)
            Applier(self._client, kind).write(one.plan)
            if kind == CRD:
                self._establish(one.manifest["metadata"]["name"])

    def kind_of(self, manifest: Object) -> Kind:
        """The kind of a manifest, asked of the API server once."""
        key = (manifest["apiVersion"], manifest["kind"])
        if key not in self._kinds:
            self._kinds[key] = self._client.kind_of(*key)
        return self._kinds[key]

    def _plan(self, manifest: Object) -> Planned:
        try:
            kind = self.kind_of(manifest)
        except KindNotServedError:
            plan = Plan(manifest, None, dict(manifest))
            return Planned(manifest, None, plan, as_change(plan, {}))
        if kind == NAMESPACE:
            found = self._client.get(NAMESPACE, None, manifest["metadata"]["name"])
            if found is not None:
                # somebody else's, maybe, and all that is asked of it is that it is there
                return Planned(manifest, kind, Plan(manifest, found, found), Change("", found, found))
        plan = Applier(self._client, kind).plan(manifest)
        return Planned(manifest, kind, plan, as_change(plan, {}))

    def _establish(self, name: str) -> None:
        """Wait until the API server serves what the definition defines."""
        target = Target(
            CRD.label(None, name), read=lambda: self._client.get(CRD, None, name), judge=condition("Established")
        )
        wait_for([target], ESTABLISHED_SECONDS)

    def _reject_no_klusterlet(self, subject: str) -> None:
        klusterlets = [manifest for manifest in self.manifests if manifest["kind"] == KLUSTERLET.name]
        if len(klusterlets) != 1:
            raise DiagnosisError(
                subject,
                f"there are {len(klusterlets)} Klusterlets in import.definitions",
                "Render OCM's klusterlet chart (role facility_registration does) and hand over all that comes of it.",
            )


def ordered(definitions: Sequence[Object]) -> list[Object]:
    """The definitions so that each comes after what it needs, the Klusterlet last."""

    def rank(manifest: Object) -> int:
        kind = manifest.get("kind", "")
        if kind in FIRST:
            return FIRST.index(kind)
        return len(FIRST) + (1 if kind == KLUSTERLET.name else 0)

    return sorted(definitions, key=rank)


def label(manifest: Object) -> str:
    """An object as people call it."""
    metadata = manifest["metadata"]
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{manifest['kind']} '{place}{metadata['name']}'"


def _marked(manifest: Object) -> Object:
    """The manifest with a field of our own where it may have none: a bare namespace would tell nobody who made it."""
    metadata = manifest["metadata"]
    if manifest["kind"] != NAMESPACE.name:
        return manifest
    labels = {"app.kubernetes.io/managed-by": FIELD_MANAGER, **(metadata.get("labels") or {})}
    return {**manifest, "metadata": {**metadata, "labels": labels}}


def _reject_incomplete(subject: str, manifest: Object) -> None:
    metadata = manifest.get("metadata")
    if not manifest.get("apiVersion") or not manifest.get("kind") or not (metadata or {}).get("name"):
        raise DiagnosisError(
            subject, "a definition has no apiVersion, no kind or no metadata.name", "Correct import.definitions."
        )
