"""Servers that the services' tests share."""

from services.kafka_fixture import kafka, kafka_server
from services.postgresql_fixture import postgresql

__all__ = ["kafka", "kafka_server", "postgresql"]
