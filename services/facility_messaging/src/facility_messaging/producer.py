"""Records that are either acknowledged by all in-sync replicas or reported as not taken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from facility_messaging.complaints import Complaints
from facility_messaging.kafka import Broker

log = logging.getLogger(__name__)

#: Above the broker's own limit (1 MiB unless configured): the broker decides what is too large, not the client.
LARGEST_REQUEST = 4 * 1024 * 1024


class NotAcknowledgedError(Exception):
    """The broker didn't take the record in time; the message says why. It may still arrive: send it again."""


class RecordTooLargeError(Exception):
    """The broker will never take this record."""


class AcknowledgedProducer:
    """An idempotent producer with acks=all that connects when first needed and survives what ends aiokafka's.

    aiokafka reconnects to a broker that comes back. But once a batch is refused or given up, the sequence numbers that
    make it idempotent have a gap, and the broker refuses everything after: such a producer is replaced by a new one.
    """

    def __init__(self, broker: Broker, client_id: str, timeout: float) -> None:
        """``timeout``: seconds that `send` waits at most."""
        self._broker = broker
        self._client_id = client_id
        self._timeout = timeout
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._complaints = Complaints()

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Return once the record is acknowledged.

        Raises NotAcknowledgedError within the timeout, RecordTooLargeError at once.
        """
        try:
            async with asyncio.timeout(self._timeout):
                producer = await self._connected()
                await self._send(producer, topic, key, value, headers)
        except TimeoutError as error:
            raise NotAcknowledgedError(f"no acknowledgement within {self._timeout:g} s") from error

    async def problem(self, topic: str, seconds: float) -> str | None:
        """None if the broker answers within ``seconds`` and has ``topic``, else what is wrong."""
        try:
            async with asyncio.timeout(seconds):
                producer = await self._connected()
                await producer.partitions_for(topic)
                # What is known of the topic may be old: only a fresh answer proves that the broker is there.
                if not await producer.client.force_metadata_update():
                    return "the broker can't be reached"
                if not producer.client.cluster.partitions_for_topic(topic):
                    return f"topic {topic} isn't there"
        except TimeoutError:
            return f"no answer from the broker within {seconds:g} s"
        except NotAcknowledgedError as error:
            return str(error)
        except KafkaError as error:
            return f"topic {topic}: {error}"
        return None

    async def stop(self) -> None:
        """Disconnect; what isn't acknowledged within the timeout is given up."""
        if self._producer is not None:
            self._replace(self._producer)
        if self._closing:
            await asyncio.wait(self._closing, timeout=self._timeout)

    async def _send(
        self,
        producer: AIOKafkaProducer,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
    ) -> None:
        try:
            await producer.send_and_wait(topic, key=key, value=value, headers=list(headers))
        except KafkaError as error:
            if not error.retriable:
                log.warning("connecting anew", extra={"reason": str(error)})
                self._replace(producer)
            if isinstance(error, MessageSizeTooLargeError):
                raise RecordTooLargeError(str(error)) from error
            raise NotAcknowledgedError(str(error)) from error

    async def _connected(self) -> AIOKafkaProducer:
        """The producer, connected; NotAcknowledgedError if that doesn't succeed."""
        async with self._connecting:
            if self._producer is None:
                self._producer = await self._connect()
            return self._producer

    async def _connect(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **self._broker.client_options(self._client_id),
            acks="all",
            enable_idempotence=True,
            # A dead letter is its record and more: compressed it fits where the record did.
            compression_type="gzip",
            max_request_size=LARGEST_REQUEST,
            request_timeout_ms=round(self._timeout * 1000),
        )
        try:
            await producer.start()
        except BaseException as error:
            await producer.stop()
            if isinstance(error, KafkaError):
                raise NotAcknowledgedError(self._complaints.explain(error)) from error
            raise
        return producer

    def _replace(self, producer: AIOKafkaProducer) -> None:
        """Let the next `send` connect anew."""
        current = self._producer
        if current is None or current is not producer:
            return
        self._producer = None
        # Not awaited: closing waits for batches that other callers still hope for.
        task = asyncio.create_task(current.stop())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
