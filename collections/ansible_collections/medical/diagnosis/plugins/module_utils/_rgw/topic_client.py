# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway's topics over its SNS API (boto3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable, TypeVar
from urllib.parse import quote, urlencode

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.boto import BotoClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.faults import no_gateway
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic import MISSING_TOPIC, Topic, topic_name
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection

T = TypeVar("T")


class TopicClient:
    """Reads and writes topics; every fault is a DiagnosisError."""

    def __init__(self, connection: RgwConnection) -> None:
        self._connection = connection
        self._sns = BotoClient(connection, "sns")
        self._sns.api.meta.events.register("before-sign.sns.CreateTopic", _quote_spaces)

    def arns(self) -> dict[str, str]:
        """Name -> ARN of the topics that the user may see."""

        def pages() -> list[str]:
            found = self._sns.api.get_paginator("list_topics").paginate().search("Topics[].TopicArn")
            return [arn for arn in found if arn]

        return {topic_name(arn): arn for arn in self._call(self._connection.subject, "list topics", pages)}

    def get(self, name: str, arn: str) -> Topic | None:
        """The topic, or None where it went away since it was listed."""
        subject = f"Topic '{name}'"
        try:
            told = self._call(subject, "read it", lambda: self._sns.api.get_topic_attributes(TopicArn=arn))
        except DiagnosisError as error:
            if error.code in MISSING_TOPIC:
                return None
            raise
        try:
            return Topic.from_sns(told["Attributes"])
        except (KeyError, ValueError) as error:
            raise no_gateway(self._connection, subject) from error

    def put(self, name: str, attributes: Mapping[str, str]) -> str:
        """Create the topic or replace all its attributes; returns its ARN."""
        answer = self._call(
            f"Topic '{name}'",
            "write it",
            lambda: self._sns.api.create_topic(Name=name, Attributes=dict(attributes)),
        )
        return str(answer["TopicArn"])

    def delete(self, name: str, arn: str) -> None:
        """Remove the topic; the gateway doesn't mind when there is none."""
        self._call(f"Topic '{name}'", "delete it", lambda: self._sns.api.delete_topic(TopicArn=arn))

    def _call(self, subject: str, doing: str, call: Callable[[], T]) -> T:
        try:
            return self._sns.call(subject, doing, call)
        except DiagnosisError as error:
            if error.code != "AccessDenied" or self._connection.endpoint_url.startswith("https:"):
                raise
            raise DiagnosisError(
                subject,
                error.problem,
                "Use an https endpoint_url if one of the topics has a password in its push_endpoint, of which the gateway "
                f"tells nothing over http. Or else: {error.cure}",
                code=error.code,
            ) from error


def _quote_spaces(request: Any, **_others: Any) -> None:
    """Write spaces as %20: gateways before Ceph 19 take the + that boto3 writes for a plus sign."""
    request.data = urlencode(request.data, quote_via=quote)
