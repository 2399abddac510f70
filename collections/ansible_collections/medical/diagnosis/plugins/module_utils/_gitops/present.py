# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications that are to be there: compared, written where they differ, and waited for all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import Application
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.common import (
    VOLATILE_ANNOTATIONS,
    Found,
    Options,
    label_of,
    reject_duplicates,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.judgement import is_fixed, synced_and_healthy
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.manifest import application_manifest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.refresh import look_again
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Applier, Plan, as_change
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

# Left in the source by somebody else, say by `argocd app set --parameter`, they would silently win over the task's values.
EXCLUSIVE = (("spec", "source"),)


class PresentApplications:
    """Applications that are to be there.

    :param wait_timeout: seconds to wait until all are synced and healthy; None doesn't wait.
    :param refresh: ``auto``, ``hard`` or ``never``; see the module's documentation.
    :param degraded_timeout: seconds after which Degraded is a failure; None waits on.
    """

    def __init__(
        self,
        client: KubernetesClient,
        applications: Sequence[Options],
        *,
        wait_timeout: float | None,
        refresh: str = "auto",
        degraded_timeout: float | None = None,
    ) -> None:
        self._client = client
        self._applier = Applier(client, APPLICATION, EXCLUSIVE)
        self._applications = applications
        self._wait_timeout = wait_timeout
        self._refresh = refresh
        self._degraded_timeout = degraded_timeout
        self._plans: list[Plan] = []

    def plan(self) -> list[Change]:
        """What is to become of each application, in order; nothing is written."""
        reject_duplicates(self._applications)
        _reject_incomplete(self._applications)
        self._plans = [self._applier.plan(application_manifest(options)) for options in self._applications]
        for plan, options in zip(self._plans, self._applications, strict=True):
            _reject_deletion(plan, options)
        return [
            as_change(plan, _result(plan.manifest["metadata"]["namespace"], plan.after), VOLATILE_ANNOTATIONS)
            for plan in self._plans
        ]

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write all that differ, then wait for all; the changes come out with the status they were last seen in."""
        targets: list[Target] = []
        try:
            for plan, change, options in zip(self._plans, changes, self._applications, strict=True):
                found = self._applier.write(plan) if change.changed else plan.after
                target = self._target(options, found)
                targets.append(target)
                if self._wants_refresh(options, change):
                    self._look_again(found)
            if self._wait_timeout is not None:
                wait_for(targets, self._wait_timeout)
        except DiagnosisError:
            yield from map(_seen, changes, targets)
            raise
        yield from map(_seen, changes, targets)

    def _target(self, options: Options, found: Found) -> Target:
        namespace, name = options["namespace"], options["name"]
        revision = options["source"]["target_revision"]
        expected = options["expected_revision"] or (revision if is_fixed(revision) else None)
        return Target(
            label_of(options),
            read=partial(self._client.get, APPLICATION, namespace, name),
            judge=synced_and_healthy(expected, self._degraded_timeout),
            nudge=self._look_again,
            latest=found,
        )

    def _wants_refresh(self, options: Options, change: Change) -> bool:
        """Whether Argo CD has to look at it now, rather than at its next poll in some minutes.

        What is waited for has to be what the target revision means now, and a branch may have moved.
        """
        if self._refresh == "never":
            return False
        moves = not is_fixed(options["source"]["target_revision"])
        return change.changed or (self._wait_timeout is not None and (moves or self._refresh == "hard"))

    def _look_again(self, found: Found) -> None:
        look_again(self._client, found, hard=self._refresh == "hard")


def _reject_incomplete(applications: Sequence[Options]) -> None:
    """Ansible can't say that an option of an item depends on the task's state."""
    for options in applications:
        missing = [option for option in ("source", "destination") if options[option] is None]
        if missing:
            raise DiagnosisError(label_of(options), f"it has no {' and no '.join(missing)}", "Add it to the task.")


def _reject_deletion(plan: Plan, options: Options) -> None:
    if plan.before is not None and Application(plan.before).is_being_deleted:
        raise DiagnosisError(
            label_of(options),
            "it is being deleted",
            "Wait until it is gone (state: absent with wait: true), then run the task again.",
        )


def _seen(change: Change, target: Target) -> Change:
    """``change`` with the status in which the application was last seen."""
    return replace(change, result=_result(change.result["namespace"], target.latest))


def _result(namespace: str, found: Found | None) -> dict[str, Any]:
    return {"namespace": namespace, **Application(found or {"metadata": {}}).as_result()}
