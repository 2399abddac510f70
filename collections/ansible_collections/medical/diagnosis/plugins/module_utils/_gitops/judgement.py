# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an application is there: synced and healthy, at the revision that was asked for, for the spec that was written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import Application
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Judge,
    Outcome,
    failed,
    gone,
    unknown,
    waiting,
)

COMMIT = re.compile(r"[0-9a-f]{40}")
# Argo CD couldn't accept or compare the spec. It doesn't compare what it doesn't accept, so where several are there the
# first one is about the newest spec, and the others may be left over. SyncError counts only where a sync is needed.
SPEC_ERRORS = ("InvalidSpecError", "ComparisonError", "UnknownError")
# In the text of such an error: the repository server or the Git server isn't up (yet).
UNREACHABLE = re.compile(
    r"code = (Unavailable|DeadlineExceeded)|connection refused|no such host|i/o timeout|TLS handshake timeout|EOF$",
    re.IGNORECASE,
)
# Long enough for Argo CD to notice a project, a cluster or a repository that the same play has just made.
ERROR_GRACE = 15.0
NAMED = 5

CONTROLLER_CURE = "Check that Argo CD's application controller runs."
REACH_CURE = "Check that Argo CD's repository server runs and reaches the Git server."
SPEC_CURE = "Correct the application's source, destination or project."
MANUAL_CURE = "Set sync_policy.automated, or sync it by hand."
SYNC_CURE = "Correct what the message names; Argo CD doesn't try this revision again by itself."
PRUNE_CURE = "Set sync_policy.automated.prune, or delete by hand what is to go."
DRIFT_CURE = "Where something else keeps changing it, name the field in ignore_differences."
DELETION_CURE = (
    "Check that Argo CD's application controller runs and reaches the destination; "
    "where the destination is gone for good, use cascade: false."
)
LOOK_CURE = "Look at it in its cluster with `kubectl describe` and `kubectl logs`."
HEALTH_CURE = (
    "Set controller.resource.health.persist in ConfigMap argocd-cmd-params-cm to see here which resource it is."
)


def is_fixed(target_revision: str | None) -> bool:
    """Whether a target revision always means the same: a full commit id. Branches, tags and ranges can move."""
    return bool(target_revision) and COMMIT.fullmatch(str(target_revision)) is not None


def synced_and_healthy(expected_revision: str | None, degraded_timeout: float | None) -> Judge:
    """The judge of an ``Application``.

    :param expected_revision: the commit or version that has to be synced; None takes what the target resolves to.
    :param degraded_timeout: seconds after which Degraded is a failure; None waits on.
    """

    def judge(found: Mapping[str, Any] | None) -> Outcome:
        if found is None:
            return failed("somebody deleted it")
        application = Application(found)
        if application.is_being_deleted:
            return failed("somebody deletes it")
        return (
            _looked_at(application)
            or _revision(application, expected_revision)
            or _synced(application)
            or _healthy(application, degraded_timeout)
            or DONE
        )

    return judge


def removed(found: Mapping[str, Any] | None) -> Outcome:
    """The application isn't there any more; until then, what Argo CD says about its deletion."""
    outcome = gone(found)
    if found is None or outcome.done:
        return outcome
    errors = _messages(Application(found), "DeletionError")
    return waiting(f"{outcome.detail}; {errors}" if errors else outcome.detail, cure=DELETION_CURE)


def _looked_at(application: Application) -> Outcome | None:
    """None once the status is about the spec as it is now."""
    if application.refresh_is_pending:
        return unknown("Argo CD has been asked to look at it and hasn't yet", cure=CONTROLLER_CURE)
    errors = next(filter(None, (_messages(application, error) for error in SPEC_ERRORS)), "")
    if errors and UNREACHABLE.search(errors):
        return waiting(errors, cure=REACH_CURE, stale=True)
    if errors:
        return failed(errors, cure=SPEC_CURE, grace=ERROR_GRACE, stale=True)
    if not application.is_compared:
        return unknown("Argo CD hasn't compared its newest spec yet", cure=CONTROLLER_CURE, stale=True)
    return None


def _revision(application: Application, expected: str | None) -> Outcome | None:
    """None once the revision that Argo CD works on is the expected one."""
    if expected and application.revision != expected:
        return waiting(
            f"{application.target_revision} is at {application.revision or 'nothing'}, {expected} is expected",
            cure=f"Check that {expected} has been pushed and that {application.target_revision} leads to it.",
            stale=True,
        )
    return None


def _synced(application: Application) -> Outcome | None:
    """None once the destination is as the repository says and no sync runs."""
    if application.is_syncing:
        obsolete = application.retries_what_is_obsolete
        return waiting(f"it syncs: {_operation(application)}", stale=obsolete)
    if application.sync_failed and application.sync_is_current:
        return failed(f"sync {application.operation_phase}: {_operation(application)}", cure=SYNC_CURE)
    return None if application.sync_status == "Synced" else _out_of_sync(application)


def _out_of_sync(application: Application) -> Outcome:
    """Whether Argo CD is going to do something about it."""
    detail = f"{application.sync_status}: {_names(application.out_of_sync)}"
    if application.sync_status != "OutOfSync":
        return waiting(detail)
    refused = _messages(application, "SyncError")
    if refused:
        return failed(f"{detail}; {refused}", cure=SYNC_CURE)
    if not application.is_automated:
        return failed(f"{detail}; nobody syncs it, since its sync policy isn't automated", cure=MANUAL_CURE)
    if application.only_needs_pruning and not application.prunes:
        return failed(f"{detail}; nobody deletes it, since its sync policy doesn't prune", cure=PRUNE_CURE)
    return waiting(detail, cure=DRIFT_CURE if application.operation_phase == "Succeeded" else "")


def _healthy(application: Application, degraded_timeout: float | None) -> Outcome | None:
    """None once everything in it is healthy."""
    if application.health_status == "Healthy":
        return None
    detail = f"{application.health_status}: {_names(application.unhealthy)}"
    cure = LOOK_CURE if application.knows_resource_health else HEALTH_CURE
    if application.health_status == "Degraded" and degraded_timeout is not None:
        return failed(detail, cure=cure, grace=degraded_timeout)
    return waiting(detail, cure=cure)


def _messages(application: Application, error: str) -> str:
    """The conditions of this type in words, each on one line; empty where there are none."""
    present = [entry["message"] for entry in application.conditions if entry["type"] == error]
    return "; ".join(f"{error}: {' '.join(message.split())}" for message in present)


def _operation(application: Application) -> str:
    """What Argo CD says about the newest sync, with the reasons of its failures where it leaves them out."""
    message = application.operation_message or "started"
    unsaid = [failure for failure in application.sync_failures if failure["message"] not in message]
    return f"{message} {_names(unsaid)}" if unsaid else message


def _names(resources: Sequence[Mapping[str, Any]]) -> str:
    """Resources in words, the first few of them, each with what is wrong."""
    if not resources:
        return "Argo CD names no resource"
    named = [_name(resource) for resource in resources[:NAMED]]
    more = [f"{len(resources) - NAMED} more"] if len(resources) > NAMED else []
    return ", ".join(named + more)


def _name(resource: Mapping[str, Any]) -> str:
    place = f"{resource['namespace']}/" if resource["namespace"] else ""
    words = [resource[part] for part in ("health", "message") if resource.get(part)]
    said = f" ({': '.join(words)})" if words else ""
    return f"{resource['kind']} {place}{resource['name']}{said}"
