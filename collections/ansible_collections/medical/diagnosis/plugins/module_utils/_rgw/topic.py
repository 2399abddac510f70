# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An RGW topic: its options, what the gateway calls them, and what is to become of it. No network here.

RGW takes any attribute and any endpoint without a word and fails when the first event is to go out, so what can be
checked beforehand is checked here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

State = dict[str, Any]
# A notification that sends to a topic: bucket and id.
Use = tuple[str, str]

SCHEMES = ("http", "https", "amqp", "amqps", "kafka")
# The code for a missing topic, of Ceph 16, 18 and 20.
MISSING_TOPIC = frozenset({"NoSuchEntity", "NoSuchKey", "NotFound"})
# The value of a number option that hands the choice back to the gateway's own configuration.
GATEWAY_DEFAULT = -1


@dataclass(frozen=True)
class _Attribute:
    """An option of a topic.

    :param key: RGW's name.
    :param kind: bool, int or str, what the option's value is.
    :param default: what the gateway does where the attribute isn't set.
    :param schemes: the push endpoints it means anything to; empty for all.
    :param persistent: whether it means something only on a persistent topic.
    """

    key: str
    kind: type
    default: Any
    schemes: tuple[str, ...] = ()
    persistent: bool = False


_ATTRIBUTES = {
    "push_endpoint": _Attribute("push-endpoint", str, ""),
    "persistent": _Attribute("persistent", bool, False),
    "time_to_live": _Attribute("time_to_live", int, GATEWAY_DEFAULT, persistent=True),
    "max_retries": _Attribute("max_retries", int, GATEWAY_DEFAULT, persistent=True),
    "retry_sleep_duration": _Attribute("retry_sleep_duration", int, GATEWAY_DEFAULT, persistent=True),
    "opaque_data": _Attribute("OpaqueData", str, ""),
    "verify_ssl": _Attribute("verify-ssl", bool, True, ("http", "https", "amqp", "amqps")),
    "cloudevents": _Attribute("cloudevents", bool, False, ("http", "https")),
    "ca_location": _Attribute("ca-location", str, "", ("amqp", "amqps", "kafka")),
    "amqp_exchange": _Attribute("amqp-exchange", str, "", ("amqp", "amqps")),
    "amqp_ack_level": _Attribute("amqp-ack-level", str, "broker", ("amqp", "amqps")),
    "kafka_ack_level": _Attribute("kafka-ack-level", str, "broker", ("kafka",)),
    "use_ssl": _Attribute("use-ssl", bool, False, ("kafka",)),
    "mechanism": _Attribute("mechanism", str, "PLAIN", ("kafka",)),
}
_OPTION_OF = {attribute.key: option for option, attribute in _ATTRIBUTES.items()}
# Parts of the gateway's JSON that say what was given as attributes of their own.
_ENDPOINT_KEYS = {
    "EndpointAddress": "push-endpoint",
    "Persistent": "persistent",
    "TimeToLive": "time_to_live",
    "MaxRetries": "max_retries",
    "RetrySleepDuration": "retry_sleep_duration",
}


@dataclass(frozen=True)
class Topic:
    """A topic as the gateway has it.

    :param attributes: RGW's name -> value, as CreateTopic would take them; with those this collection doesn't know.
    """

    name: str
    arn: str
    owner: str
    attributes: Mapping[str, str]

    @classmethod
    def from_sns(cls, told: Mapping[str, str]) -> Topic:
        """The topic that GetTopicAttributes tells about."""
        endpoint = json.loads(told.get("EndPoint") or "{}")
        attributes = _arguments(
            endpoint.get("EndpointArgs", ""), endpoint.get("EndpointAddress"), told.get("OpaqueData")
        )
        for source, key in _ENDPOINT_KEYS.items():
            # Before Ceph 19 the arguments still have what the gateway doesn't heed.
            attributes.pop(key, None)
            value = endpoint.get(source)
            # Numbers left to the gateway are told as the word None; booleans are words on Ceph 16 and booleans later.
            if value not in (None, "", "None"):
                attributes[key] = str(value).lower() if isinstance(value, bool) else str(value)
        for key in ("OpaqueData", "Policy"):
            if told.get(key):
                attributes[key] = told[key]
        return cls(name=told["Name"], arn=told["TopicArn"], owner=told.get("User", ""), attributes=attributes)

    @property
    def state(self) -> State:
        """The topic in the module's options, defaults filled in, the endpoint's password masked."""
        return _state(self.attributes)


