# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of buckets: what is to become of each. No network here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_xml import (
    METADATA_PREFIX,
    Notification,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic import topic_name
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

State = dict[str, Any]

KEY_FILTERS = ("prefix", "suffix", "regex")
# Those that a gateway of Ceph 20.2 gives back as it got them. It takes some others, and makes them UnknownEvent.
EVENTS = (
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectLifecycle:*",
    "s3:ObjectLifecycle:Expiration:*",
    "s3:ObjectLifecycle:Expiration:Current",
    "s3:ObjectLifecycle:Expiration:NonCurrent",
    "s3:ObjectLifecycle:Expiration:DeleteMarker",
    "s3:ObjectLifecycle:Transition:*",
    "s3:ObjectLifecycle:Transition:Current",
    "s3:ObjectLifecycle:Transition:NonCurrent",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectSynced:*",
    "s3:ObjectSynced:Create",
    "s3:ObjectSynced:Delete",
    "s3:ObjectSynced:DeletionMarkerCreated",
    "s3:Replication:*",
    "s3:Replication:Create",
    "s3:Replication:Delete",
    "s3:Replication:DeletionMarkerCreated",
)


def plan_present(
    bucket: str,
    wanted: Sequence[Mapping[str, Any]],
    current: Sequence[Notification],
    arns: Mapping[str, str],
    purge: bool,
) -> list[Change]:
    """What is to become of one bucket's notifications.

    :param wanted: module options of each notification.
    :param arns: topic name -> ARN of the topics there are.
    :param purge: whether those not wanted are to go.
    :returns: changes in the order of ``wanted``, then the removals; the payload of a write is its Notification.
    """
    there = {notification.id: notification for notification in current}
    changes = []
    for options in wanted:
        notification = _wanted(bucket, options, arns)
        changes.append(_change(bucket, there.get(notification.id), notification))
    if purge:
        names = {options["id"] for options in wanted}
        changes += [_change(bucket, strange, None) for identifier, strange in there.items() if identifier not in names]
    return changes


def plan_absent(bucket: str, wanted: Sequence[Mapping[str, Any]], current: Sequence[Notification]) -> list[Change]:
    """The removals of one bucket."""
    there = {notification.id: notification for notification in current}
    return [_change(bucket, there.get(options["id"]), None, options["id"]) for options in wanted]


def state_of(notification: Notification) -> State:
    """The notification in the module's options, what isn't filtered left out."""
    filters: State = {name: notification.key[name] for name in KEY_FILTERS if name in notification.key}
    if notification.metadata:
        filters["metadata"] = dict(notification.metadata)
    if notification.tags:
        filters["tags"] = dict(notification.tags)
    return {
        "topic": topic_name(notification.topic_arn),
        "topic_arn": notification.topic_arn,
        "events": sorted(notification.events),
        "filter": filters,
    }


def _wanted(bucket: str, options: Mapping[str, Any], arns: Mapping[str, str]) -> Notification:
    subject = f"Notification '{options['id']}' of bucket '{bucket}'"
    topic = options.get("topic")
    if not topic or not options.get("events"):
        lacking = " and ".join(name for name in ("topic", "events") if not options.get(name))
        raise DiagnosisError(subject, f"{lacking} is not given", "Say where which events go, or use state: absent")
    # An ARN is taken as it is, so that a topic of another user can be named, whom the list of topics may hide.
    arn = topic if topic.startswith("arn:") else arns.get(topic)
    if arn is None:
        raise DiagnosisError(
            subject, f"there is no topic '{topic}'", "Create it first with medical.diagnosis.rgw_topic"
        )
    filters = options.get("filter") or {}
    return Notification(
        id=options["id"],
        topic_arn=arn,
        events=frozenset(options["events"]),
        key={name: filters[name] for name in KEY_FILTERS if filters.get(name)},
        metadata={_metadata_name(name): str(value) for name, value in (filters.get("metadata") or {}).items()},
        tags={name: str(value) for name, value in (filters.get("tags") or {}).items()},
    )


def _metadata_name(name: str) -> str:
    """The header's name as the gateway compares it."""
    lower = name.lower()
    return lower if lower.startswith(METADATA_PREFIX) else f"{METADATA_PREFIX}{lower}"


def _change(bucket: str, before: Notification | None, after: Notification | None, identifier: str = "") -> Change:
    subject = after or before
    identifier = subject.id if subject else identifier
    return Change(
        name=f"{bucket}/{identifier}",
        before=state_of(before) if before else None,
        after=state_of(after) if after else None,
        result={"bucket": bucket, "id": identifier, **(state_of(subject) if subject else {})},
        payload=after,
    )
