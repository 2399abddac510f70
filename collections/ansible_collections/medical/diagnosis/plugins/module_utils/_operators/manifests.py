# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of one subscription to the manifests of the objects that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.kinds import (
    NAMESPACE,
    OPERATOR_GROUP,
    SUBSCRIPTION,
)

Options = Mapping[str, Any]
Manifest = dict[str, Any]

# Where camel case of the option isn't what the kind calls it.
FIELDS = {
    "package": "name",
    "channel": "channel",
    "source": "source",
    "source_namespace": "sourceNamespace",
    "starting_csv": "startingCSV",
    "install_plan_approval": "installPlanApproval",
    "config": "config",
}


def label_of(options: Options) -> str:
    """The subscription as errors call it."""
    return SUBSCRIPTION.label(options["namespace"], options["name"])


def package_of(options: Options) -> str:
    """The package that is subscribed to: that of the subscription's own name, if nothing else is said."""
    return str(options["package"] or options["name"])


def namespace_manifest(options: Options) -> Manifest:
    """The subscription's ``Namespace``."""
    labels = {key: str(value) for key, value in (options["namespace_labels"] or {}).items()}
    return _manifest(NAMESPACE, {"name": options["namespace"], **({"labels": labels} if labels else {})})


def operator_group_manifest(options: Options) -> Manifest:
    """The ``OperatorGroup`` of the subscription's namespace; only for options that have one."""
    group = options["operator_group"]
    targets = group["target_namespaces"]
    spec = {"targetNamespaces": sorted(targets)} if targets else {}
    return {**_manifest(OPERATOR_GROUP, _metadata(options, group["name"])), "spec": spec}


def subscription_manifest(options: Options) -> Manifest:
    """The ``Subscription``."""
    given = {**options, "package": package_of(options)}
    spec = {field: given[option] for option, field in FIELDS.items() if given[option] is not None}
    return {**_manifest(SUBSCRIPTION, _metadata(options, options["name"])), "spec": spec}


def _metadata(options: Options, name: str) -> dict[str, Any]:
    return {"name": name, "namespace": options["namespace"]}


def _manifest(kind: Kind, metadata: dict[str, Any]) -> Manifest:
    return {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata}
