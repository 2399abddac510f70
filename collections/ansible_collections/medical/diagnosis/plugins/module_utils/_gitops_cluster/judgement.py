# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hub says about a managed cluster, its add-on, its account's token and its rights."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.kinds import MANAGED_ADDON
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Outcome,
    condition_of,
    describe,
    failed,
    gone,
    waiting,
)

Object = Mapping[str, Any]

ADDON = "managed-serviceaccount"
ADDON_NAMESPACE = "open-cluster-management-agent-addon"

REGISTER_CURE = "Register it with the hub first, with the module managed_cluster or the playbook onboard."
AVAILABLE_CURE = "Check that the cluster runs, that its klusterlet does, and that it reaches the hub."
ADDON_CURE = f"Install the add-on {ADDON} on the hub; the role hub does, for every cluster that it manages."
AGENT_CURE = f"Look at Deployment {ADDON}-addon-agent in the cluster's namespace {ADDON_NAMESPACE}, and at its logs."
RIGHTS_CURE = "Correct what the message names; the cluster's klusterlet applies it again by itself."
DELETION_CURE = (
    "The cluster's klusterlet has to take away what it has applied: check that it runs and reaches the hub. "
    "Of a cluster that is gone for good, delete the ManagedCluster first."
)


def registered(found: Object | None) -> Outcome:
    """The ``ManagedCluster`` is accepted by the hub and available."""
    if found is None:
        return failed("it isn't registered with the hub", cure=REGISTER_CURE)
    if not (found.get("spec") or {}).get("hubAcceptsClient"):
        return failed("the hub hasn't accepted it", cure=REGISTER_CURE)
    return _true(found, "ManagedClusterConditionAvailable", AVAILABLE_CURE)


def addon_installed(found: Object | None) -> Outcome:
    """The ``ManagedClusterAddOn`` managed-serviceaccount is there, and not known to be down.

    A new one is told available only with the next report of its cluster, a minute later; the token is there long before.
    """
    if found is None:
        return waiting(f"the add-on {ADDON} isn't installed", cure=ADDON_CURE)
    present = condition_of(found, "Available")
    return DONE if present is None or present.get("status") == "True" else waiting(describe(present), cure=AGENT_CURE)


def token_reported(found: Object | None) -> Outcome:
    """The ``ManagedServiceAccount`` has a token on the hub."""
    if found is None:
        return failed("somebody deleted it")
    if (found["metadata"]).get("deletionTimestamp"):
        return failed("somebody deletes it")
    for name in ("TokenReported", "SecretCreated"):
        outcome = _true(found, name, AGENT_CURE)
        if not outcome.done:
            return outcome
    ended = (found.get("status") or {}).get("expirationTimestamp") or ""
    # The add-on renews a token when a fifth of its time is left. Both are RFC 3339 in UTC, so their text has their order.
    if ended and ended <= datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"):
        return waiting(f"its token ended at {ended} and hasn't been renewed", cure=AGENT_CURE)
    return DONE


def rights_applied(found: Object | None) -> Outcome:
    """The ``ManifestWork``, as it is now, is in the cluster."""
    if found is None:
        return failed("somebody deleted it")
    if (found["metadata"]).get("deletionTimestamp"):
        return failed("somebody deletes it")
    generation = found["metadata"].get("generation", 0)
    for name in ("Applied", "Available"):
        present = condition_of(found, name)
        if present is None or present.get("observedGeneration", 0) < generation:
            return waiting("the cluster's klusterlet hasn't looked at it yet", cure=AVAILABLE_CURE)
        if present.get("status") != "True":
            refusals = "; ".join(_refusals(found))
            return waiting(f"{describe(present)}{f': {refusals}' if refusals else ''}", cure=RIGHTS_CURE)
    return DONE


def removed(found: Object | None) -> Outcome:
    """The object isn't on the hub any more."""
    outcome = gone(found)
    return outcome if outcome.done else waiting(outcome.detail, cure=DELETION_CURE)


def addon_namespace(found: Object | None) -> str:
    """Where in the cluster the add-on keeps the accounts that it makes."""
    status, spec = (found or {}).get("status") or {}, (found or {}).get("spec") or {}
    return str(status.get("namespace") or spec.get("installNamespace") or ADDON_NAMESPACE)


def addon_label(cluster: str) -> str:
    """The add-on as errors call it."""
    return MANAGED_ADDON.label(cluster, ADDON)


def _true(found: Object, name: str, cure: str) -> Outcome:
    present = condition_of(found, name)
    if present is None:
        return waiting(f"it has no condition {name} yet", cure=cure)
    return DONE if present.get("status") == "True" else waiting(describe(present), cure=cure)


def _refusals(found: Object) -> list[str]:
    """The parts of a ``ManifestWork`` that weren't applied, each with the reason."""
    parts = (((found.get("status") or {}).get("resourceStatus") or {}).get("manifests")) or []
    return [
        f"{_resource(part)}: {describe(present)}"
        for part in parts
        for present in part.get("conditions") or []
        if present.get("status") != "True" and present.get("type") in ("Applied", "Available")
    ]


def _resource(part: Object) -> str:
    resource = part.get("resourceMeta") or {}
    return f"{resource.get('kind', '')} {resource.get('name', '')}"
