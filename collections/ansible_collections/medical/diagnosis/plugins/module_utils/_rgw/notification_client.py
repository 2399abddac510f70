# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets and their notifications, over signed requests: botocore's model knows key filters only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.faults import no_gateway
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_xml import Notification, parse, render
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.signed import SignedSession
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic import MISSING_TOPIC, topic_name
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.xml import parse_xml
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection


class NotificationClient:
    """Reads and writes the notifications of buckets; every fault is a DiagnosisError."""

    def __init__(self, connection: RgwConnection) -> None:
        self._connection = connection
        self._session = SignedSession(connection)

    def buckets(self) -> list[str]:
        """Names of the buckets that the user owns."""
        answer = self._session.send("GET", "/", self._connection.subject, "list buckets", {})
        try:
            root = parse_xml(answer.content)
        except ValueError as error:
            raise no_gateway(self._connection, self._connection.subject) from error
        return [name.text or "" for name in root.findall(".//{*}Bucket/{*}Name")]

    def get(self, bucket: str) -> list[Notification]:
        """The bucket's notifications, all of them."""
        subject = f"Bucket '{bucket}'"
        answer = self._session.send("GET", _path(bucket), subject, "read its notifications", {"notification": ""})
        try:
            return parse(answer.content)
        except ValueError as error:
            raise no_gateway(self._connection, subject) from error

    def put(self, bucket: str, notifications: Sequence[Notification]) -> None:
        """Create these notifications or replace those of the same Id; the gateway leaves the others alone."""
        subject = f"Bucket '{bucket}'"
        try:
            self._session.send(
                "PUT", _path(bucket), subject, "write its notifications", {"notification": ""}, render(notifications)
            )
        except DiagnosisError as error:
            if error.code not in MISSING_TOPIC:
                raise
            names = ", ".join(f"'{name}'" for name in sorted({topic_name(entry.topic_arn) for entry in notifications}))
            raise DiagnosisError(
                subject,
                f"its notifications weren't written: there is no topic {names}, or the user may not send to it",
                "Create it first with medical.diagnosis.rgw_topic",
                code=error.code,
            ) from error

    def delete(self, bucket: str, identifier: str) -> None:
        """Remove one notification; the gateway doesn't mind when there is none."""
        self._session.send(
            "DELETE",
            _path(bucket),
            f"Notification '{identifier}' of bucket '{bucket}'",
            "delete it",
            {"notification": identifier},
        )

    def uses(self) -> dict[str, list[tuple[str, Notification]]]:
        """Name of a topic -> pairs of bucket and notification that send to it, in all buckets of the user."""
        found: dict[str, list[tuple[str, Notification]]] = {}
        for bucket in self.buckets():
            for notification in self.get(bucket):
                found.setdefault(topic_name(notification.topic_arn), []).append((bucket, notification))
        return found


def _path(bucket: str) -> str:
    return f"/{quote(bucket, safe='')}"
