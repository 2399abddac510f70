# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an operator is there: the version that its subscription is to have is installed and runs; else what keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Judge,
    Outcome,
    describe,
    failed,
    waiting,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.installation import (
    FAILED,
    SUCCEEDED,
    Installation,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.kinds import (
    CATALOG_SOURCE,
    CLUSTER_SERVICE_VERSION,
    INSTALL_PLAN,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.manifests import Options, package_of

READY = "READY"
# A version with one of these stays failed until somebody does something; OLM tries again after every other failure.
LASTING_REASONS = frozenset(
    {
        "ComponentFailed",
        "InterOperatorGroupOwnerConflict",
        "InvalidInstallStrategy",
        "InvalidStrategy",
        "InvalidWebhookDescription",
        "NoOperatorGroup",
        "OwnerConflict",
        "TooManyOperatorGroups",
        "UnsupportedOperatorGroup",
    }
)
# A resolver's no: a fact about catalogue and namespace, while other reasons are about reaching the catalogue.
CONTRADICTION = "ConstraintsNotSatisfiable"
# What OLM resolved before it has seen the task's change is replaced within a second or two.
RESOLUTION_GRACE = 5.0
# Seconds in which a catalogue's pod that was moved is back, or OLM's next try of an operator succeeds.
RECOVERY_GRACE = 30.0
ABSENT = re.compile(r"no operators found (in|from|with name) ")

FAILED_CURE = "Look at it with `{describe}` and at the pods of namespace {namespace}; OLM says there what is missing."
GROUP_CURE = "Leave one OperatorGroup in namespace {namespace}: `kubectl get operatorgroups -n {namespace}`."
PLAN_CURE = "Correct what the message names, then delete the install plan (`{delete}`): OLM makes another one."
APPROVE_CURE = "Look at it with `{describe}`, then set approve: true, or approve it by hand: `{approve}`."
OTHER_PLAN_CURE = "Set starting_csv to one of these to go through it first; install plans are approved one by one."
REACH_CURE = "Look at the catalogue's pod: `kubectl get pods -n {namespace} -l olm.catalogSource={source}`."
MIRROR_CURE = "Its image may not be in reach from here: a disconnected cluster needs a mirror of it."
OLM_CURE = "Check that OLM's operators run: `kubectl get pods -n openshift-operator-lifecycle-manager`."


def installed(options: Options, is_settling: Callable[[], bool]) -> Judge:
    """The judge of what :class:`reader.Reader` reads.

    :param is_settling: whether OLM may not have seen the task's change yet, so that its status may be about before.
    """

    def judge(found: Mapping[str, Any] | None) -> Outcome:
        if found is None:
            return failed("somebody deleted it")
        installation = Installation(found)
        return (
            _version_failed(installation)
            or _installed(installation, options, is_settling)
            or _plan(installation, options)
            or _catalog(installation, options)
            or _unresolved(installation, options)
            or _beyond(installation, options)
            or _under_way(installation)
        )

    return judge


def wanted_version(installation: Installation, options: Options) -> str:
    """Name of the version (CSV) that is to run; empty where OLM hasn't named one yet.

    With manual approval nothing moves by itself: without a version that is asked for, the one that is there is right
    as long as nobody lets a newer one in.
    """
    manual = options["install_plan_approval"] == "Manual"
    if manual and options["starting_csv"]:
        return str(options["starting_csv"])
    if manual and installation.installed and not options["approve"]:
        return installation.installed
    return installation.current


def plan_to_approve(installation: Installation, options: Options) -> str:
    """Name of the install plan that the options allow to approve; empty for none."""
    wanted = wanted_version(installation, options)
    mine = options["approve"] and installation.plan_wants_approval and wanted in installation.plan_versions
    return installation.plan_name if mine else ""


def catalog_label(options: Options) -> str:
    """The subscription's catalogue as errors call it."""
    return CATALOG_SOURCE.label(options["source_namespace"], options["source"])


def missing_catalog_cure(installation_catalogs: list[str], options: Options) -> str:
    """What to do about a catalogue that isn't there."""
    there = ", ".join(sorted(installation_catalogs)) or "none"
    return (
        f"Set source and source_namespace to a catalogue that is there (in {options['source_namespace']}: {there}), or "
        "have it installed first."
    )


def channel_problem(channels: list[str] | None, default: str, options: Options) -> tuple[str, str] | None:
    """What is wrong with the channel and what to do, where the catalogue is known to have the package but not the channel."""
    channel = options["channel"]
    if channels is None or channel is None or channel in channels:
        return None
    named = ", ".join(f"{name} (default)" if name == default else name for name in channels)
    problem = f"package {package_of(options)} of {catalog_label(options)} has no channel '{channel}'"
    return problem, f"Set channel to one of those that are there: {named}."


def _version_failed(installation: Installation) -> Outcome | None:
    """None unless the version that OLM is heading for has failed."""
    name = installation.current or installation.installed
    if installation.phase(name) != FAILED:
        return None
    reason = installation.reason(name)
    label = CLUSTER_SERVICE_VERSION.label(installation.namespace, name)
    detail = f"{label} is {FAILED} ({reason}): {installation.message(name)}"
    cure = GROUP_CURE if "OperatorGroup" in reason else FAILED_CURE
    told = cure.format(
        namespace=installation.namespace, describe=_kubectl("describe", CLUSTER_SERVICE_VERSION, installation, name)
    )
    return failed(detail, cure=told, grace=0.0 if reason in LASTING_REASONS else RECOVERY_GRACE)


def _installed(installation: Installation, options: Options, is_settling: Callable[[], bool]) -> Outcome | None:
    """DONE where the wanted version runs."""
    wanted = wanted_version(installation, options)
    if not wanted or installation.installed != wanted or installation.phase(wanted) != SUCCEEDED:
        return None
    follows = options["install_plan_approval"] == "Automatic"
    if follows and is_settling() and installation.head not in ("", wanted):
        return waiting(f"{wanted} is installed, channel {installation.spec.get('channel')} is at {installation.head}")
    return DONE


def _plan(installation: Installation, options: Options) -> Outcome | None:
    """None unless the install plan has failed or waits for somebody."""
    label = INSTALL_PLAN.label(installation.namespace, installation.plan_name)
    name = installation.plan_name
    if installation.plan_phase == FAILED:
        delete = _kubectl("delete", INSTALL_PLAN, installation, name)
        return failed(f"{label} is {FAILED}: {installation.plan_message}", cure=PLAN_CURE.format(delete=delete))
    if not installation.plan_wants_approval:
        return None
    versions = ", ".join(installation.plan_versions)
    wanted = wanted_version(installation, options)
    if wanted not in installation.plan_versions:
        detail = f"{label} waits for approval, but it would install {versions}, not {wanted}"
        return failed(detail, cure=OTHER_PLAN_CURE, grace=RESOLUTION_GRACE)
    detail = f"{label} waits for approval (it installs {versions})"
    if options["approve"]:
        # the waiter's nudge approves it
        return waiting(detail, stale=True)
    approve = (
        f"""{_kubectl("patch", INSTALL_PLAN, installation, name)} --type merge -p '{{"spec":{{"approved":true}}}}'"""
    )
    cure = APPROVE_CURE.format(describe=_kubectl("describe", INSTALL_PLAN, installation, name), approve=approve)
    return failed(detail, cure=cure)


def _catalog(installation: Installation, options: Options) -> Outcome | None:
    """None unless the catalogue isn't there or doesn't answer."""
    label = catalog_label(options)
    if installation.catalog_is_missing:
        return failed(f"{label} doesn't exist", cure=missing_catalog_cure(installation.catalogs, options))
    if installation.catalog_state in ("", READY) and not installation.catalog_fault:
        return None
    said = ": ".join(filter(None, (installation.catalog_state, installation.catalog_fault)))
    cure = REACH_CURE.format(namespace=options["source_namespace"], source=options["source"])
    return failed(f"{label} doesn't answer ({said})", cure=f"{cure} {MIRROR_CURE}", grace=RECOVERY_GRACE)


def _unresolved(installation: Installation, options: Options) -> Outcome | None:
    """None unless OLM can't find a set of operators that fits."""
    for name in ("BundleUnpackFailed", "InstallPlanFailed", "ResolutionFailed"):
        present = installation.condition(name)
        if present is not None:
            contradiction = name != "ResolutionFailed" or present.get("reason") == CONTRADICTION
            grace = RESOLUTION_GRACE if contradiction else RECOVERY_GRACE
            return failed(
                describe(present),
                cure=_resolution_cure(installation, options, str(present.get("message"))),
                grace=grace,
            )
    return None


def _resolution_cure(installation: Installation, options: Options, message: str) -> str:
    problem = channel_problem(installation.channels, installation.default_channel, options)
    if problem is not None:
        return problem[1]
    if ABSENT.search(message):
        listing = f"kubectl get packagemanifests -n {options['source_namespace']} -l catalog={options['source']}"
        return f"Correct package, channel or starting_csv; `{listing}` lists what the catalogue has."
    return (
        "OLM resolves all subscriptions of a namespace together: correct or delete the one that the message names "
        f"(`kubectl get subscriptions.operators.coreos.com -n {installation.namespace}`)."
    )


def _beyond(installation: Installation, options: Options) -> Outcome | None:
    """None unless OLM has come to rest at another version than the one that is asked for."""
    wanted = wanted_version(installation, options)
    if installation.state != "AtLatestKnown" or installation.installed in ("", wanted):
        return None
    detail = f"{installation.installed} is installed and OLM knows no way from it to {wanted}"
    cure = f"Set starting_csv to {installation.installed}, or channel to one that leads from it to {wanted}."
    return failed(detail, cure=cure, grace=RESOLUTION_GRACE)


def _under_way(installation: Installation) -> Outcome:
    """The state in words."""
    name = installation.current
    if installation.phase(name):
        said = f"{CLUSTER_SERVICE_VERSION.label(installation.namespace, name)} is {installation.phase(name)}"
        message = installation.message(name)
        return waiting(f"{said}: {message}" if message else said)
    if installation.plan_phase:
        plan = INSTALL_PLAN.label(installation.namespace, installation.plan_name)
        return waiting(" ".join(filter(None, (f"{plan} is {installation.plan_phase}", installation.plan_message))))
    present = [describe(each) for each in installation.conditions if each.get("status") == "True"]
    return waiting("; ".join(present) or "OLM has no install plan for it yet", cure=OLM_CURE)


def _kubectl(verb: str, kind: Kind, installation: Installation, name: str) -> str:
    return f"kubectl {verb} {kind.name.lower()} {name} -n {installation.namespace}"
