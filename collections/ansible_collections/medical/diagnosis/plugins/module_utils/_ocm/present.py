# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that are to be registered: compared, written where they differ, and waited for all together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Judge,
    Object,
    Outcome,
    condition,
    failed,
    waiting,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.access import HubAccess
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.approval import Approver
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.lock import Lock, holder_name
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import (
    ACCEPTED,
    AVAILABLE,
    JOINED,
    ManagedCluster,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of, reject_names
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.registration import Registration
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.side_by_side import side_by_side
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.standing import reject_twins
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

LOOK_CURE = (
    "Look at the pods in the klusterlet's namespaces of that cluster (kubectl get pods, kubectl logs): the image has to be"
    " within its reach, and so has the hub, at hub_server."
)


class PresentClusters:
    """Clusters that are to be registered.

    :param wait_timeout: seconds to wait until all are accepted, joined and available; None doesn't wait.
    """

    def __init__(self, hub: HubAccess, clusters: Sequence[Mapping[str, Any]], *, wait_timeout: float | None) -> None:
        self._hub = hub
        self._clusters = clusters
        self._wait_timeout = wait_timeout
        self._registrations: list[Registration] = []

    def plan(self) -> list[Change]:
        """What is to become of each cluster, in order; nothing is written."""
        reject_names([options["name"] for options in self._clusters])
        approver = Approver(self._hub.client, self._hub.bootstrap.requester)
        self._registrations = [Registration(self._hub, options, approver) for options in self._clusters]
        changes = side_by_side([one.plan for one in self._registrations])
        reject_twins([(one.name, one.cluster_uid) for one in self._registrations])
        return changes

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write all that differ, then wait for all; the changes come out with the state they were last seen in."""
        done = list(changes)
        with ExitStack() as stack:
            holder = holder_name()
            busy = [
                (index, stack.enter_context(Lock(self._hub.client, self._hub.namespace, one.name, holder)))
                for index, one in enumerate(self._registrations)
                if changes[index].changed or not one.is_complete
            ]
            # what was found before nobody else could write may be out of date
            planned = side_by_side([self._registrations[index].plan for index, _lock in busy])
            for (index, _lock), change in zip(busy, planned, strict=True):
                done[index] = change
            written: list[int] = []
            try:
                side_by_side(
                    [partial(self._write, index, lock, written) for index, lock in busy if done[index].changed]
                )
                if self._wait_timeout is not None:
                    self._wait(self._wait_timeout)
            except DiagnosisError:
                yield from [self._seen(index, change) for index, change in self._dealt_with(done, written)]
                raise
        yield from [self._seen(index, change) for index, change in enumerate(done)]

    def _write(self, index: int, lock: Lock, written: list[int]) -> None:
        # noted first: a write that fails half-way has changed something, too
        written.append(index)
        self._registrations[index].write(lock)

    def _dealt_with(self, changes: Sequence[Change], written: Sequence[int]) -> Iterator[tuple[int, Change]]:
        for index, change in enumerate(changes):
            if index in written or not change.changed:
                yield index, change

    def _wait(self, timeout: float) -> None:
        targets = [
            Target(
                label_of(one.name),
                read=one.observe,
                judge=registered(one) if options["accepted"] else denied,
                latest=one.found,
            )
            for one, options in zip(self._registrations, self._clusters, strict=True)
        ]
        wait_for(targets, timeout)

    def _seen(self, index: int, change: Change) -> Change:
        """``change`` with the state in which the cluster was last seen."""
        return replace(change, result=self._registrations[index].result())


def registered(registration: Registration) -> Judge:
    """The hub has accepted the cluster, its agent has joined, and is alive."""

    def judge(found: Object | None) -> Outcome:
        gone = _gone(found)
        if gone is not None:
            return gone
        for name in (ACCEPTED, JOINED, AVAILABLE):
            outcome = condition(name)(found)
            if not outcome.done:
                hint = f"; {registration.hint}" if registration.hint else ""
                return waiting(f"{outcome.detail}{hint}", cure=LOOK_CURE)
        if not registration.renewed_lease:
            return waiting("its agent hasn't shown life since the import", cure=LOOK_CURE)
        return DONE

    return judge


def denied(found: Object | None) -> Outcome:
    """The hub doesn't accept the cluster (any more)."""
    gone = _gone(found)
    if gone is not None:
        return gone
    if found is not None and ManagedCluster(found).holds(ACCEPTED):
        return waiting("the hub still accepts it")
    return DONE


def _gone(found: Object | None) -> Outcome | None:
    if found is None:
        return failed("somebody deleted it")
    return failed("somebody deletes it") if ManagedCluster(found).is_being_deleted else None
