# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.clock import TimeSignal, judge_clock
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.groups import judge_groups
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.names import judge_identities, judge_names
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.permissions import (
    EVERYTHING,
    judge_permissions,
    permissions_of,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.storage import (
    DEFAULT_ANNOTATION,
    judge_storage,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.version import judge_version, parse_version
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=timezone.utc).timestamp()
AT_NOON = "Tue, 24 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("found", "minimum", "maximum", "level"),
    [
        ("v1.34.4", "1.28", "1.34", "ok"),
        ("v1.34.4+k3s1", "1.34", None, "ok"),
        ("v1.9.1", "1.28", None, "error"),
        ("v1.35.0", "1.28", "1.34", "warning"),
        ("v1.20.0", None, None, "ok"),
    ],
)
def test_versions(found: str, minimum: str | None, maximum: str | None, level: str) -> None:
    verdict = judge_version(found, minimum, maximum)
    assert verdict.level == level
    assert bool(verdict.cure) is (level != "ok")


def test_what_is_no_version() -> None:
    with pytest.raises(DiagnosisError, match=r"Kubernetes version 'latest'"):
        parse_version("latest")


@pytest.mark.parametrize(
    ("before", "after", "skew"),
    [
        # asked within the second that the header names
        (NOON + 0.2, NOON + 0.3, 0.0),
        # the answer took eight seconds, at any of which the server may have looked at its clock
        (NOON - 3, NOON + 5, 0.0),
        (NOON - 10, NOON - 9, 9.0),
        (NOON + 31, NOON + 32, -30.0),
    ],
)
def test_skew_is_what_is_certain(before: float, after: float, skew: float) -> None:
    assert TimeSignal(AT_NOON, before, after).skew == pytest.approx(skew)


def test_clocks() -> None:
    ahead = judge_clock(TimeSignal(AT_NOON, NOON - 60, NOON - 59), 5)
    assert (ahead.level, ahead.found, ahead.expected) == ("error", "59.0 s ahead", "within 5 s")
    assert judge_clock(TimeSignal(AT_NOON, NOON + 65, NOON + 66), 5).found == "64.0 s behind"
    assert judge_clock(TimeSignal(AT_NOON, NOON + 3, NOON + 3), 5).level == "ok"
    assert judge_clock(TimeSignal("soon", NOON, NOON), 5).level == "warning"
    assert judge_clock(TimeSignal("", NOON, NOON), 5).level == "warning"


@pytest.mark.parametrize(
    ("classes", "wanted", "level", "found"),
    [
        ({"standard": True}, "", "ok", "standard (default)"),
        ({"standard": True, "fast": False}, "fast", "ok", "fast"),
        ({"standard": True}, "fast", "error", "there is standard"),
        ({"slow": False, "fast": False}, "", "error", "there are fast, slow, none is the default"),
        ({"slow": True, "fast": True}, "", "warning", "2 defaults: fast, slow"),
        ({}, "", "error", "there is none"),
    ],
)
def test_storage_classes(classes: dict[str, bool], wanted: str, level: str, found: str) -> None:
    there = [
        {"metadata": {"name": name, "annotations": {DEFAULT_ANNOTATION: str(default).lower()}}}
        for name, default in classes.items()
    ]
    verdict = judge_storage(there, wanted)
    assert (verdict.level, verdict.found) == (level, found)


def test_rules_become_single_permissions() -> None:
    rules = [
        {"verbs": ["get", "list"], "group": "", "resources": ["pods", "pods/exec"], "namespace": "a"},
        {"verbs": ["*"], "group": "*", "resources": ["*"], "namespace": None},
    ]
    wanted = list(permissions_of(rules))
    assert [str(one) for one in wanted] == [
        "get pods in a",
        "list pods in a",
        "get pods/exec in a",
        "list pods/exec in a",
        "everything (cluster-admin)",
    ]
    assert wanted[-1] == EVERYTHING
    attributes = wanted[2].review()["spec"]["resourceAttributes"]
    assert (attributes["resource"], attributes["subresource"], attributes["namespace"]) == ("pods", "exec", "a")


def test_missing_permissions_are_named() -> None:
    rules = [{"verbs": ["create"], "group": "apps", "resources": list("abcdef"), "namespace": None}]
    wanted = list(permissions_of(rules))
    verdict = judge_permissions("reader", wanted, wanted)
    assert verdict.level == "error"
    assert verdict.found == "reader may not create a.apps, create b.apps, create c.apps, create d.apps and 2 more"
    assert judge_permissions("", wanted, []).level == "ok"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("facility-east", "ok"),
        ("a" * 53, "ok"),
        ("a" * 54, "error"),
        ("Facility", "error"),
        ("north_clinic", "error"),
        ("-a", "error"),
        ("a-", "error"),
        ("a.b", "error"),
        ("", "error"),
        ("a\n", "error"),
    ],
)
def test_names(name: str, level: str) -> None:
    assert [finding.verdict.level for finding in judge_names([name])] == [level]


def test_a_name_that_two_have() -> None:
    found = {
        (finding.cluster, finding.verdict.level, finding.verdict.found) for finding in judge_names(["a", "b", "a"])
    }
    assert found == {("a", "error", "2 clusters have it"), ("b", "ok", "b")}


def test_two_names_of_one_cluster() -> None:
    findings = judge_identities({"hub": "1", "east": "2", "west": "1"})
    assert [(finding.verdict.level, finding.verdict.found) for finding in findings] == [
        ("error", "the same cluster as west"),
        ("ok", "2"),
        ("error", "the same cluster as hub"),
    ]


def test_api_groups() -> None:
    verdict = judge_groups({"apps"}, ["apps", "config.openshift.io"])
    assert (verdict.level, verdict.found) == ("error", "missing: config.openshift.io")
    assert judge_groups({"apps"}, ["apps"]).level == "ok"
