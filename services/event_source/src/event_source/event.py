"""A Kafka record as a CloudEvent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import ConsumerRecord
from cloudevents.core.bindings.http import HTTPMessage, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

EVENT_TYPE = "dev.knative.kafka.event"
CONTENT_TYPE = "application/json"


@dataclass(frozen=True)
class EventMaker:
    """Makes the events that Knative's own KafkaSource would, so that a function can't tell the two apart."""

    namespace: str
    extensions: dict[str, str] = field(default_factory=dict)

    def attributes(self, record: ConsumerRecord) -> dict[str, Any]:
        """CloudEvents attributes of ``record``."""
        attributes = {
            "specversion": "1.0",
            "type": EVENT_TYPE,
            "source": f"/apis/v1/namespaces/{self.namespace}/kafkasources/{record.topic}#{record.topic}",
            "id": f"partition:{record.partition}/offset:{record.offset}",
            "subject": f"partition:{record.partition}#{record.offset}",
            "time": datetime.fromtimestamp(record.timestamp / 1000, UTC),
            "datacontenttype": CONTENT_TYPE,
        }
        if record.key:
            attributes["key"] = record.key.decode(errors="replace")
        return attributes | self.extensions

    def request(self, record: ConsumerRecord) -> HTTPMessage:
        """``record`` in binary mode: attributes as headers, its value unchanged as the body."""
        return to_binary(CloudEvent(self.attributes(record), record.value), JSONFormat())
