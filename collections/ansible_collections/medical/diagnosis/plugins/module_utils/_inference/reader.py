# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Knative services with their revisions, and waits until they are ready where that is wished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._inference.summary import SERVICE_LABEL, summarize
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import (
    KNATIVE_REVISION,
    KNATIVE_SERVICE,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    condition,
    observed,
    unless,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for

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
        """Return when every service is ready in its newest generation; one that is named may still have to come."""
        named = [(self._namespace or "", name) for name in self._names or []]
        found = [(service["metadata"]["namespace"], service["metadata"]["name"]) for service in self._services()]
        wait_for([self._target(*where) for where in named or found], timeout)

    def read(self) -> list[dict[str, Any]]:
        """The services, each with its revisions, by namespace and name; those that aren't there are left out."""
        revisions: dict[tuple[str, str], list[Tree]] = defaultdict(list)
        services = self._services()
        for revision in self._client.list(KNATIVE_REVISION, self._namespace, SERVICE_LABEL) if services else ():
            metadata = revision["metadata"]
            revisions[metadata["namespace"], metadata["labels"][SERVICE_LABEL]].append(revision)
        return [
            summarize(service, revisions[service["metadata"]["namespace"], service["metadata"]["name"]])
            for service in services
        ]

    def _services(self) -> list[Tree]:
        found = self._client.list(KNATIVE_SERVICE, self._namespace, self._label_selector)
        return [service for service in found if self._names is None or service["metadata"]["name"] in self._names]

    def _target(self, namespace: str, name: str) -> Target:
        read = partial(self._client.get, KNATIVE_SERVICE, namespace, name)
        return Target(f"Inference service '{namespace}/{name}'", read=read, judge=becomes_ready)
