# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a bucket's notifications as RGW writes and reads it: S3's XML with filters that botocore lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.xml import parse_xml

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
METADATA_PREFIX = "x-amz-meta-"


@dataclass(frozen=True)
class Notification:
    """One notification of a bucket.

    :param topic_arn: the topic that gets the events.
    :param events: such as ``s3:ObjectCreated:*``.
    :param key: filter on the object's key: ``prefix``, ``suffix`` and ``regex``, those that are set.
    :param metadata: filter on user metadata, names with their ``x-amz-meta-``.
    :param tags: filter on object tags.
    """

    id: str
    topic_arn: str
    events: frozenset[str]
    key: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def render(notifications: Sequence[Notification]) -> bytes:
    """The body of PUT ?notification."""
    root = ElementTree.Element("NotificationConfiguration", xmlns=NAMESPACE)
    for notification in notifications:
        entry = ElementTree.SubElement(root, "TopicConfiguration")
        ElementTree.SubElement(entry, "Id").text = notification.id
        ElementTree.SubElement(entry, "Topic").text = notification.topic_arn
        for event in sorted(notification.events):
            ElementTree.SubElement(entry, "Event").text = event
        rules = {"S3Key": notification.key, "S3Metadata": notification.metadata, "S3Tags": notification.tags}
        if any(rules.values()):
            filters = ElementTree.SubElement(entry, "Filter")
            for kind, pairs in rules.items():
                _render_rules(filters, kind, pairs)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def parse(body: bytes) -> list[Notification]:
    """The notifications in the answer to GET ?notification; raises ValueError for anything but XML."""
    root = parse_xml(body)
    return [
        Notification(
            id=entry.findtext("{*}Id") or "",
            topic_arn=entry.findtext("{*}Topic") or "",
            events=frozenset(event.text or "" for event in entry.findall("{*}Event")),
            key=_parse_rules(entry, "S3Key"),
            metadata=_parse_rules(entry, "S3Metadata"),
            tags=_parse_rules(entry, "S3Tags"),
        )
        for entry in root.findall("{*}TopicConfiguration")
    ]


def _render_rules(filters: ElementTree.Element, kind: str, pairs: Mapping[str, str]) -> None:
    if not pairs:
        return
    parent = ElementTree.SubElement(filters, kind)
    for name, value in sorted(pairs.items()):
        rule = ElementTree.SubElement(parent, "FilterRule")
        ElementTree.SubElement(rule, "Name").text = name
        ElementTree.SubElement(rule, "Value").text = value


def _parse_rules(entry: ElementTree.Element, kind: str) -> dict[str, str]:
    return {
        rule.findtext("{*}Name") or "": rule.findtext("{*}Value") or ""
        for rule in entry.findall(f"{{*}}Filter/{{*}}{kind}/{{*}}FilterRule")
    }
