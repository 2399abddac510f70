# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics compared and written, with the notifications that hang on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic import (
    Topic,
    Use,
    ignored_by_gateway,
    plan_absent,
    plan_present,
    result_of,
    with_uses,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_client import NotificationClient
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_client import TopicClient


class TopicService:
    """What the modules do with topics.

    :param notifications: for the notifications that name a topic, in the buckets of the same user.
    """

    def __init__(self, topics: TopicClient, notifications: NotificationClient) -> None:
        self._topics = topics
        self._notifications = notifications

    def read(self, names: Sequence[str] | None = None) -> dict[str, Topic]:
        """Name -> topic, of those in ``names`` that exist, or of all."""
        arns = self._topics.arns()
        wanted = [name for name in (arns if names is None else names) if name in arns]
        found = ((name, self._topics.get(name, arns[name])) for name in wanted)
        return {name: topic for name, topic in found if topic is not None}

    def describe(self, names: Sequence[str] | None) -> list[dict[str, Any]]:
        """The topics as the info module returns them, with the notifications that send to them."""
        found = self.read(names)
        uses = self._uses() if found else {}
        return [
            {
                "name": name,
                "owner": topic.owner,
                **result_of(topic.arn, uses.get(name, ())),
                **topic.state,
            }
            for name, topic in found.items()
        ]

    def plan_present(self, wanted: Sequence[Mapping[str, Any]]) -> list[Change]:
        """What is to become of topics that should be as ``wanted`` (module options)."""
        changes = plan_present(wanted, self.read([options["name"] for options in wanted]))
        # Looking into every bucket is for those runs only that change something.
        if not any(change.changed for change in changes):
            return changes
        uses = self._uses()
        return [with_uses(change, uses.get(change.name, ())) if change.changed else change for change in changes]

    def plan_absent(self, wanted: Sequence[Mapping[str, Any]], force: bool) -> list[Change]:
        """What is to become of topics that should not be there."""
        current = self.read([options["name"] for options in wanted])
        return plan_absent(wanted, current, self._uses() if current else {}, force)

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write what differs, yielding each change with what came of it."""
        for change in changes:
            if change.action == "delete":
                yield self._delete(change)
            elif change.changed:
                written, topic = self._write(change)
                yield written
                self._check_kept(change, topic)
            else:
                yield change

    def _write(self, change: Change) -> tuple[Change, Topic | None]:
        arn = self._topics.put(change.name, change.payload)
        # A notification keeps the topic as it was when the notification was written, so each is written again.
        for use in change.result["notifications"]:
            found = [entry for entry in self._notifications.get(use["bucket"]) if entry.id == use["id"]]
            self._notifications.put(use["bucket"], found)
        return replace(change, result={**change.result, "arn": arn}), self._topics.get(change.name, arn)

    def _check_kept(self, change: Change, topic: Topic | None) -> None:
        ignored = ignored_by_gateway(change.payload, topic) if topic else []
        if ignored:
            raise DiagnosisError(
                f"Topic '{change.name}'",
                f"the gateway took it and dropped {', '.join(ignored)}",
                "Gateways before Ceph 19 don't know these: leave them out, or update the gateway",
            )

    def _delete(self, change: Change) -> Change:
        for use in change.result["notifications"]:
            self._notifications.delete(use["bucket"], use["id"])
        self._topics.delete(change.name, change.result["arn"])
        return change

    def _uses(self) -> dict[str, list[Use]]:
        found = self._notifications.uses()
        return {topic: [(bucket, entry.id) for bucket, entry in pairs] for topic, pairs in found.items()}
