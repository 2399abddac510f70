"""How to reach the broker."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from facility_messaging.environment import required


@dataclass(frozen=True)
class Broker:
    """A Kafka cluster and who we are to it; without a user name the connection is not authenticated."""

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls) -> Broker:
        """From KAFKA_BOOTSTRAP_SERVERS, KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_MECHANISM, KAFKA_USERNAME, KAFKA_PASSWORD."""
        protocol = os.environ.get("KAFKA_SECURITY_PROTOCOL") or cls.security_protocol
        if protocol not in {"PLAINTEXT", "SASL_PLAINTEXT"}:
            raise ValueError(f"KAFKA_SECURITY_PROTOCOL must be PLAINTEXT or SASL_PLAINTEXT, not {protocol!r}")
        authenticated = protocol == "SASL_PLAINTEXT"
        return cls(
            bootstrap_servers=required("KAFKA_BOOTSTRAP_SERVERS"),
            security_protocol=protocol,
            sasl_mechanism=os.environ.get("KAFKA_SASL_MECHANISM") or cls.sasl_mechanism,
            username=required("KAFKA_USERNAME") if authenticated else None,
            password=required("KAFKA_PASSWORD") if authenticated else None,
        )

    def client_options(self, client_id: str) -> dict[str, Any]:
        """Keyword arguments of every aiokafka client; ``client_id`` is the name in the broker's log and quotas."""
        return {
            "bootstrap_servers": self.bootstrap_servers,
            "client_id": client_id,
            "security_protocol": self.security_protocol,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            # aiokafka's 100 ms would be ten log lines a second for as long as a broker is away.
            "retry_backoff_ms": 500,
        }
