# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import Backoff, retry


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Server:
    """Fails as often as told, then answers."""

    def __init__(self, failures: int, *, transient: bool = True) -> None:
        self.calls = 0
        self._failures = failures
        self._transient = transient

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._failures:
            raise DiagnosisError("Server", "it is busy", transient=self._transient)
        return "answer"


def attempt(server: Server, limit: float) -> tuple[str, Time]:
    time = Time()
    return retry(server, Backoff(limit=limit), clock=time.clock, sleep=time.sleep), time


def test_a_transient_fault_is_repeated_until_it_passes() -> None:
    server = Server(failures=3)
    answer, time = attempt(server, limit=30)
    assert answer == "answer"
    assert server.calls == 4
    assert time.waits == sorted(time.waits), "waits grow"


def test_a_lasting_fault_passes_at_once() -> None:
    server = Server(failures=1, transient=False)
    with pytest.raises(DiagnosisError):
        attempt(server, limit=30)
    assert server.calls == 1


def test_another_error_passes_at_once() -> None:
    def broken() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        retry(broken, Backoff(limit=30), sleep=lambda _: pytest.fail("slept"))


def test_no_time_means_one_attempt() -> None:
    server = Server(failures=1)
    with pytest.raises(DiagnosisError):
        attempt(server, limit=0)
    assert server.calls == 1


def test_no_attempt_starts_after_the_limit() -> None:
    time = Time()
    server = Server(failures=1000)
    with pytest.raises(DiagnosisError):
        retry(server, Backoff(limit=30), clock=time.clock, sleep=time.sleep)
    assert 20 < sum(time.waits) <= 30


@pytest.mark.parametrize(("retries", "longest"), [(1, 0.25), (2, 0.5), (5, 4.0), (6, 5.0), (5000, 5.0)])
def test_the_wait_doubles_up_to_its_longest_with_jitter(retries: int, longest: float) -> None:
    waits = [Backoff(limit=30).wait_before(retries) for _attempt in range(200)]
    assert longest / 2 <= min(waits)
    assert max(waits) <= longest
    assert len(set(waits)) > 1
