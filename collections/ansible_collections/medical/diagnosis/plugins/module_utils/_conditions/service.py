# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at objects of any kind until each has come as far as is wished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._conditions.judgement import phase_of, reached
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Options = Mapping[str, Any]


class ResourceConditions:
    """Objects that are waited for.

    :param resources: options of each, see the module resource_condition.
    """

    def __init__(self, client: KubernetesClient, resources: Sequence[Options]) -> None:
        self._client = client
        # an operator may bring the kind only after the first look, so a failure to find it isn't kept
        self._kind_of = cache(client.kind_of)
        self._resources = resources

    def read(self) -> list[dict[str, Any]]:
        """How far each object is now; those whose kind isn't there yet aren't there either."""
        targets = [self._target(options) for options in self._resources]
        for target in targets:
            target.look(0.0)
        return [_result(options, target) for options, target in zip(self._resources, targets, strict=True)]

    def wait(self, timeout: float) -> list[dict[str, Any]]:
        """Return when all objects are as far as is wished.

        :raises DiagnosisError: as soon as one has failed, or when the time is over.
        """
        targets = [self._target(options) for options in self._resources]
        wait_for(targets, timeout)
        return [_result(options, target) for options, target in zip(self._resources, targets, strict=True)]

    def _target(self, options: Options) -> Target:
        label = Kind("", "", options["kind"], "", "").label(options["namespace"], options["name"])
        return Target(label, read=partial(self._find, options), judge=reached(options))

    def _find(self, options: Options) -> dict[str, Any] | None:
        try:
            kind = self._kind_of(options["api_version"], options["kind"])
            return self._client.get(kind, options["namespace"], options["name"])
        except KindNotServedError as error:
            # its operator may be about to bring it
            raise DiagnosisError(error.subject, error.problem, error.cure, transient=True) from error


def _result(options: Options, target: Target) -> dict[str, Any]:
    status = (target.latest or {}).get("status") or {}
    return {
        "api_version": options["api_version"],
        "kind": options["kind"],
        "namespace": options["namespace"] or "",
        "name": options["name"],
        "exists": target.latest is not None,
        "reached": target.outcome.done,
        "detail": target.outcome.detail,
        "phase": phase_of(target.latest),
        "conditions": status.get("conditions") or [],
    }
