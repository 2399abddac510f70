"""What the environment says."""

from __future__ import annotations

from dataclasses import dataclass

from facility_messaging.environment import required, whole_number
from facility_messaging.kafka import Broker


@dataclass(frozen=True)
class Settings:
    """Where records go and how long they may take."""

    broker: Broker
    topic: str
    port: int = 8080
    produce_timeout: float = 5.0
    """Seconds until a record that isn't acknowledged is answered with 503."""

    @classmethod
    def from_environment(cls) -> Settings:
        """From KAFKA_*, PORT and PRODUCE_TIMEOUT_MS; ValueError names what is wrong."""
        return cls(
            broker=Broker.from_environment(),
            topic=required("KAFKA_TOPIC"),
            port=whole_number("PORT", cls.port),
            produce_timeout=whole_number("PRODUCE_TIMEOUT_MS", 5000) / 1000,
        )
