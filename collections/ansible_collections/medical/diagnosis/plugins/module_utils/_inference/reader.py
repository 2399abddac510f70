# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Knative services with their revisions, and waits until they are ready where that is wished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._inference.pods import problems
from ansible_collections.medical.diagnosis.plugins.module_utils._inference.summary import (
    REVISION_LABEL,
    SERVICE_LABEL,
    is_ready,
    summarize,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import (
    KNATIVE_REVISION,
    KNATIVE_SERVICE,
    POD,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    condition,
    observed,
    unless,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Tree = Mapping[str, Any]

# A revision that is just starting may be called failed for a moment, say while its image can't be pulled yet.
FAILURE_GRACE = 30.0
FAILURE_CURE = "Read the revision's pods with `kubectl describe` and `kubectl logs`."
becomes_ready = observed(
    unless(condition("Ready", "False"), condition("Ready"), grace=FAILURE_GRACE, cure=FAILURE_CURE)
)


class InferenceServiceReader:
    """The Knative services of a cluster that a task asks about.

    :param names: those of these names only; they need a namespace.
    :param namespace: those of this namespace only; None takes all namespaces.
    :param label_selector: those that it matches only.
    """

    def __init__(
        self,
        client: KubernetesClient,
        *,
        names: Sequence[str] | None = None,
        namespace: str | None = None,
        label_selector: str | None = None,
    ) -> None:
        self._client = client
        self._names = names
        self._namespace = namespace
        self._label_selector = label_selector

    def wait(self, timeout: float) -> None:
        """Return when every service is ready in its newest generation; one that is named may still have to come.

        :raises DiagnosisError: where one fails or the time is over; it tells what keeps the newest pods from running.
        """
        named = [(self._namespace or "", name) for name in self._names or []]
        found = [(service["metadata"]["namespace"], service["metadata"]["name"]) for service in self._services()]
        targets = [self._target(*where) for where in named or found]
        try:
            wait_for(targets, timeout)
        except DiagnosisError as error:
            told = [error.problem, *(reason for target in targets for reason in self._reasons(target))]
            raise DiagnosisError(error.subject, "; ".join(told), error.cure) from error

    def read(self) -> list[dict[str, Any]]:
        """The services, each with its revisions, by namespace and name; those that aren't there are left out."""
        services = self._services()
        revisions: dict[tuple[str, str], list[Tree]] = defaultdict(list)
        for revision in self._client.list(KNATIVE_REVISION, self._namespace, SERVICE_LABEL) if services else ():
            metadata = revision["metadata"]
            revisions[metadata["namespace"], metadata["labels"][SERVICE_LABEL]].append(revision)
        return [
            self._summarize(service, revisions[service["metadata"]["namespace"], service["metadata"]["name"]])
            for service in services
        ]

    def _summarize(self, service: Tree, revisions: Sequence[Tree]) -> dict[str, Any]:
        broken = [revision["metadata"] for revision in revisions if not is_ready(revision).done]
        reasons = {metadata["name"]: self._problems(metadata["namespace"], metadata["name"]) for metadata in broken}
        return summarize(service, revisions, reasons)

    def _problems(self, namespace: str, revision: str) -> list[str]:
        """What keeps the pods of a revision from running; what several say is told once."""
        pods = self._client.list(POD, namespace, f"{REVISION_LABEL}={revision}")
        return list(dict.fromkeys(problem for pod in pods for problem in problems(pod)))

    def _reasons(self, target: Target) -> Iterator[str]:
        """The problems of the newest revision of a service that was waited for in vain."""
        newest = ((target.latest or {}).get("status") or {}).get("latestCreatedRevisionName")
        if target.latest is not None and newest and not target.outcome.done:
            for problem in self._problems(target.latest["metadata"]["namespace"], newest):
                yield f"{newest}: {problem}"

    def _services(self) -> list[Tree]:
        found = self._client.list(KNATIVE_SERVICE, self._namespace, self._label_selector)
        return [service for service in found if self._names is None or service["metadata"]["name"] in self._names]

    def _target(self, namespace: str, name: str) -> Target:
        read = partial(self._client.get, KNATIVE_SERVICE, namespace, name)
        return Target(f"Inference service '{namespace}/{name}'", read=read, judge=becomes_ready)
