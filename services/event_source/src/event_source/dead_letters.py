"""What becomes of events that the sink won't take."""

from __future__ import annotations

import asyncio
import logging

from aiokafka import ConsumerRecord
from facility_messaging.producer import AcknowledgedProducer, NotAcknowledgedError, RecordTooLargeError

from event_source.event import EventMaker
from event_source.sink import Failure

log = logging.getLogger(__name__)

#: Seconds between attempts to write a dead letter.
PAUSE = 2.0


class DeadLetters:
    """A topic that keeps what couldn't be delivered, with the reason."""

    def __init__(self, producer: AcknowledgedProducer, topic: str, events: EventMaker, sink_url: str) -> None:
        """``sink_url`` is named in every letter as the one who didn't take it."""
        self.topic = topic
        self._producer = producer
        self._events = events
        self._sink_url = sink_url

    async def write(self, record: ConsumerRecord, failure: Failure) -> None:
        """Return once the broker has acknowledged the letter, however long that takes: an event is never dropped."""
        while True:
            try:
                await self._producer.send(
                    self.topic, key=record.key, value=record.value, headers=self._headers(record, failure)
                )
            except (NotAcknowledgedError, RecordTooLargeError) as error:
                log.error(
                    "dead letter not written, trying again",
                    extra={"partition": record.partition, "offset": record.offset, "reason": str(error)},
                )
                await asyncio.sleep(PAUSE)
            else:
                return

    def _headers(self, record: ConsumerRecord, failure: Failure) -> list[tuple[str, bytes]]:
        """The event's attributes and the error as Knative's delivery contract names them."""
        attributes = self._events.attributes(record)
        content_type = attributes.pop("datacontenttype")
        attributes["time"] = attributes["time"].isoformat()
        return [
            ("content-type", content_type.encode()),
            *((f"ce-{name}", str(value).encode()) for name, value in attributes.items()),
            ("ce-knativeerrordest", self._sink_url.encode()),
            ("ce-knativeerrorcode", str(failure.status).encode()),
            # Whatever the sink answered, readers of the topic get valid UTF-8.
            ("ce-knativeerrordata", failure.reason.decode(errors="replace").encode()),
        ]
