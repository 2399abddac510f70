# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import Application
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.judgement import (
    ERROR_GRACE,
    is_fixed,
    removed,
    synced_and_healthy,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import Outcome, Progress

COMMIT = "7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d"
OLDER = "0" * 40
SOURCE = {
    "repoURL": "https://git.example/a.git",
    "path": "charts/a",
    "targetRevision": "main",
    "helm": {"valuesObject": {"off": False}},
}
DESTINATION = {"name": "facility-east", "namespace": "xraylab-1"}
DATABASE = {"group": "apps", "kind": "StatefulSet", "namespace": "xraylab-1", "name": "xraylabdb", "status": "Synced"}


def application(**changes: Any) -> dict[str, Any]:
    """An application that is synced and healthy, with some of its status, by dotted path, replaced."""
    compared = {"source": SOURCE, "destination": DESTINATION}
    found: dict[str, Any] = {
        "metadata": {"name": "a", "namespace": "argocd"},
        "spec": {
            "project": "p",
            "source": SOURCE,
            "destination": DESTINATION,
            "syncPolicy": {"automated": {"prune": True}},
        },
        "status": {
            "sync": {"status": "Synced", "revision": COMMIT, "comparedTo": compared},
            "health": {"status": "Healthy"},
            "resources": [DATABASE],
            "operationState": {
                "phase": "Succeeded",
                "message": "successfully synced (all tasks run)",
                "finishedAt": "2026-11-24T14:02:19Z",
                "operation": {"sync": {"revision": COMMIT, "source": SOURCE}},
                "syncResult": {"revision": COMMIT, "source": SOURCE},
            },
        },
    }
    found = copy.deepcopy(found)
    for path, value in changes.items():
        node = found
        *parents, last = path.split("__")
        for key in parents:
            node = node.setdefault(key, {})
        node[last] = value
    return found


def judged(expected: str | None = None, degraded_timeout: float | None = None, **changes: Any) -> Outcome:
    return synced_and_healthy(expected, degraded_timeout)(application(**changes))


def out_of_sync(*resources: dict[str, Any], **changes: Any) -> Outcome:
    entries = [{**DATABASE, "status": "OutOfSync", **resource} for resource in resources or ({},)]
    return judged(status__sync__status="OutOfSync", status__resources=entries, **changes)


def test_synced_and_healthy() -> None:
    assert judged().done
    assert judged(COMMIT).done


def test_defaults_that_argo_cd_leaves_out_are_no_difference() -> None:
    source = {**SOURCE, "directory": {"recurse": False}, "chart": ""}
    assert judged(spec__source=source, spec__ignoreDifferences=[]).done


def test_helm_values_count_to_the_letter() -> None:
    source = {**SOURCE, "helm": {"valuesObject": {}}}
    assert judged(spec__source=source).progress is Progress.UNKNOWN


@pytest.mark.parametrize(
    "changes",
    [
        {"metadata__annotations": {"argocd.argoproj.io/refresh": "normal"}},
        {"spec__source": {**SOURCE, "targetRevision": "next"}},
        {"spec__destination": {"name": "facility-west"}},
        {"spec__ignoreDifferences": [{"kind": "Deployment", "jsonPointers": ["/spec/replicas"]}]},
        {"status": {}},
    ],
)
def test_a_status_about_an_older_spec_tells_nothing(changes: dict[str, Any]) -> None:
    assert judged(**changes).progress is Progress.UNKNOWN


def test_another_revision_than_the_expected_one_makes_argo_cd_look_again() -> None:
    outcome = judged(OLDER)
    assert outcome.progress is Progress.WAITING
    assert outcome.stale
    assert outcome.detail == f"main is at {COMMIT}, {OLDER} is expected"


def test_a_spec_that_argo_cd_can_not_use_fails_when_it_stays_so() -> None:
    conditions = [
        {"type": "ComparisonError", "message": "left over from the spec before"},
        {"type": "InvalidSpecError", "message": "there are no clusters with this name:\n\tfacility-west"},
    ]
    outcome = judged(status__conditions=conditions, status__sync__status="Unknown")
    assert (outcome.progress, outcome.grace, outcome.stale) == (Progress.FAILED, ERROR_GRACE, True)
    assert outcome.detail == "InvalidSpecError: there are no clusters with this name: facility-west"


def test_warnings_are_no_failure() -> None:
    assert judged(status__conditions=[{"type": "OrphanedResourceWarning", "message": "2 orphaned"}]).done


@pytest.mark.parametrize(
    "message",
    [
        "rpc error: code = Unavailable desc = connection error",
        "Failed to load target state: dial tcp 10.96.1.2:80: connect: connection refused",
        "dial tcp: lookup git-server.git on 10.96.0.10:53: no such host",
    ],
)
def test_a_git_server_that_is_not_up_yet_is_waited_for(message: str) -> None:
    outcome = judged(status__conditions=[{"type": "ComparisonError", "message": message}])
    assert outcome.progress is Progress.WAITING
    assert outcome.stale


@pytest.mark.parametrize("phase", ["Running", "Terminating"])
def test_a_sync_that_runs_is_waited_for_even_when_all_is_synced_and_healthy(phase: str) -> None:
    message = "waiting for completion of hook batch/Job/database-migrations"
    outcome = judged(status__operationState__phase=phase, status__operationState__message=message)
    assert outcome == Outcome(Progress.WAITING, f"it syncs: {message}")


def test_a_sync_that_is_asked_for_is_waited_for() -> None:
    assert judged(operation={"sync": {}}).progress is Progress.WAITING


def test_a_failed_sync_of_what_is_wanted_is_a_failure_with_argo_cd_s_words() -> None:
    message = "one or more objects failed to apply, reason: admission webhook denied the request (retried 5 times)."
    outcome = out_of_sync(status__operationState__phase="Failed", status__operationState__message=message)
    assert (outcome.progress, outcome.detail) == (Progress.FAILED, f"sync Failed: {message}")


def test_the_reasons_that_argo_cd_leaves_out_of_its_message_are_told() -> None:
    message = "one or more synchronization tasks are not valid. Retrying attempt #3 at 3:05PM."
    lookup = "dial tcp: lookup facility-east-control-plane: server misbehaving"
    resources = [
        {"kind": "Service", "namespace": "traefik", "name": "traefik", "status": "SyncFailed", "message": lookup},
        {"kind": "Role", "namespace": "traefik", "name": "traefik", "status": "Synced", "message": "created"},
        {"kind": "Job", "namespace": "b", "name": "c", "hookPhase": "Failed", "message": "job failed"},
    ]
    outcome = out_of_sync(
        status__operationState__phase="Running",
        status__operationState__message=message,
        status__operationState__syncResult__resources=resources,
    )
    assert outcome.detail == f"it syncs: {message} Service traefik/traefik ({lookup}), Job b/c (job failed)"


@pytest.mark.parametrize(
    "result",
    [
        {"revision": OLDER, "source": SOURCE},
        {"revision": COMMIT, "source": {**SOURCE, "helm": {"valuesObject": {"off": True}}}},
    ],
)
def test_a_failed_sync_of_something_else_is_history(result: dict[str, Any]) -> None:
    outcome = out_of_sync(status__operationState__phase="Failed", status__operationState__syncResult=result)
    assert (outcome.progress, outcome.detail) == (Progress.WAITING, "OutOfSync: StatefulSet xraylab-1/xraylabdb")


def test_a_sync_that_argo_cd_refuses() -> None:
    message = f"Failed last sync attempt to [{COMMIT}]: boom"
    outcome = out_of_sync(status__conditions=[{"type": "SyncError", "message": message}])
    assert (outcome.progress, outcome.detail) == (
        Progress.FAILED,
        f"OutOfSync: StatefulSet xraylab-1/xraylabdb; SyncError: {message}",
    )


@pytest.mark.parametrize("policy", [{}, {"automated": {"enabled": False}}])
def test_nobody_is_going_to_sync_it(policy: dict[str, Any]) -> None:
    outcome = out_of_sync(spec__syncPolicy=policy)
    assert outcome.progress is Progress.FAILED
    assert "sync_policy.automated" in outcome.cure


def test_nobody_is_going_to_delete_it() -> None:
    outcome = out_of_sync({"requiresPruning": True}, spec__syncPolicy={"automated": {}})
    assert outcome.progress is Progress.FAILED
    assert "prune" in outcome.cure
    assert out_of_sync({"requiresPruning": True}).progress is Progress.WAITING
    assert out_of_sync({"requiresPruning": True}, {}, spec__syncPolicy={"automated": {}}).progress is Progress.WAITING


def test_only_the_first_few_resources_are_named() -> None:
    outcome = out_of_sync(*[{"name": str(number), "namespace": ""} for number in range(8)])
    assert outcome.detail == "OutOfSync: " + ", ".join(f"StatefulSet {number}" for number in range(5)) + ", 3 more"


def test_what_is_not_healthy_is_named_with_its_message() -> None:
    resources = [DATABASE, {**DATABASE, "name": "b", "health": {"status": "Degraded", "message": "no image"}}]
    degraded: dict[str, Any] = {"status__health__status": "Degraded", "status__resources": resources}
    outcome = judged(**degraded)
    assert (outcome.progress, outcome.detail) == (
        Progress.WAITING,
        "Degraded: StatefulSet xraylab-1/b (Degraded: no image)",
    )
    assert "kubectl" in outcome.cure
    outcome = judged(degraded_timeout=60, **degraded)
    assert (outcome.progress, outcome.grace) == (Progress.FAILED, 60)


def test_where_argo_cd_keeps_the_resources_health_to_itself_the_cure_says_so() -> None:
    outcome = judged(status__health__status="Progressing", status__resourceHealthSource="appTree")
    assert outcome.detail == "Progressing: Argo CD names no resource"
    assert "controller.resource.health.persist" in outcome.cure


def test_an_application_that_somebody_deletes_meanwhile() -> None:
    assert synced_and_healthy(None, None)(None).progress is Progress.FAILED
    assert judged(metadata__deletionTimestamp="2026-11-24T14:02:19Z").progress is Progress.FAILED


def test_a_retry_of_what_nobody_wants_any_more_is_noticed() -> None:
    retrying = {"phase": "Running", "finishedAt": "2026-11-24T14:02:19Z", "message": "Retrying attempt #3"}
    wanted = {**retrying, "syncResult": {"revision": COMMIT, "source": SOURCE}}
    obsolete = {**retrying, "syncResult": {"revision": OLDER, "source": SOURCE}}
    assert not Application(application(status__operationState=wanted)).retries_what_is_obsolete
    assert Application(application(status__operationState=obsolete)).retries_what_is_obsolete
    assert not judged(status__operationState=wanted).stale
    assert judged(status__operationState=obsolete).stale
    running = {**obsolete, "finishedAt": None}
    assert not Application(application(status__operationState=running)).retries_what_is_obsolete


def test_only_a_full_commit_id_is_fixed() -> None:
    assert is_fixed(COMMIT)
    assert not any(is_fixed(target) for target in (None, "", "main", "7d3c6f0", "20261124", "v1.*", COMMIT + "0"))


def test_an_application_that_goes_tells_what_holds_it() -> None:
    assert removed(None).done
    conditions = [{"type": "DeletionError", "message": "cluster not found"}]
    found = application(metadata__finalizers=["resources-finalizer.argocd.argoproj.io"], status__conditions=conditions)
    assert removed(found).detail == (
        "it is still there, held by resources-finalizer.argocd.argoproj.io; DeletionError: cluster not found"
    )
