# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications that are to go back to what was synced before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.judgement import synced_and_healthy
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.refresh import look_again
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.rollback import (
    ANNOTATION,
    Rollback,
    is_rolled_back,
    rollback_of,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import visible
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change


@dataclass(frozen=True)
class _Return:
    """One application, as it is, and its way back."""

    options: Options
    found: Found
    rollback: Rollback


class RolledBackApplications:
    """Applications that are to go back.

    It isn't Argo CD's own rollback, which an application that syncs by itself refuses or undoes: the source of the earlier
    state becomes the application's, pinned to the commit or version of then, and Argo CD syncs it like any other.

    :param wait_timeout: seconds to wait until all are synced and healthy; None doesn't wait.
    :param hard: whether Argo CD is to drop the manifests in its cache.
    :param degraded_timeout: seconds after which Degraded is a failure; None waits on.
    """

    def __init__(
        self,
        client: KubernetesClient,
        applications: Sequence[Options],
        *,
        wait_timeout: float | None,
        hard: bool = False,
        degraded_timeout: float | None = None,
    ) -> None:
        self._client = client
        self._applications = applications
        self._wait_timeout = wait_timeout
        self._hard = hard
        self._degraded_timeout = degraded_timeout
        self._returns: list[_Return] = []

    def plan(self) -> list[Change]:
        """What is to become of each application, in order; nothing is written."""
        reject_duplicates(self._applications)
        self._returns = [self._return(options) for options in self._applications]
        return [_change(each) for each in self._returns]

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write all that differ, then wait for all; the changes come out with the status they were last seen in."""
        targets: list[Target] = []
        try:
            for each, change in zip(self._returns, changes, strict=True):
                found = self._write(each) if change.changed else each.found
                targets.append(self._target(each, found))
            if self._wait_timeout is not None:
                wait_for(targets, self._wait_timeout)
        except DiagnosisError:
            yield from map(_seen, changes, targets)
            raise
        yield from map(_seen, changes, targets)

    def _return(self, options: Options) -> _Return:
        label = label_of(options)
        found = self._client.get(APPLICATION, options["namespace"], options["name"])
        if found is None:
            raise DiagnosisError(label, "there is no such application", "Correct its name or namespace.")
        if Application(found).is_being_deleted:
            raise DiagnosisError(label, "it is being deleted", "There is nothing to go back to.")
        return _Return(options, found, rollback_of(label, found, options["history_id"]))

    def _write(self, each: _Return) -> Found:
        """Put the earlier source in the place of the present one, unless somebody else has written it since."""
        metadata = each.found["metadata"]
        patch = {
            "metadata": {
                "resourceVersion": metadata["resourceVersion"],
                "annotations": {ANNOTATION: each.rollback.mark},
            },
            "spec": {"source": _replacement(Application(each.found).spec.get("source") or {}, each.rollback.source)},
        }
        written = self._client.merge_patch(APPLICATION, metadata["namespace"], metadata["name"], patch)
        look_again(self._client, written, hard=self._hard)
        return written

    def _target(self, each: _Return, found: Found) -> Target:
        return Target(
            label_of(each.options),
            read=partial(self._client.get, APPLICATION, each.options["namespace"], each.options["name"]),
            judge=synced_and_healthy(each.rollback.revision, self._degraded_timeout),
            nudge=partial(look_again, self._client, hard=self._hard),
            latest=found,
        )


def _change(each: _Return) -> Change:
    before = visible(each.found, VOLATILE_ANNOTATIONS)
    after = before
    if not is_rolled_back(each.found, each.rollback):
        metadata = each.found["metadata"]
        annotations = {**(metadata.get("annotations") or {}), ANNOTATION: each.rollback.mark}
        after = visible(
            {
                **each.found,
                "metadata": {**metadata, "annotations": annotations},
                "spec": {**Application(each.found).spec, "source": each.rollback.source},
            },
            VOLATILE_ANNOTATIONS,
        )
    return Change(each.options["name"], before, after, _result(each.options, each.found, each.rollback.as_result))


def _seen(change: Change, target: Target) -> Change:
    """``change`` with the status in which the application was last seen."""
    latest = target.latest or {"metadata": {}}
    status = Application(latest).as_result()
    return replace(change, result={**change.result, **status})


def _result(options: Options, found: Found, entry: dict[str, Any]) -> dict[str, Any]:
    return {"namespace": options["namespace"], "rolled_back_to": entry, **Application(found).as_result()}


def _replacement(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch that makes ``wanted`` of ``present``; it keeps nothing that ``wanted`` lacks."""
    patch: dict[str, Any] = {key: None for key in present if key not in wanted}
    for key, value in wanted.items():
        here = present.get(key)
        both = isinstance(here, Mapping) and isinstance(value, Mapping)
        patch[key] = _replacement(here or {}, value) if both else value
    return patch
