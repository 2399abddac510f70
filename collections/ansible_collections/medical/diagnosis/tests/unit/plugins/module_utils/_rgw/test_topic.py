# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic import (
    Topic,
    ignored_by_gateway,
    password_of,
    plan_absent,
    plan_present,
    topic_name,
    with_uses,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

ARN = "arn:aws:sns:default::films"


def told(args: str = "", **endpoint: Any) -> dict[str, str]:
    """What a gateway of Ceph 20 tells about a topic."""
    return {
        "User": "xraylab-1",
        "Name": "films",
        "EndPoint": json.dumps(
            {
                "EndpointAddress": "http://ingress/",
                "EndpointArgs": f"Version=2010-03-31{args}",
                "EndpointTopic": "films",
                "HasStoredSecret": False,
                "Persistent": True,
                "TimeToLive": "None",
                "MaxRetries": "3",
                "RetrySleepDuration": "None",
                **endpoint,
            }
        ),
        "TopicArn": ARN,
        "OpaqueData": "text",
        "Policy": "",
    }


def films(args: str = "", **endpoint: Any) -> Topic:
    return Topic.from_sns(told(args, **endpoint))


def plan(current: Topic | None, **options: Any) -> Any:
    (change,) = plan_present([{"name": "films", **options}], {"films": current} if current else {})
    return change


def test_a_topic_is_read_without_what_the_request_left_in_it() -> None:
    topic = films(args="&verify-ssl=false&kafka-brokers=a:1")
    assert topic.attributes == {
        "push-endpoint": "http://ingress/",
        "persistent": "true",
        "max_retries": "3",
        "verify-ssl": "false",
        "kafka-brokers": "a:1",
        "OpaqueData": "text",
    }
    assert topic.state["max_retries"] == 3
    assert topic.state["time_to_live"] == -1
    assert topic.state["verify_ssl"] is False
    assert topic.state["kafka_ack_level"] is None


@pytest.mark.parametrize("persistent", [True, "true"])
def test_booleans_are_words_on_ceph_16(persistent: Any) -> None:
    assert films(Persistent=persistent).state["persistent"] is True


def test_a_topic_of_ceph_18_is_told_twice_and_has_only_what_its_gateway_heeds() -> None:
    address, text = "http://ingress/?a=1&b=2", "x&y=1"
    endpoint = {
        "EndpointAddress": address,
        "EndpointArgs": f"OpaqueData={text}&Version=2010-03-31&max_retries=3&persistent=true"
        f"&push-endpoint={address}&verify-ssl=false",
        "Persistent": True,
    }
    topic = Topic.from_sns({"Name": "films", "TopicArn": ARN, "EndPoint": json.dumps(endpoint), "OpaqueData": text})
    assert topic.attributes == {
        "push-endpoint": address,
        "persistent": "true",
        "verify-ssl": "false",
        "OpaqueData": text,
    }


def test_a_new_topic_gets_what_is_asked_and_nothing_else() -> None:
    change = plan(None, push_endpoint="http://ingress/", persistent=True, retry_sleep_duration=2, max_retries=-1)
    assert change.action == "create"
    assert change.payload == {"push-endpoint": "http://ingress/", "persistent": "true", "retry_sleep_duration": "2"}
    assert change.result["arn"] is None


def test_what_is_as_asked_is_left() -> None:
    change = plan(films(), push_endpoint="http://ingress/", max_retries=3, verify_ssl=True, opaque_data="text")
    assert change.action == "none"


def test_a_change_keeps_what_is_not_asked_and_what_is_not_known() -> None:
    change = plan(films(args="&kafka-brokers=a:1"), max_retries=-1, time_to_live=60)
    assert change.differences == ["max_retries", "time_to_live"]
    assert change.payload == {
        "push-endpoint": "http://ingress/",
        "persistent": "true",
        "time_to_live": "60",
        "kafka-brokers": "a:1",
        "OpaqueData": "text",
    }


