# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kafka topic, and what is to become of it. No network here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

State = dict[str, Any]

# What stands for the brokers' own default in a request.
BROKER_DEFAULT = -1


@dataclass(frozen=True)
class Topic:
    """A topic as the cluster has it.

    :param partitions: for each, in order, ``{partition, leader, replicas, in_sync}`` by broker ids.
    :param config: what is set for the topic itself, name -> value; defaults of the brokers are not in it.
    """

    name: str
    partitions: Sequence[Mapping[str, Any]]
    config: Mapping[str, str]

    @property
    def state(self) -> State:
        """The topic in the module's options."""
        return {
            "partitions": len(self.partitions),
            "replication_factor": len(self.partitions[0]["replicas"]) if self.partitions else 0,
            "config": dict(self.config),
        }


@dataclass(frozen=True)
class TopicWrite:
    """What there is to write of a topic.

    :param partitions: of a new topic, as is ``replication_factor``.
    :param grow_to: the number of partitions an existing topic is to grow to, or None.
    :param config: name -> value to set, None to give back to the brokers' default.
    """

    partitions: int = BROKER_DEFAULT
    replication_factor: int = BROKER_DEFAULT
    grow_to: int | None = None
    config: Mapping[str, str | None] | None = None


def plan_present(wanted: Sequence[Mapping[str, Any]], current: Mapping[str, Topic], purge_config: bool) -> list[Change]:
    """What is to become of topics that should be as ``wanted`` (module options; one that is None stays as it is).

    :param purge_config: whether settings that aren't wanted are to go, of topics whose ``config`` is given.
    :returns: changes in the order of ``wanted``; the payload is a TopicWrite.
    """
    changes = []
    for options in wanted:
        topic = current.get(options["name"])
        changes.append(_creation(options) if topic is None else _update(options, topic, purge_config))
    return changes


def plan_absent(wanted: Sequence[Mapping[str, Any]], current: Mapping[str, Topic]) -> list[Change]:
    """What is to become of topics that should not be there."""
    states = {options["name"]: current.get(options["name"]) for options in wanted}
    return [Change(name=name, before=topic.state if topic else None, after=None) for name, topic in states.items()]


def _creation(options: Mapping[str, Any]) -> Change:
    config = {name: value for name, value in _settings(options).items() if value is not None}
    partitions, replicas = options.get("partitions"), options.get("replication_factor")
    after = {"partitions": partitions, "replication_factor": replicas, "config": config}
    return Change(
        name=options["name"],
        before=None,
        after=after,
        result=after,
        payload=TopicWrite(
            partitions=partitions or BROKER_DEFAULT, replication_factor=replicas or BROKER_DEFAULT, config=config
        ),
    )


def _update(options: Mapping[str, Any], topic: Topic, purge_config: bool) -> Change:
    before = topic.state
    wanted = _settings(options)
    if purge_config and options.get("config") is not None:
        wanted = {**dict.fromkeys(topic.config), **wanted}
    writes = {name: value for name, value in wanted.items() if topic.config.get(name) != value}
    config = {name: value for name, value in {**topic.config, **writes}.items() if value is not None}
    partitions = options.get("partitions") or before["partitions"]
    _check_possible(options, before)
    after = {**before, "partitions": partitions, "config": config}
    return Change(
        name=topic.name,
        before=before,
        after=after,
        result=after,
        payload=TopicWrite(grow_to=partitions if partitions > before["partitions"] else None, config=writes),
    )


def _check_possible(options: Mapping[str, Any], before: State) -> None:
    subject = f"Kafka topic '{options['name']}'"
    if options.get("partitions") and options["partitions"] < before["partitions"]:
        raise DiagnosisError(
            subject,
            f"it has {before['partitions']} partitions and can't shrink to {options['partitions']}: Kafka only adds partitions",
            f"Ask for {before['partitions']} or more, or remove the topic with its records and create it anew",
        )
    replicas = options.get("replication_factor")
    if replicas and replicas != before["replication_factor"]:
        raise DiagnosisError(
            subject,
            f"it has {before['replication_factor']} replicas, and this module doesn't move replicas (asked for {replicas})",
            "Reassign its partitions with Kafka's own tool, or leave replication_factor out",
        )


def _settings(options: Mapping[str, Any]) -> dict[str, str | None]:
    """The wanted settings as Kafka writes them: words, booleans in lower case; None stays."""
    return {name: _word(value) for name, value in (options.get("config") or {}).items()}


def _word(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
