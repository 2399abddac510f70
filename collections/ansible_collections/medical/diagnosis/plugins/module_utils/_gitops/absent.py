# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications that are to go, with or without what they have put into their destinations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import Application
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.common import (
    VOLATILE_ANNOTATIONS,
    Found,
    Options,
    label_of,
    reject_duplicates,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.judgement import removed
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import MissingFoundationError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import visible
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

CASCADE_FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"
CASCADE_FINALIZERS = frozenset(
    {
        CASCADE_FINALIZER,
        "resources-finalizer.argocd.argoproj.io",
        "resources-finalizer.argocd.argoproj.io/background",
    }
)


class AbsentApplications:
    """Applications that are to go.

    :param cascade: whether what they have put into their destinations goes with them.
    :param wait_timeout: seconds to wait until all are gone; None doesn't wait.
    """

    def __init__(
        self, client: KubernetesClient, applications: Sequence[Options], *, cascade: bool, wait_timeout: float | None
    ) -> None:
        self._client = client
        self._applications = applications
        self._cascade = cascade
        self._wait_timeout = wait_timeout

    def plan(self) -> list[Change]:
        """What is to become of each application, in order; one that is already going needs nothing."""
        reject_duplicates(self._applications)
        return [self._change(options) for options in self._applications]

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Ask for the deletion of all that are there, then wait for all."""
        done: list[Change] = []
        try:
            for change, options in zip(changes, self._applications, strict=True):
                if change.changed:
                    self._delete(options)
                done.append(change)
            if self._wait_timeout is not None:
                wait_for([self._target(options) for options in self._applications], self._wait_timeout)
        except DiagnosisError:
            yield from done
            raise
        yield from done

    def _change(self, options: Options) -> Change:
        found = self._find(options)
        before = None if found is not None and self._is_going(found) else visible(found, VOLATILE_ANNOTATIONS)
        return Change(options["name"], before, None, {"namespace": options["namespace"]})

    def _is_going(self, found: Found) -> bool:
        """Whether its deletion has been asked for in the way that is wanted."""
        return Application(found).is_being_deleted and (self._cascade or _finalizers(found) == self._kept(found))

    def _find(self, options: Options) -> Found | None:
        try:
            return self._client.get(APPLICATION, options["namespace"], options["name"])
        except MissingFoundationError:
            # where Argo CD isn't installed there are no applications
            return None

    def _delete(self, options: Options) -> None:
        namespace, name = options["namespace"], options["name"]
        found = self._client.get(APPLICATION, namespace, name)
        if found is None:
            return
        wanted = self._kept(found) + ([CASCADE_FINALIZER] if self._cascade else [])
        if wanted != _finalizers(found):
            self._client.merge_patch(APPLICATION, namespace, name, {"metadata": {"finalizers": wanted}})
        self._client.delete(APPLICATION, namespace, name)

    def _kept(self, found: Found) -> list[str]:
        """The finalizers that have nothing to do with cascading."""
        return [finalizer for finalizer in _finalizers(found) if finalizer not in CASCADE_FINALIZERS]

    def _target(self, options: Options) -> Target:
        return Target(label_of(options), read=partial(self._find, options), judge=removed)


def _finalizers(found: Found) -> list[str]:
    return list(found["metadata"].get("finalizers") or [])
