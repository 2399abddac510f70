# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster's topics, read and written in batches: one request for many topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.faults import told_by_code
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.topic import Topic, TopicWrite
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient

_UNKNOWN_TOPIC = 3
_OWN_SETTING = "DYNAMIC_TOPIC_CONFIG"


class TopicClient:
    """Reads and writes topics; every fault is a DiagnosisError.

    The writing methods return the faults of single topics by name; those not in it were written.
    ``rehearse`` has the brokers check and write nothing.
    """

    def __init__(self, client: KafkaClient) -> None:
        self._client = client

    def get(self, names: Sequence[str] | None) -> dict[str, Topic]:
        """Name -> topic, of those named that exist, or of all but Kafka's own."""
        subject = self._client.connection.subject
        told = self._client.call(subject, "read topics", lambda admin: admin.describe_topics(names))
        found = [entry for entry in told if entry["error_code"] != _UNKNOWN_TOPIC]
        if names is None:
            found = [entry for entry in found if not entry["is_internal"]]
        for entry in found:
            if entry["error_code"]:
                raise self._fault(entry["name"], "read it", entry["error_code"], None)
        configs = self._configs([entry["name"] for entry in found])
        return {entry["name"]: _topic(entry, configs[entry["name"]]) for entry in found}

    def create(self, topics: Mapping[str, TopicWrite], rehearse: bool) -> dict[str, DiagnosisError]:
        """Create topics; those written are ready for use when this returns."""
        request = {
            name: {
                "num_partitions": write.partitions,
                "replication_factor": write.replication_factor,
                "configs": dict(write.config or {}),
            }
            for name, write in topics.items()
        }
        told = self._client.call(
            self._client.connection.subject,
            "create topics",
            lambda admin: admin.create_topics(request, validate_only=rehearse, raise_errors=False),
        )
        faults = self._faults(told["topics"], "create it")
        if not rehearse:
            self._wait([name for name in topics if name not in faults])
        return faults

    def grow(self, partitions: Mapping[str, int], rehearse: bool) -> dict[str, DiagnosisError]:
        """Add partitions up to the numbers given."""
        told = self._client.call(
            self._client.connection.subject,
            "add partitions",
            lambda admin: admin.create_partitions(dict(partitions), validate_only=rehearse, raise_errors=False),
        )
        faults = self._faults(told.to_dict()["results"], "add partitions to it")
        if not rehearse:
            self._wait([name for name in partitions if name not in faults])
        return faults

    def configure(self, configs: Mapping[str, Mapping[str, str | None]], rehearse: bool) -> dict[str, DiagnosisError]:
        """Set what isn't None, and give back the rest to the brokers' defaults; other settings stay."""
        resources = [
            lib.admin.ConfigResource(
                "TOPIC",
                name,
                {key: ("DELETE", None) if value is None else ("SET", value) for key, value in config.items()},
            )
            for name, config in configs.items()
        ]
        told = self._client.call(
            self._client.connection.subject,
            "configure topics",
            lambda admin: admin.alter_configs(
                resources, validate_only=rehearse, raise_on_unknown=False, incremental=True
            ),
        )
        return {
            name: DiagnosisError(f"Kafka topic '{name}'", f"the broker didn't configure it ({said})")
            for name, said in told["topic"].items()
            if said != "OK"
        }

    def delete(self, names: Sequence[str]) -> dict[str, DiagnosisError]:
        """Remove topics with their records."""
        told = self._client.call(
            self._client.connection.subject,
            "remove topics",
            lambda admin: admin.delete_topics(list(names), raise_errors=False),
        )
        # One that went away in the meantime is as wanted.
        entries = [entry for entry in told["topics"] if entry["error_code"] != _UNKNOWN_TOPIC]
        return self._faults(entries, "remove it")

    def _configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """Topic -> its own settings."""
        if not names:
            return {}
        resources = [lib.admin.ConfigResource("TOPIC", name) for name in names]
        told = self._client.call(
            self._client.connection.subject,
            "read the configuration of topics",
            lambda admin: admin.describe_configs(resources),
        )
        return {
            name: {key: entry["value"] for key, entry in settings.items() if entry["config_source"] == _OWN_SETTING}
            for name, settings in told["topic"].items()
        }

    def _wait(self, names: Sequence[str]) -> None:
        if names:
            timeout = int(self._client.connection.timeout * 1000)
            self._client.call(
                f"Kafka topic '{', '.join(names)}'",
                "make it ready",
                lambda admin: admin.wait_for_topics(names, timeout_ms=timeout),
            )

    def _faults(self, entries: Sequence[Mapping[str, Any]], doing: str) -> dict[str, DiagnosisError]:
        return {
            entry["name"]: self._fault(entry["name"], doing, entry["error_code"], entry.get("error_message"))
            for entry in entries
            if entry["error_code"]
        }

    def _fault(self, name: str, doing: str, code: int, message: str | None) -> DiagnosisError:
        return told_by_code(self._client.connection, f"Kafka topic '{name}'", doing, code, message)


def _topic(entry: Mapping[str, Any], config: Mapping[str, str]) -> Topic:
    partitions = [
        {
            "partition": partition["partition_index"],
            "leader": partition["leader_id"],
            "replicas": partition["replica_nodes"],
            "in_sync": partition["isr_nodes"],
        }
        for partition in sorted(entry["partitions"], key=lambda partition: partition["partition_index"])
    ]
    return Topic(name=entry["name"], partitions=partitions, config=config)
