# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification import (
    plan_absent,
    plan_present,
    state_of,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_xml import (
    Notification,
    parse,
    render,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

ARN = "arn:aws:sns:default::films"
CREATED = "s3:ObjectCreated:*"
FULL = Notification(
    id="urgent",
    topic_arn=ARN,
    events=frozenset({CREATED, "s3:ObjectRemoved:*"}),
    key={"prefix": "a & <b>/", "suffix": ".jpeg", "regex": r".*\+.*"},
    metadata={"x-amz-meta-site": "东院"},
    tags={"department": "emergency"},
)
PLAIN = Notification(id="films", topic_arn=ARN, events=frozenset({CREATED}))
# As Ceph 20.2 answers, without a namespace.
ANSWER = (
    b"<NotificationConfiguration><TopicConfiguration><Id>films</Id><Topic>arn:aws:sns:default::films</Topic>"
    b"<Filter><S3Key><FilterRule><Name>suffix</Name><Value>.png</Value></FilterRule></S3Key></Filter>"
    b"<Event>s3:ObjectCreated:*</Event></TopicConfiguration></NotificationConfiguration>"
)


def present(current: list[Notification], *wanted: dict[str, Any], purge: bool = False) -> list[Any]:
    return plan_present("source", wanted, current, {"films": ARN}, purge)


def test_what_is_written_is_read_back() -> None:
    assert parse(render([FULL, PLAIN])) == [FULL, PLAIN]


def test_an_answer_of_the_gateway_is_read() -> None:
    (notification,) = parse(ANSWER)
    assert notification.key == {"suffix": ".png"}
    assert notification.events == {CREATED}
    assert parse(b"<NotificationConfiguration></NotificationConfiguration>") == []


def test_anything_but_xml_is_an_error() -> None:
    with pytest.raises(ValueError, match="syntax error"):
        parse(b"It works!")


def test_filters_that_are_not_set_are_not_written() -> None:
    assert b"Filter" not in render([PLAIN])


def test_a_new_one_is_created_with_the_topic_s_arn() -> None:
    (change,) = present([], {"id": "films", "topic": "films", "events": [CREATED]})
    assert change.action == "create"
    assert change.payload == PLAIN
    assert change.name == "source/films"


def test_the_order_of_events_and_the_case_of_metadata_do_not_matter() -> None:
    wanted = {
        "id": "urgent",
        "topic": ARN,
        "events": ["s3:ObjectRemoved:*", CREATED],
        "filter": {
            "prefix": "a & <b>/",
            "suffix": ".jpeg",
            "regex": r".*\+.*",
            "metadata": {"Site": "东院"},
            "tags": {"department": "emergency"},
        },
    }
    (change,) = present([FULL], wanted)
    assert change.action == "none"


def test_a_filter_that_is_left_out_is_taken_away() -> None:
    (change,) = present([FULL], {"id": "urgent", "topic": "films", "events": sorted(FULL.events)})
    assert change.differences == [
        "filter.metadata",
        "filter.prefix",
        "filter.regex",
        "filter.suffix",
        "filter.tags",
    ]


def test_strangers_stay_unless_purged() -> None:
    wanted = {"id": "films", "topic": "films", "events": [CREATED]}
    assert [change.name for change in present([FULL, PLAIN], wanted)] == ["source/films"]
    purged = present([FULL, PLAIN], wanted, purge=True)
    assert [(change.name, change.action) for change in purged] == [
        ("source/films", "none"),
        ("source/urgent", "delete"),
    ]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"events": [CREATED]}, "topic is not given"),
        ({"topic": "films"}, "events is not given"),
        ({}, "topic and events is not given"),
        ({"topic": "other", "events": [CREATED]}, "there is no topic 'other'"),
    ],
)
def test_what_can_not_be_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem) as raised:
        present([], {"id": "films", **options})
    assert raised.value.subject == "Notification 'films' of bucket 'source'"


def test_a_removal_needs_only_the_id() -> None:
    changes = plan_absent("source", [{"id": "films"}, {"id": "gone"}], [PLAIN])
    assert [(change.name, change.action) for change in changes] == [("source/films", "delete"), ("source/gone", "none")]


def test_the_state_leaves_out_what_is_not_filtered() -> None:
    assert state_of(PLAIN) == {"topic": "films", "topic_arn": ARN, "events": [CREATED], "filter": {}}
