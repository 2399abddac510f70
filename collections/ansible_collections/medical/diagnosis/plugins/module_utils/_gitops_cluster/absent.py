# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that Argo CD is to forget, with the account and the rights that it had in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import decoded
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.judgement import removed
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.kinds import (
    MANIFEST_WORK,
    ROLE,
    ROLE_BINDING,
    SECRET,
    SERVICE_ACCOUNT,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import Registration
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.validation import (
    label_of,
    normal_server,
    reject_duplicates,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import MissingFoundationError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION, Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import visible
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

Place = tuple[Kind, str, str]

NAMED = 5


class AbsentClusters:
    """Clusters that Argo CD is to forget.

    :param wait_timeout: seconds to wait until the clusters have taken the rights and the account away.
    """

    def __init__(self, client: KubernetesClient, registrations: Sequence[Registration], *, wait_timeout: float) -> None:
        self._client = client
        self._registrations = registrations
        self._wait_timeout = wait_timeout

    def plan(self) -> list[Change]:
        """What is to become of each cluster, in order; nothing is written.

        :raises DiagnosisError: where applications still go to one of them.
        """
        reject_duplicates([registration.options for registration in self._registrations])
        changes = [self._change(registration) for registration in self._registrations]
        self._reject_destinations([change.name for change in changes if change.changed])
        return changes

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Have Argo CD forget the clusters first, then take away what it had there, and wait until that is done."""
        done: list[Change] = []
        targets: list[Target] = []
        try:
            for change, registration in zip(changes, self._registrations, strict=True):
                places = _places(registration)
                if change.changed:
                    for kind, namespace, name in places:
                        self._client.delete(kind, namespace, name)
                done.append(change)
                targets += [self._target(place) for place in places]
            wait_for(targets, self._wait_timeout)
        except DiagnosisError:
            yield from done
            raise
        yield from done

    def _change(self, registration: Registration) -> Change:
        found = {place[0].name: visible(self._find(place)) for place in _places(registration)}
        before = {kind: state for kind, state in found.items() if state is not None}
        result = {
            "namespace": registration.namespace,
            "secret": registration.secret_name,
            "account": registration.account,
        }
        return Change(registration.cluster, before or None, None, result)

    def _find(self, place: Place) -> Mapping[str, Any] | None:
        """The object; None where it isn't there or is already going."""
        try:
            found = self._client.get(*place)
        except MissingFoundationError:
            return None
        return None if found and found["metadata"].get("deletionTimestamp") else found

    def _target(self, place: Place) -> Target:
        kind, namespace, name = place
        return Target(kind.label(namespace, name), read=partial(self._read, place), judge=removed)

    def _read(self, place: Place) -> Mapping[str, Any] | None:
        try:
            return self._client.get(*place)
        except MissingFoundationError:
            return None

    def _reject_destinations(self, names: Sequence[str]) -> None:
        """An application whose cluster Argo CD has forgotten can neither be synced nor be deleted."""
        leaving = [registration for registration in self._registrations if registration.cluster in names]
        applications = self._applications(leaving[0].namespace) if leaving else []
        for registration in leaving:
            secret = self._find((SECRET, registration.namespace, registration.secret_name))
            server = decoded(((secret or {}).get("data") or {}).get("server") or "")
            there = [
                found["metadata"]["name"] for found in applications if _goes_to(found, registration.cluster, server)
            ]
            if there:
                more = f" and {len(there) - NAMED} more" if len(there) > NAMED else ""
                raise DiagnosisError(
                    label_of(registration.options),
                    f"applications still go there: {', '.join(there[:NAMED])}{more}",
                    "Delete them first, with gitops_application and state: absent.",
                )

    def _applications(self, namespace: str) -> list[Mapping[str, Any]]:
        try:
            return list(self._client.list(APPLICATION, namespace))
        except MissingFoundationError:
            return []


def _goes_to(application: Mapping[str, Any], cluster: str, server: str) -> bool:
    destination = application["spec"].get("destination") or {}
    address = destination.get("server")
    return destination.get("name") == cluster or bool(
        address and server and normal_server(address) == normal_server(server)
    )


def _places(registration: Registration) -> list[Place]:
    """Where its objects are, in the order in which they go."""
    local = [(kind, registration.namespace, registration.secret_name) for kind in (SECRET, ROLE_BINDING, ROLE)]
    return [
        *local,
        (MANIFEST_WORK, registration.cluster, registration.work_name),
        (SERVICE_ACCOUNT, registration.cluster, registration.account),
    ]
