"""What the environment says."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

from facility_messaging.environment import required, whole_number
from facility_messaging.kafka import Broker

from event_source.retry import RetryPolicy


@dataclass(frozen=True)
class Settings:
    """What is read, where it goes and how hard it is tried; times in seconds."""

    broker: Broker
    topic: str
    group: str
    dead_letter_topic: str
    sink: str
    namespace: str
    """Kubernetes namespace that the events' source names."""
    extensions: dict[str, str] = field(default_factory=dict)
    """CloudEvents attributes that Knative wants on every event."""
    max_in_flight: int = 4
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    sink_timeout: float = 60.0
    """How long one attempt may take: a function scaled to zero has to start first."""
    grace: float = 20.0
    """What events under way get after SIGTERM."""
    session_timeout: float = 10.0
    """After which the broker gives the partitions of a vanished consumer to another."""
    port: int = 8081

    @classmethod
    def from_environment(cls) -> Settings:
        """From the variables that the README lists; ValueError names what is wrong."""
        return cls(
            broker=Broker.from_environment(),
            topic=required("KAFKA_TOPIC"),
            group=required("KAFKA_GROUP"),
            dead_letter_topic=required("KAFKA_DEAD_LETTER_TOPIC"),
            sink=required("K_SINK"),
            namespace=required("POD_NAMESPACE"),
            extensions=_extensions(os.environ.get("K_CE_OVERRIDES", "")),
            max_in_flight=whole_number("MAX_IN_FLIGHT", cls.max_in_flight),
            retry=RetryPolicy(
                attempts=whole_number("RETRY_LIMIT", RetryPolicy.attempts),
                first_pause=whole_number("RETRY_BACKOFF_MS", 200) / 1000,
            ),
            sink_timeout=whole_number("SINK_TIMEOUT_MS", 60_000) / 1000,
            grace=whole_number("SHUTDOWN_GRACE_MS", 20_000) / 1000,
            session_timeout=whole_number("KAFKA_SESSION_TIMEOUT_MS", 10_000) / 1000,
            port=whole_number("PORT", cls.port),
        )


def _extensions(overrides: str) -> dict[str, str]:
    """The attributes in Knative's K_CE_OVERRIDES, ``{"extensions": {name: value}}`` or empty."""
    if not overrides:
        return {}
    try:
        extensions = json.loads(overrides).get("extensions") or {}
        return {str(name): str(value) for name, value in extensions.items()}
    except (ValueError, AttributeError) as error:
        raise ValueError("environment variable K_CE_OVERRIDES must be a JSON object of extensions") from error