def test_another_kind_of_endpoint_drops_the_options_of_the_old_one() -> None:
    change = plan(films(args="&verify-ssl=false&cloudevents=true"), push_endpoint="kafka://broker:9092", use_ssl=True)
    assert change.payload == {
        "push-endpoint": "kafka://broker:9092",
        "persistent": "true",
        "max_retries": "3",
        "use-ssl": "true",
        "OpaqueData": "text",
    }


def test_a_topic_that_ends_to_be_persistent_drops_its_retries() -> None:
    assert "max_retries" not in plan(films(), persistent=False).payload


def test_a_password_is_compared_and_never_shown() -> None:
    there = films(EndpointAddress="https://user:old@ingress/")
    change = plan(there, push_endpoint="https://user:new@ingress/")
    assert change.differences == ["push_endpoint"]
    assert change.payload["push-endpoint"] == "https://user:new@ingress/"
    shown = str([change.as_item(), change.as_diff()])
    assert ":old@" not in shown
    assert ":new@" not in shown
    assert plan(there, push_endpoint="https://user:old@ingress/").action == "none"
    assert password_of("https://user:new@ingress/") == "new"
    assert password_of(None) is None


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "it has no push_endpoint"),
        ({"push_endpoint": "ingress:80"}, "is no address the gateway can send to"),
        ({"push_endpoint": "ftp://ingress"}, "is no address the gateway can send to"),
        ({"push_endpoint": "http://"}, "is no address the gateway can send to"),
        ({"push_endpoint": "kafka://user@broker"}, "a user or a password, and not the other"),
        ({"push_endpoint": "amqp://broker"}, "needs amqp_exchange"),
        ({"push_endpoint": "http://ingress", "use_ssl": True}, "use_ssl means nothing to a http endpoint"),
        ({"push_endpoint": "kafka://broker", "verify_ssl": True}, "verify_ssl means nothing to a kafka endpoint"),
        ({"push_endpoint": "http://ingress", "time_to_live": 1}, "isn't persistent"),
    ],
)
def test_what_the_gateway_takes_and_never_serves_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem) as raised:
        plan(None, **options)
    assert raised.value.subject == "Topic 'films'"
    assert raised.value.cure


def test_an_address_that_is_refused_does_not_show_its_password() -> None:
    with pytest.raises(DiagnosisError) as raised:
        plan(None, push_endpoint="ftp://user:secret@broker")
    assert "secret" not in str(raised.value)


def test_a_topic_in_use_stays_unless_forced() -> None:
    uses = {"films": [("source", "films")]}
    with pytest.raises(DiagnosisError, match="still used by notification 'films' of bucket 'source'"):
        plan_absent([{"name": "films"}], {"films": films()}, uses, force=False)
    (change,) = plan_absent([{"name": "films"}], {"films": films()}, uses, force=True)
    assert change.action == "delete"
    assert change.result["notifications"] == [{"bucket": "source", "id": "films"}]


def test_a_topic_that_is_not_there_needs_no_removal() -> None:
    (change,) = plan_absent([{"name": "films"}], {}, {}, force=False)
    assert change.action == "none"


def test_a_change_carries_the_notifications_to_write_again() -> None:
    change = with_uses(plan(films(), max_retries=5), [("source", "films")])
    assert change.result["notifications"] == [{"bucket": "source", "id": "films"}]
    assert change.result["arn"] == ARN


def test_what_an_old_gateway_drops_is_found() -> None:
    written = {"push-endpoint": "http://ingress/", "persistent": "true", "max_retries": "3", "time_to_live": "60"}
    kept = Topic("films", ARN, "", {"push-endpoint": "http://ingress/", "persistent": "true"})
    assert ignored_by_gateway(written, kept) == ["time_to_live", "max_retries"]
    assert ignored_by_gateway(written, Topic("films", ARN, "", written)) == []


def test_the_name_is_the_last_part_of_the_arn() -> None:
    assert topic_name("arn:aws:sns:zonegroup:tenant:films") == "films"
