# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is written, since OLM would only get stuck with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import MissingFoundationError
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.installation import Installation
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.judgement import (
    READY,
    catalog_label,
    channel_problem,
    missing_catalog_cure,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.kinds import OPERATOR_GROUP, SUBSCRIPTION
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.manifests import (
    Options,
    label_of,
    operator_group_manifest,
    package_of,
    subscription_manifest,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.reader import Reader, Server
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Object = Mapping[str, Any]


def reject_contradictions(subscriptions: Sequence[Options]) -> None:
    """What the task says twice, in different ways.

    :raises DiagnosisError: where a subscription is listed twice or a namespace gets two OperatorGroups.
    """
    for label, times in Counter(map(label_of, subscriptions)).items():
        if times > 1:
            raise DiagnosisError(label, f"it is listed {times} times", "Leave one entry of it in the task.")
    groups: dict[str, Object] = {}
    for options in filter(lambda each: each["operator_group"], subscriptions):
        group = operator_group_manifest(options)
        if groups.setdefault(options["namespace"], group) != group:
            raise DiagnosisError(
                label_of(options),
                f"the task has another OperatorGroup for namespace {options['namespace']}, and OLM stops where there are two",
                "Give all subscriptions of a namespace the same operator_group.",
            )


class Requirements:
    """What has to be true of the cluster for OLM to get on with a subscription."""

    def __init__(self, client: Server) -> None:
        self._client = client
        self._reader = Reader(client)

    def has_other_group(self, options: Options) -> bool:
        """Whether the namespace has an OperatorGroup of another name that does what the options' one would.

        It is left and used: with a second one, OLM installs nothing more in the namespace.

        :raises DiagnosisError: where the namespace has two, or one that selects something else, or none and none is given.
        """
        found = self._list(OPERATOR_GROUP, options["namespace"])
        names = sorted(group["metadata"]["name"] for group in found)
        if len(names) > 1:
            raise DiagnosisError(
                label_of(options),
                f"namespace {options['namespace']} has {len(names)} OperatorGroups ({', '.join(names)}), so OLM installs nothing in it",
                f"Delete all but one: `kubectl get operatorgroups -n {options['namespace']}` shows what each selects.",
            )
        if options["operator_group"] is None:
            return self._require_group(options, names)
        if not names or names == [options["operator_group"]["name"]]:
            return False
        wanted = operator_group_manifest(options)["spec"].get("targetNamespaces") or []
        there = sorted((found[0].get("spec") or {}).get("targetNamespaces") or [])
        if there == wanted:
            return True
        raise DiagnosisError(
            OPERATOR_GROUP.label(options["namespace"], names[0]),
            f"it is there already and selects {_namespaces(there)}, not {_namespaces(wanted)}; with a second one OLM "
            "would install nothing in the namespace",
            f"Set operator_group.name to {names[0]} to change it, or target_namespaces to what it selects.",
        )

    def check_catalog(self, options: Options) -> None:
        """Whether there is something to install from.

        :raises DiagnosisError: where the catalogue isn't there, or is and has no such channel.
        """
        try:
            found = self._reader.catalog(subscription_manifest(options)["spec"])
        except MissingFoundationError:
            # without OLM nobody can say; the write tells it
            return
        installation = Installation({"subscription": {}, **found})
        if installation.catalog_is_missing:
            raise DiagnosisError(
                label_of(options),
                f"{catalog_label(options)} doesn't exist",
                missing_catalog_cure(installation.catalogs, options),
            )
        problem = channel_problem(installation.channels, installation.default_channel, options)
        if installation.catalog_state == READY and problem is not None:
            raise DiagnosisError(label_of(options), *problem)

    def check_package(self, options: Options) -> None:
        """Whether nothing else subscribes to the package in this namespace.

        :raises DiagnosisError: where a subscription of another name does.
        """
        for found in self._list(SUBSCRIPTION, options["namespace"]):
            name = found["metadata"]["name"]
            if name != options["name"] and (found.get("spec") or {}).get("name") == package_of(options):
                raise DiagnosisError(
                    label_of(options),
                    f"{SUBSCRIPTION.label(options['namespace'], name)} subscribes to package {package_of(options)} already",
                    f"Set name to {name} to take it over, or delete it.",
                )

    def _require_group(self, options: Options, names: Sequence[str]) -> bool:
        if names:
            return False
        if self._serves_groups(options):
            raise DiagnosisError(
                label_of(options),
                f"namespace {options['namespace']} has no OperatorGroup, without which OLM installs nothing in it",
                "Set operator_group.",
            )
        return False

    def _serves_groups(self, options: Options) -> bool:
        try:
            self._client.get(OPERATOR_GROUP, options["namespace"], "any")
        except MissingFoundationError:
            return False
        return True

    def _list(self, kind: Any, namespace: str) -> list[Object]:
        try:
            return list(self._client.list(kind, namespace))
        except MissingFoundationError:
            # where OLM isn't installed there are none
            return []


def _namespaces(names: Sequence[str]) -> str:
    return ", ".join(names) or "all namespaces"
