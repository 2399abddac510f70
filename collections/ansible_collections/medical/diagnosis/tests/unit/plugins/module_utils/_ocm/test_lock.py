# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.lock import RENEWAL, SECONDS, Lock
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

LONG_AGO = "2026-01-01T00:00:00.000000Z"


class Leases:
    """The leases of a hub."""

    def __init__(self) -> None:
        self.found: dict[str, Any] | None = None
        self.version = 0

    def put(self, holder: str, renewed: str = LONG_AGO) -> None:
        self.version += 1
        spec = {"holderIdentity": holder, "renewTime": renewed, "acquireTime": renewed, "leaseDurationSeconds": SECONDS}
        self.found = {"metadata": {"uid": "u", "resourceVersion": str(self.version)}, "spec": spec}

    def create(self, kind: Any, manifest: dict[str, Any]) -> dict[str, Any]:
        if self.found is not None:
            raise DiagnosisError("lease", "it is there", code="AlreadyExists")
        self.put(manifest["spec"]["holderIdentity"], manifest["spec"]["renewTime"])
        return copy.deepcopy(self.found or {})

    def replace(self, kind: Any, manifest: dict[str, Any]) -> dict[str, Any]:
        if self.found is None or manifest["metadata"]["resourceVersion"] != str(self.version):
            raise DiagnosisError("lease", "somebody was faster", code="Conflict")
        self.put(manifest["spec"]["holderIdentity"], manifest["spec"]["renewTime"])
        return copy.deepcopy(self.found or {})

    def get(self, *where: Any) -> dict[str, Any] | None:
        return copy.deepcopy(self.found)

    def delete(self, *where: Any, uid: str) -> None:
        self.found = None


def lock(leases: Leases, sleep: Callable[[float], None] = lambda _seconds: None) -> Lock:
    client: Any = leases
    return Lock(client, "ocm", "facility-east", "me", sleep=sleep)


def test_it_is_held_and_given_back() -> None:
    leases = Leases()
    with lock(leases) as held:
        held.require()
        assert leases.found is not None
        assert leases.found["spec"]["holderIdentity"] == "me"
    assert leases.found is None


def test_it_is_given_back_after_a_fault() -> None:
    leases = Leases()
    with pytest.raises(ZeroDivisionError), lock(leases):
        raise ZeroDivisionError
    assert leases.found is None


def test_one_that_another_run_holds_is_refused_with_its_name() -> None:
    leases: Any = Leases()
    second = Lock(leases, "ocm", "facility-east", "you", sleep=lambda _seconds: None)
    with lock(leases), pytest.raises(DiagnosisError, match="another run is at it: me") as caught:
        second.__enter__()
    assert f"{SECONDS} s" in caught.value.cure


def test_one_of_a_dead_run_is_taken_after_watching_it_for_as_long_as_it_lasts() -> None:
    leases, slept = Leases(), []
    leases.put("dead")
    with lock(leases, slept.append):
        assert leases.found is not None
        assert leases.found["spec"]["holderIdentity"] == "me"
    assert sum(slept) >= SECONDS


def test_one_that_looks_old_by_a_wrong_clock_but_is_renewed_is_refused() -> None:
    leases = Leases()
    leases.put("alive")
    with pytest.raises(DiagnosisError, match="another run is at it: alive"):
        lock(leases, lambda _seconds: leases.put("alive")).__enter__()


def test_two_that_take_over_at_once_are_one_and_a_refusal() -> None:
    leases = Leases()
    leases.put("dead")

    def sleep(_seconds: float) -> None:
        """Let another run be a moment faster, after the last look."""
        slept.append(_seconds)
        if sum(slept) + RENEWAL > SECONDS:
            leases.get = faster  # type: ignore[method-assign]

    def faster(*where: Any) -> dict[str, Any] | None:
        seen = copy.deepcopy(leases.found)
        leases.put("faster")
        return seen

    slept: list[float] = []
    first = lock(leases, sleep)
    with pytest.raises(DiagnosisError, match="another run is at it: faster"):
        first.__enter__()


def test_a_lease_that_somebody_else_has_taken_stops_the_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.medical.diagnosis.plugins.module_utils._ocm.lock.RENEWAL", 0.01)
    leases = Leases()
    with lock(leases) as held:
        leases.put("thief")
        held._renewer.join(5)
        with pytest.raises(DiagnosisError, match="somebody was faster"):
            held.require()
    assert leases.found is not None
    assert leases.found["spec"]["holderIdentity"] == "thief"