def _arguments(text: str, *apart: str | None) -> dict[str, str]:
    """An endpoint's arguments, written as ``a=b&c=d`` without any quoting.

    :param apart: values that are told apart from these, too, on Ceph 18 and before, and may have a & in them.
    """
    for value in filter(None, apart):
        text = text.replace(f"={value}", "=", 1)
    arguments = {}
    for pair in filter(None, text.split("&")):
        key, _sign, value = pair.partition("=")
        arguments[key] = value
    # Version is the request's own, which the gateway takes for an attribute.
    return {key: value for key, value in arguments.items() if key not in ("Version", "OpaqueData")}


def topic_name(arn: str) -> str:
    """The name in an ARN ``arn:aws:sns:<zonegroup>:<tenant>:<name>``."""
    return arn.rsplit(":", 1)[-1]


def password_of(push_endpoint: str | None) -> str | None:
    """The password in an endpoint's URL, to be kept out of logs."""
    return urlsplit(push_endpoint).password if push_endpoint else None


def plan_present(wanted: Sequence[Mapping[str, Any]], current: Mapping[str, Topic]) -> list[Change]:
    """What is to become of the topics.

    :param wanted: module options of each topic; one that is None stays as it is.
    :param current: the topics there are, by name.
    :returns: changes in the order of ``wanted``; the payload is the attributes to write, in RGW's names.
    :raises DiagnosisError: for a topic that the gateway would take and that could never work.
    """
    return [_plan_one(options, current.get(options["name"])) for options in wanted]


def plan_absent(
    wanted: Sequence[Mapping[str, Any]],
    current: Mapping[str, Topic],
    uses: Mapping[str, Sequence[Use]],
    force: bool,
) -> list[Change]:
    """What is to become of topics that should not be there.

    :param uses: topic name -> notifications that send to it.
    :raises DiagnosisError: for a topic in use, unless ``force``.
    """
    changes = []
    for options in wanted:
        name = options["name"]
        topic = current.get(name)
        if topic is None:
            changes.append(Change(name=name, before=None, after=None))
            continue
        users = uses.get(name, ())
        if users and not force:
            places = ", ".join(f"'{identifier}' of bucket '{bucket}'" for bucket, identifier in users)
            raise DiagnosisError(
                f"Topic '{name}'",
                f"it is still used by notification {places}",
                "Remove these with rgw_bucket_notification first, or set force to remove them together with the topic",
            )
        changes.append(Change(name=name, before=topic.state, after=None, result=result_of(topic.arn, users)))
    return changes


def ignored_by_gateway(written: Mapping[str, str], read: Topic) -> list[str]:
    """Options that were written and didn't stay: gateways before Ceph 19 drop the numbers of persistent topics silently."""
    wrote, stayed = _state(written), read.state
    return [option for option in wrote if wrote[option] != stayed[option]]


def _plan_one(options: Mapping[str, Any], topic: Topic | None) -> Change:
    name = options["name"]
    given = {option: options[option] for option in _ATTRIBUTES if options.get(option) is not None}
    attributes = dict(topic.attributes) if topic else {}
    old_scheme = _scheme(attributes)
    for option, value in given.items():
        key = _ATTRIBUTES[option].key
        if value == GATEWAY_DEFAULT and _ATTRIBUTES[option].kind is int:
            attributes.pop(key, None)
        else:
            attributes[key] = str(value).lower() if isinstance(value, bool) else str(value)
    if _scheme(attributes) != old_scheme or attributes.get("persistent") != "true":
        attributes = _without_strangers(attributes, given)
    _check(name, given, attributes)
    before = topic.state if topic else None
    after = _state(attributes)
    # Masked passwords look alike.
    secret_differs = topic is not None and topic.attributes.get("push-endpoint") != attributes.get("push-endpoint")
    return Change(
        name=name,
        before=before,
        after=after,
        result={**result_of(topic.arn if topic else None, []), **after},
        hidden=("push_endpoint",) if secret_differs and before == after else (),
        payload=attributes,
    )


