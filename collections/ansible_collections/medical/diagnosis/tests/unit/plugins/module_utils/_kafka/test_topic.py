# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.topic import Topic, plan_absent, plan_present
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def films(partitions: int = 3, **config: str) -> Topic:
    replicas = [{"partition": number, "leader": 1, "replicas": [1, 2], "in_sync": [1]} for number in range(partitions)]
    return Topic(
        name="films", partitions=replicas, config=config or {"retention.ms": "1000", "cleanup.policy": "compact"}
    )


def plan(current: Topic | None, *, purge_config: bool = False, **options: Any) -> Any:
    (change,) = plan_present([{"name": "films", **options}], {"films": current} if current else {}, purge_config)
    return change


def test_a_new_topic_leaves_to_the_brokers_what_is_not_asked() -> None:
    change = plan(None, config={"retention.ms": 5, "cleanup.policy": ["compact", "delete"], "flush.ms": None})
    assert change.action == "create"
    assert (change.payload.partitions, change.payload.replication_factor) == (-1, -1)
    assert change.payload.config == {"retention.ms": "5", "cleanup.policy": "compact,delete"}


def test_what_is_as_asked_is_left() -> None:
    change = plan(films(), partitions=3, replication_factor=2, config={"retention.ms": 1000})
    assert change.action == "none"


def test_settings_that_are_not_named_stay() -> None:
    change = plan(films(), config={"retention.ms": 5, "preallocate": True})
    assert change.differences == ["config.preallocate", "config.retention.ms"]
    assert change.payload.config == {"retention.ms": "5", "preallocate": "true"}
    assert change.after["config"] == {"retention.ms": "5", "preallocate": "true", "cleanup.policy": "compact"}


def test_a_setting_is_given_back_to_the_brokers() -> None:
    change = plan(films(), config={"retention.ms": None, "flush.ms": None})
    assert change.payload.config == {"retention.ms": None}
    assert change.after["config"] == {"cleanup.policy": "compact"}


def test_others_are_given_back_when_purged_and_only_where_settings_are_asked() -> None:
    assert plan(films(), purge_config=True, config={"retention.ms": 1000}).payload.config == {"cleanup.policy": None}
    assert plan(films(), purge_config=True).action == "none"
    assert plan(films(), purge_config=True, config={}).payload.config == {"retention.ms": None, "cleanup.policy": None}


def test_partitions_grow() -> None:
    change = plan(films(), partitions=5)
    assert change.differences == ["partitions"]
    assert change.payload.grow_to == 5
    assert plan(films(), config={"retention.ms": 5}).payload.grow_to is None


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"partitions": 2}, "it has 3 partitions and can't shrink to 2"),
        ({"replication_factor": 3}, "it has 2 replicas, and this module doesn't move replicas"),
    ],
)
def test_what_kafka_can_not_do_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem) as raised:
        plan(films(), **options)
    assert raised.value.subject == "Kafka topic 'films'"
    assert raised.value.cure


def test_removal() -> None:
    changes = plan_absent([{"name": "films"}, {"name": "gone"}], {"films": films()})
    assert [(change.name, change.action) for change in changes] == [("films", "delete"), ("gone", "none")]
