# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that are to be taken out, all at once, each with the proof that it is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Object,
    Outcome,
    waiting,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.access import HubAccess
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.detachment import Detachment, Step
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.lock import Lock, holder_name
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of, reject_names
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.side_by_side import side_by_side
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

CURE = (
    "Run the task again: it goes on where it stopped. Where the agent or its operator is dead, start it"
    " (kubectl get pods in the klusterlet's namespaces); force: true gives up on what a dead agent can't take away."
)


@dataclass
class Progress:
    """How far one cluster is.

    :param pending: the steps that are left, see :attr:`Detachment.steps`.
    """

    pending: list[Step]
    waits_for: str = field(default="it hasn't begun")

    def advance(self) -> Object | None:
        """Take the steps that can be taken now."""
        while self.pending:
            self.waits_for = self.pending[0]()
            if self.waits_for:
                break
            self.pending.pop(0)
        return None

    def judge(self, _found: Object | None) -> Outcome:
        """Whether all steps are taken."""
        return waiting(self.waits_for, cure=CURE) if self.pending else DONE


class AbsentClusters:
    """Clusters that are to be taken out.

    :param wait_timeout: seconds until all have to be gone; with None each step is taken once, as far as it goes.
    :param force: see :class:`Detachment`.
    """

    def __init__(
        self, hub: HubAccess, clusters: Sequence[Mapping[str, Any]], *, wait_timeout: float | None, force: bool
    ) -> None:
        self._hub = hub
        self._wait_timeout = wait_timeout
        self._names = [options["name"] for options in clusters]
        self._detachments = [Detachment(hub, options, force=force) for options in clusters]

    def plan(self) -> list[Change]:
        """What is to become of each cluster, in order; nothing is written."""
        reject_names(self._names)
        return side_by_side([one.plan for one in self._detachments])

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Take out all that are there, then say what of them is gone."""
        done = list(changes)
        with ExitStack() as stack:
            holder = holder_name()
            busy = [index for index, change in enumerate(changes) if change.changed]
            locks = [
                stack.enter_context(Lock(self._hub.client, self._hub.namespace, self._names[index], holder))
                for index in busy
            ]
            for index, lock, change in zip(
                busy, locks, side_by_side([self._detachments[index].plan for index in busy]), strict=True
            ):
                self._detachments[index].begin(lock)
                done[index] = change
            try:
                self._take_out(busy)
            except DiagnosisError:
                yield from map(self._seen, range(len(done)), done)
                raise
        yield from map(self._seen, range(len(done)), done)

    def _take_out(self, busy: Sequence[int]) -> None:
        progress = [Progress(self._detachments[index].steps) for index in busy]
        if self._wait_timeout is None:
            side_by_side([one.advance for one in progress])
            return
        targets = [
            Target(label_of(self._names[index]), read=one.advance, judge=one.judge)
            for index, one in zip(busy, progress, strict=True)
        ]
        wait_for(targets, self._wait_timeout)

    def _seen(self, index: int, change: Change) -> Change:
        return replace(change, result=self._detachments[index].result()) if change.changed else change
