# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions that are to be there: compared, written where they differ, and waited for all together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Applier, Plan, as_change
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.installation import Installation
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.judgement import installed, plan_to_approve
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.kinds import (
    INSTALL_PLAN,
    NAMESPACE,
    OPERATOR_GROUP,
    SUBSCRIPTION,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.manifests import (
    Manifest,
    Options,
    label_of,
    namespace_manifest,
    operator_group_manifest,
    subscription_manifest,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.reader import Reader
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.requirements import (
    Requirements,
    reject_contradictions,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

# In the order in which they have to be written.
KINDS = (NAMESPACE, OPERATOR_GROUP, SUBSCRIPTION)
# What OLM's webhook or older OLMs write into them says nothing about the wanted state.
VOLATILE_ANNOTATIONS = frozenset({"olm.providedAPIs"})
# Seconds within which OLM has seen a changed subscription and said so in its status, which names no generation.
SETTLING = 20.0


@dataclass
class _Item:
    """One subscription of the task.

    :param plans: what is to be written for it; of objects that several subscriptions share, the first one has them.
    :param found: subscription and all that belongs to it, as read before; None where it isn't there.
    :param approval: name of the install plan that was, or would be, approved.
    """

    options: Options
    plans: dict[Kind, Plan]
    found: Mapping[str, Any] | None
    approval: str = ""

    @property
    def change(self) -> Change:
        """What becomes of the subscription with the objects it needs."""
        changes = {kind: as_change(plan, {}, VOLATILE_ANNOTATIONS) for kind, plan in self.plans.items()}
        before: dict[str, Any] | None = {kind.name: change.before for kind, change in changes.items() if change.changed}
        after: dict[str, Any] = {kind.name: change.after for kind, change in changes.items() if change.changed}
        if self.approval and before is not None:
            before["approvedInstallPlan"], after["approvedInstallPlan"] = None, self.approval
        before = None if self.plans[SUBSCRIPTION].before is None else before
        return Change(self.options["name"], before, after, result_of(self.options["namespace"], self.found))


class PresentSubscriptions:
    """Subscriptions that are to be there.

    :param wait_timeout: seconds to wait until all operators run; None doesn't wait.
    """

    def __init__(
        self, client: KubernetesClient, subscriptions: Sequence[Options], *, wait_timeout: float | None
    ) -> None:
        self._client = client
        self._reader = Reader(client)
        self._requirements = Requirements(client)
        self._appliers = {kind: Applier(client, kind) for kind in KINDS}
        self._subscriptions = subscriptions
        self._wait_timeout = wait_timeout
        self._items: list[_Item] = []
        self._written_at: dict[str, float] = {}

    def plan(self) -> list[Change]:
        """What is to become of each subscription, in order; nothing is written."""
        reject_contradictions(self._subscriptions)
        planned: set[tuple[Kind, str, str]] = set()
        self._items = [self._planned(options, planned) for options in self._subscriptions]
        return [item.change for item in self._items]

    def apply(self) -> Iterator[Change]:
        """Write all that :meth:`plan` found to differ, approve what may be approved, wait; they come out as last seen."""
        targets = [self._target(item) for item in self._items]
        try:
            for kind in KINDS:
                for item in self._items:
                    self._write(kind, item)
            for item in self._items:
                if item.found is not None and item.approval:
                    self._approve(item, item.found)
            if self._wait_timeout is not None:
                wait_for(targets, self._wait_timeout)
        except DiagnosisError:
            yield from map(_seen, self._items, targets)
            raise
        yield from map(_seen, self._items, targets)

    def _planned(self, options: Options, planned: set[tuple[Kind, str, str]]) -> _Item:
        """Compare one subscription and what it needs; objects in ``planned`` are another one's already."""
        plans = {}
        for kind, manifest in self._manifests(options):
            identity = (kind, options["namespace"], manifest["metadata"]["name"])
            if identity not in planned:
                planned.add(identity)
                plans[kind] = self._appliers[kind].plan(manifest)
        subscription = plans[SUBSCRIPTION]
        found = None if subscription.before is None else self._reader.complete(subscription.before)
        if as_change(subscription, {}, VOLATILE_ANNOTATIONS).changed:
            self._requirements.check_package(options)
            self._requirements.check_catalog(options)
        approval = "" if found is None else plan_to_approve(Installation(found), options)
        return _Item(options, plans, found, approval)

    def _manifests(self, options: Options) -> Iterator[tuple[Kind, Manifest]]:
        has_other_group = self._requirements.has_other_group(options)
        # A namespace of which only the name is wanted is nothing to write once it is there: there is no field to own.
        if options["namespace_labels"] or self._client.get(NAMESPACE, None, options["namespace"]) is None:
            yield NAMESPACE, namespace_manifest(options)
        if options["operator_group"] is not None and not has_other_group:
            yield OPERATOR_GROUP, operator_group_manifest(options)
        yield SUBSCRIPTION, subscription_manifest(options)

    def _write(self, kind: Kind, item: _Item) -> None:
        plan = item.plans.get(kind)
        if plan is None or not as_change(plan, {}, VOLATILE_ANNOTATIONS).changed:
            return
        self._appliers[kind].write(plan)
        if kind is SUBSCRIPTION:
            self._written_at[label_of(item.options)] = time.monotonic()

    def _target(self, item: _Item) -> Target:
        label = label_of(item.options)
        return Target(
            label,
            read=partial(self._read, item.options),
            judge=installed(item.options, partial(self._is_settling, label)),
            nudge=partial(self._approve, item),
            latest=item.found,
        )

    def _read(self, options: Options) -> Mapping[str, Any] | None:
        # what the channel leads to tells whether the status is about the changed subscription already
        settling = self._is_settling(label_of(options))
        return self._reader.read(options["namespace"], options["name"], with_catalog=settling)

    def _is_settling(self, label: str) -> bool:
        written_at = self._written_at.get(label)
        return written_at is not None and time.monotonic() - written_at < SETTLING

    def _approve(self, item: _Item, found: Mapping[str, Any]) -> None:
        """Approve the install plan of the wanted version, and no other one."""
        installation = Installation(found)
        name = plan_to_approve(installation, item.options)
        if not name:
            return
        self._client.merge_patch(INSTALL_PLAN, installation.namespace, name, {"spec": {"approved": True}})
        item.approval = name


def result_of(namespace: str, found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the modules return about a subscription besides its name."""
    if found is None:
        found = {"subscription": {"metadata": {"namespace": namespace}}}
    return Installation(found).as_result()


def _seen(item: _Item, target: Target) -> Change:
    """The item's change with the state in which the subscription was last seen."""
    return replace(item.change, result=result_of(item.options["namespace"], target.latest))