def with_uses(change: Change, uses: Sequence[Use]) -> Change:
    """``change`` with the notifications that have to be written again after it."""
    return replace(change, result={**change.result, **result_of(change.result["arn"], uses)})


def result_of(arn: str | None, notifications: Sequence[Use]) -> State:
    """What the modules return about a topic besides its options."""
    return {"arn": arn, "notifications": [{"bucket": bucket, "id": identifier} for bucket, identifier in notifications]}


def _check(name: str, given: Mapping[str, Any], attributes: Mapping[str, str]) -> None:
    """Raise for what RGW accepts and can't work with."""
    subject = f"Topic '{name}'"
    endpoint = attributes.get("push-endpoint", "")
    if not endpoint:
        raise DiagnosisError(subject, "it has no push_endpoint", "Say where the gateway is to send the events")
    url = urlsplit(endpoint)
    if url.scheme not in SCHEMES or not url.hostname:
        raise DiagnosisError(
            subject,
            f"push_endpoint '{_masked(endpoint)}' is no address the gateway can send to",
            f"Write it as scheme://host:port with one of the schemes {', '.join(SCHEMES)}",
        )
    if bool(url.username) != bool(url.password):
        raise DiagnosisError(subject, "push_endpoint has a user or a password, and not the other", "Give both, or none")
    for option in given:
        attribute = _ATTRIBUTES[option]
        if attribute.schemes and url.scheme not in attribute.schemes:
            raise DiagnosisError(
                subject,
                f"{option} means nothing to a {url.scheme} endpoint",
                f"It goes with {', '.join(attribute.schemes)}; leave it out here",
            )
        if attribute.persistent and attributes.get("persistent") != "true":
            raise DiagnosisError(
                subject, f"{option} means nothing to a topic that isn't persistent", "Set persistent, too"
            )
    if url.scheme in ("amqp", "amqps") and not attributes.get("amqp-exchange"):
        raise DiagnosisError(subject, "an amqp endpoint needs amqp_exchange", "Name an exchange that the broker has")


def _without_strangers(attributes: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
    """``attributes`` without known ones that the endpoint or the delivery leaves meaningless; those given stay."""
    scheme, persistent = _scheme(attributes), attributes.get("persistent") == "true"

    def belongs(key: str) -> bool:
        option = _OPTION_OF.get(key)
        if option is None or option in given:
            return True
        attribute = _ATTRIBUTES[option]
        return (not attribute.schemes or scheme in attribute.schemes) and (persistent or not attribute.persistent)

    return {key: value for key, value in attributes.items() if belongs(key)}


def _state(attributes: Mapping[str, str]) -> State:
    scheme = _scheme(attributes)
    state: State = {}
    for option, attribute in _ATTRIBUTES.items():
        if attribute.schemes and scheme not in attribute.schemes:
            state[option] = None
        elif attribute.key not in attributes:
            state[option] = attribute.default
        elif attribute.kind is bool:
            state[option] = attributes[attribute.key].lower() == "true"
        else:
            state[option] = attribute.kind(attributes[attribute.key])
    state["push_endpoint"] = _masked(state["push_endpoint"])
    return state


def _scheme(attributes: Mapping[str, str]) -> str:
    return urlsplit(attributes.get("push-endpoint", "")).scheme


def _masked(endpoint: str) -> str:
    password = password_of(endpoint)
    return endpoint.replace(f":{password}@", ":********@", 1) if password else endpoint
