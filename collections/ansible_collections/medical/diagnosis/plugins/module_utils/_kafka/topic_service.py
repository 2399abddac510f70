# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics compared and written, in at most one request for creations, one for growth, one for settings, one for removals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.topic import plan_absent, plan_present
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.topic_client import TopicClient


class TopicService:
    """What the modules do with topics."""

    def __init__(self, client: TopicClient) -> None:
        self._client = client

    def describe(self, names: Sequence[str] | None) -> list[dict[str, Any]]:
        """The topics as the info module returns them; all but Kafka's own where none are named."""
        found = self._client.get(names)
        order = sorted(found) if names is None else [name for name in names if name in found]
        return [
            {
                "name": name,
                "partitions": found[name].partitions,
                "replication_factor": found[name].state["replication_factor"],
                "config": dict(found[name].config),
            }
            for name in order
        ]

    def plan_present(self, wanted: Sequence[Mapping[str, Any]], purge_config: bool, rehearse: bool) -> list[Change]:
        """What is to become of topics that should be as ``wanted`` (module options).

        :param rehearse: have the brokers check it, so that check mode fails where the run would.
        """
        current = self._client.get([options["name"] for options in wanted])
        changes = plan_present(wanted, current, purge_config)
        if rehearse:
            for fault in self._write(changes, rehearse=True).values():
                raise fault
        return changes

    def plan_absent(self, wanted: Sequence[Mapping[str, Any]]) -> list[Change]:
        """What is to become of topics that should not be there."""
        return plan_absent(wanted, self._client.get([options["name"] for options in wanted]))

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write what differs, then yield each change that was done; raises the first fault after them."""
        removals = [change.name for change in changes if change.action == "delete"]
        faults = self._client.delete(removals) if removals else self._write(changes, rehearse=False)
        created = [change.name for change in changes if change.action == "create" and change.name not in faults]
        states = {name: topic.state for name, topic in self._client.get(created).items()} if created else {}
        for change in changes:
            if change.name in states:
                # What was left to the brokers is known now.
                yield replace(change, result=states[change.name])
            elif change.name not in faults:
                yield change
        for fault in faults.values():
            raise fault

    def _write(self, changes: Sequence[Change], rehearse: bool) -> dict[str, DiagnosisError]:
        """Faults by topic."""
        creations = {change.name: change.payload for change in changes if change.action == "create"}
        updates = {change.name: change.payload for change in changes if change.action == "update"}
        growth = {name: write.grow_to for name, write in updates.items() if write.grow_to}
        configs = {name: write.config for name, write in updates.items() if write.config}
        faults: dict[str, DiagnosisError] = {}
        if creations:
            faults |= self._client.create(creations, rehearse)
        if growth:
            faults |= self._client.grow(growth, rehearse)
        if configs:
            faults |= self._client.configure(configs, rehearse)
        return faults
