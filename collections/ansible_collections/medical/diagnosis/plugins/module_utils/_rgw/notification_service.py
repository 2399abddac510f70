# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of buckets compared and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification import (
    plan_absent,
    plan_present,
    state_of,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_client import NotificationClient
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_client import TopicClient


class NotificationService:
    """What the module does with the notifications of several buckets."""

    def __init__(self, topics: TopicClient, notifications: NotificationClient) -> None:
        self._topics = topics
        self._notifications = notifications

    def plan_present(self, buckets: Sequence[Mapping[str, Any]], purge: bool) -> list[Change]:
        """What is to become of the buckets' notifications (module options)."""
        arns = self._topics.arns() if any(bucket["notifications"] for bucket in buckets) else {}
        changes: list[Change] = []
        for bucket in buckets:
            name = bucket["bucket"]
            changes += plan_present(name, bucket["notifications"], self._notifications.get(name), arns, purge)
        return changes

    def plan_absent(self, buckets: Sequence[Mapping[str, Any]]) -> list[Change]:
        """What is to become of notifications that should not be there."""
        changes: list[Change] = []
        for bucket in buckets:
            name = bucket["bucket"]
            changes += plan_absent(name, bucket["notifications"], self._notifications.get(name))
        return changes

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write what differs, a bucket's new and changed ones in one request; yields each change when it is done."""
        for bucket, group in groupby(changes, key=lambda change: change.result["bucket"]):
            of_bucket = list(group)
            writes = [change.payload for change in of_bucket if change.action in ("create", "update")]
            if writes:
                self._notifications.put(bucket, writes)
            for change in of_bucket:
                if change.action == "delete":
                    self._notifications.delete(bucket, change.result["id"])
                yield change


def describe(client: NotificationClient, buckets: Sequence[str] | None) -> list[dict[str, Any]]:
    """The buckets' notifications as the info module returns them; of all the user's buckets where none are named."""
    return [
        {
            "bucket": bucket,
            "notifications": [{"id": entry.id, **state_of(entry)} for entry in client.get(bucket)],
        }
        for bucket in (client.buckets() if buckets is None else buckets)
    ]
