# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import Outcome, Progress
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.installation import Installation
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.judgement import (
    RECOVERY_GRACE,
    RESOLUTION_GRACE,
    installed,
    plan_to_approve,
)

OLD, NEW = "amqstreams.v2.9.2-0", "amqstreams.v2.9.3-1"
OPTIONS: dict[str, Any] = {
    "name": "amq-streams",
    "namespace": "xraylab-1",
    "package": None,
    "channel": "amq-streams-2.9.x",
    "source": "redhat-operators",
    "source_namespace": "openshift-marketplace",
    "starting_csv": None,
    "install_plan_approval": "Automatic",
    "approve": False,
}


def state(*, status: dict[str, Any] | None = None, phase: str = "Succeeded", **parts: Any) -> dict[str, Any]:
    """A subscription whose newest version runs, with parts of its status, of its version's and of what is around it changed."""
    subscription = {
        "metadata": {"name": "amq-streams", "namespace": "xraylab-1"},
        "spec": {"name": "amq-streams", "channel": "amq-streams-2.9.x"},
        "status": {"state": "AtLatestKnown", "currentCSV": NEW, "installedCSV": NEW, **(status or {})},
    }
    versions = {name: {"status": {"phase": phase, "reason": "R", "message": "m"}} for name in (OLD, NEW)}
    return copy.deepcopy({"subscription": subscription, "versions": versions, **parts})


def plan(*versions: str, phase: str = "RequiresApproval", message: str = "") -> dict[str, Any]:
    """An install plan of these versions that nobody has approved."""
    return {
        "metadata": {"name": "install-7kq2x"},
        "spec": {"approved": False, "clusterServiceVersionNames": list(versions)},
        "status": {"phase": phase, "message": message},
    }


def judged(found: dict[str, Any] | None, *, settling: bool = False, **options: Any) -> Outcome:
    return installed({**OPTIONS, **options}, lambda: settling)(found)


def test_a_version_that_runs_is_done() -> None:
    assert judged(state()).done


def test_a_deleted_subscription_has_failed() -> None:
    assert judged(None).progress is Progress.FAILED


def test_an_older_version_that_runs_is_not_done() -> None:
    upgrading = state(status={"installedCSV": OLD, "state": "UpgradePending"}, plan=plan(NEW, phase="Installing"))
    assert judged(upgrading).progress is Progress.WAITING


@pytest.mark.parametrize(("settling", "done"), [(True, False), (False, True)])
def test_a_status_from_before_the_change_of_the_channel_counts_only_in_the_end(settling: bool, done: bool) -> None:
    channels = [{"name": "amq-streams-2.9.x", "currentCSV": NEW}]
    before = state(
        status={"currentCSV": OLD, "installedCSV": OLD},
        package={"status": {"channels": channels, "defaultChannel": "stable"}},
    )
    assert judged(before, settling=settling).done is done


@pytest.mark.parametrize(("reason", "grace"), [("TooManyOperatorGroups", 0.0), ("InstallCheckFailed", RECOVERY_GRACE)])
def test_a_failed_version_counts_at_once_where_it_stays_failed(reason: str, grace: float) -> None:
    found = state(phase="Failed")
    found["versions"][NEW]["status"].update(reason=reason, message="install\ntimeout")
    outcome = judged(found)
    assert outcome.progress is Progress.FAILED
    assert outcome.grace == grace
    assert outcome.detail == f"ClusterServiceVersion 'xraylab-1/{NEW}' is Failed ({reason}): install timeout"


def test_what_is_installed_is_enough_where_nobody_lets_a_newer_version_in() -> None:
    pending = state(status={"installedCSV": OLD, "state": "UpgradePending"}, plan=plan(NEW))
    assert judged(pending, install_plan_approval="Manual").done
    assert judged(pending, install_plan_approval="Manual", starting_csv=OLD).done
    assert judged(pending, install_plan_approval="Manual", starting_csv=NEW).progress is Progress.FAILED


@pytest.mark.parametrize(
    ("versions", "approve", "name"),
    [
        ((NEW,), True, "install-7kq2x"),
        ((NEW, "other.v1"), True, "install-7kq2x"),
        ((OLD,), True, ""),
        ((NEW,), False, ""),
    ],
)
def test_only_the_plan_of_the_wanted_version_is_approved(versions: tuple[str, ...], approve: bool, name: str) -> None:
    found = Installation(state(status={"installedCSV": ""}, plan=plan(*versions)))
    options = {**OPTIONS, "install_plan_approval": "Manual", "starting_csv": NEW, "approve": approve}
    assert plan_to_approve(found, options) == name


def test_a_failed_plan_has_failed() -> None:
    found = state(
        status={"installedCSV": "", "currentCSV": NEW}, phase="", plan=plan(NEW, phase="Failed", message="quota")
    )
    outcome = judged(found)
    assert outcome.progress is Progress.FAILED
    assert outcome.detail == "InstallPlan 'xraylab-1/install-7kq2x' is Failed: quota"
    assert "kubectl delete installplan install-7kq2x -n xraylab-1" in outcome.cure


@pytest.mark.parametrize(
    ("reason", "grace"), [("ConstraintsNotSatisfiable", RESOLUTION_GRACE), ("ErrorPreventedResolution", RECOVERY_GRACE)]
)
def test_what_the_resolver_says_is_told(reason: str, grace: float) -> None:
    resolution = {
        "type": "ResolutionFailed",
        "status": "True",
        "reason": reason,
        "message": "no operators found in package x",
    }
    found = state(status={"installedCSV": "", "currentCSV": "", "state": "", "conditions": [resolution]})
    outcome = judged(found)
    assert (outcome.progress, outcome.grace) == (Progress.FAILED, grace)
    assert outcome.detail == f"ResolutionFailed is True ({reason}): no operators found in package x"


def test_a_version_that_the_channel_does_not_lead_to_has_failed() -> None:
    outcome = judged(state(), install_plan_approval="Manual", starting_csv="amqstreams.v9.9.9-9")
    assert outcome.progress is Progress.FAILED
    assert f"{NEW} is installed and OLM knows no way from it to amqstreams.v9.9.9-9" in outcome.detail


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"connectionState": {"lastObservedState": "TRANSIENT_FAILURE"}}, "TRANSIENT_FAILURE"),
        ({"reason": "SpecInvalidError", "message": "no image"}, "SpecInvalidError: no image"),
    ],
)
def test_a_catalogue_that_does_not_answer_has_failed(status: dict[str, Any], said: str) -> None:
    found = state(status={"installedCSV": "", "currentCSV": "", "state": ""}, catalog={"status": status})
    outcome = judged(found)
    assert outcome.progress is Progress.FAILED
    assert outcome.detail == f"CatalogSource 'openshift-marketplace/redhat-operators' doesn't answer ({said})"
