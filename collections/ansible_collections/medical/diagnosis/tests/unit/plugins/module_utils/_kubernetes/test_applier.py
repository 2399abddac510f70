# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Applier, as_change
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import (
    KindNotServedError,
    MissingFoundationError,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

ME = "medical.diagnosis"
EXCLUSIVE = (("spec", "source"),)
OWNED: dict[str, Any] = {"f:spec": {"f:source": {"f:path": {}}, "f:project": {}}}


class Memory:
    """The parts of a client that an applier needs: it merges what is applied, and refuses when told to."""

    def __init__(self, found: dict[str, Any] | None = None, *, refusal: DiagnosisError | None = None) -> None:
        self.found = found
        self.refusal = refusal
        self.writes: list[tuple[str, Any]] = []

    def get(self, *where: Any) -> dict[str, Any] | None:
        if isinstance(self.refusal, KindNotServedError):
            raise self.refusal
        return self.found

    def apply(self, kind: Any, manifest: Mapping[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        if self.refusal is not None:
            raise self.refusal
        self.writes.append(("dry run" if dry_run else "apply", manifest))
        return merged(self.found or {}, manifest)

    def merge_patch(self, kind: Any, namespace: str, name: str, patch: Any) -> dict[str, Any]:
        self.writes.append(("patch", (namespace, name, patch)))
        return self.found or {}

    @property
    def verbs(self) -> list[str]:
        return [write[0] for write in self.writes]


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(copy.deepcopy(base))
    for key, value in more.items():
        nested = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if nested else value
    return result


def manifest(path: str = "charts/a") -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "argocd"}
    return {"kind": "Application", "metadata": metadata, "spec": {"project": "p", "source": {"path": path}}}


def live(manager: str = ME, **source: Any) -> dict[str, Any]:
    found = manifest()
    found["metadata"]["managedFields"] = [{"manager": manager, "operation": "Apply", "fieldsV1": OWNED}]
    found["spec"]["source"].update(source)
    found["status"] = {"x": 1}
    return found


def test_nothing_is_asked_of_the_server_for_what_is_there() -> None:
    server = Memory(live())
    plan = Applier(server, APPLICATION, EXCLUSIVE).plan(manifest())
    assert not as_change(plan, {}).changed
    assert server.writes == []


def test_a_difference_is_the_server_s_own_word() -> None:
    server = Memory(live())
    applier = Applier(server, APPLICATION, EXCLUSIVE)
    plan = applier.plan(manifest("charts/b"))
    change = as_change(plan, {"namespace": "argocd"})
    assert (change.action, change.differences) == ("update", ["spec.source.path"])
    assert server.verbs == ["dry run"]
    applier.write(plan)
    assert server.verbs == ["dry run", "apply"]


@pytest.mark.parametrize(
    "refusal", [MissingFoundationError("a", "no namespace"), KindNotServedError("a", "not served")]
)
def test_what_has_no_place_yet_would_be_created_and_can_not_be_written(refusal: MissingFoundationError) -> None:
    applier = Applier(Memory(refusal=refusal), APPLICATION)
    plan = applier.plan(manifest())
    assert as_change(plan, {}).action == "create"
    with pytest.raises(MissingFoundationError):
        applier.write(plan)


def test_a_manifest_that_is_rejected_is_told_before_anything_is_written() -> None:
    with pytest.raises(DiagnosisError, match=r"spec\.project"):
        Applier(Memory(refusal=DiagnosisError("a", "spec.project: Required value")), APPLICATION).plan(manifest())


def test_what_others_put_where_the_manifest_is_the_whole_truth_goes() -> None:
    server = Memory(live(helm={"parameters": [1], "values": "x"}, path="charts/a"))
    applier = Applier(server, APPLICATION, EXCLUSIVE)
    wanted = manifest()
    wanted["spec"]["source"]["helm"] = {"values": "x"}
    plan = applier.plan(wanted)
    assert plan.foreign == (("spec", "source", "helm", "parameters"),)
    assert plan.after["spec"]["source"] == {"path": "charts/a", "helm": {"values": "x"}}
    applier.write(plan)
    assert server.writes[-1] == ("patch", ("argocd", "a", {"spec": {"source": {"helm": {"parameters": None}}}}))
    assert server.found is not None
    assert "parameters" in server.found["spec"]["source"]["helm"], "the plan is a copy"


def test_what_others_put_elsewhere_stays() -> None:
    found = live()
    found["spec"]["info"] = [{"name": "x"}]
    server = Memory(found)
    assert not as_change(Applier(server, APPLICATION, EXCLUSIVE).plan(manifest()), {}).changed
    assert server.writes == []


def test_an_object_of_somebody_else_with_the_same_values_is_taken_over() -> None:
    plan = Applier(Memory(live("kubectl")), APPLICATION).plan(manifest())
    change = as_change(plan, {})
    assert change.differences == ["appliedBy"]
    diff = change.as_diff()
    assert (diff["before"]["appliedBy"], diff["after"]["appliedBy"]) == (["kubectl"], ["kubectl", ME])
