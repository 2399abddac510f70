# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Outcome,
    failed,
    unknown,
    waiting,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Story:
    """A target whose outcomes are told beforehand, one a look; the last one stays."""

    def __init__(self, label: str, *outcomes: Outcome | DiagnosisError) -> None:
        self.outcomes = list(outcomes)
        self.nudges: list[Mapping[str, Any]] = []
        self.looks = 0
        self.target = Target(label, read=self.read, judge=self.judge, nudge=self.nudges.append)

    def read(self) -> dict[str, Any]:
        self.looks += 1
        outcome = self.outcome
        if isinstance(outcome, DiagnosisError):
            raise outcome
        return {"look": self.looks}

    def judge(self, found: Mapping[str, Any] | None) -> Outcome:
        outcome = self.outcome
        assert isinstance(outcome, Outcome)
        return outcome

    @property
    def outcome(self) -> Outcome | DiagnosisError:
        return self.outcomes[min(self.looks, len(self.outcomes)) - 1]


def wait(clock: Clock, timeout: float, *stories: Story) -> None:
    wait_for([story.target for story in stories], timeout, clock=clock, sleep=clock.sleep)


def test_it_returns_when_all_are_done_and_looks_no_longer_at_those_that_are() -> None:
    clock, first, second = Clock(), Story("a", DONE), Story("b", waiting("x"), waiting("y"), DONE)
    wait(clock, 60, first, second)
    assert (first.looks, second.looks) == (1, 3)
    assert clock.now - 1000 == 2
    assert second.target.latest == {"look": 3}


def test_what_is_there_already_takes_no_time_however_short_the_timeout() -> None:
    clock = Clock()
    wait(clock, 0, Story("a", DONE))
    assert clock.now == 1000


def test_a_timeout_tells_the_last_known_state_of_each() -> None:
    clock = Clock()
    stories = [Story("App 'a'", waiting("Degraded", cure="Look.")), Story("App 'b'", waiting("x"), unknown("asked"))]
    with pytest.raises(DiagnosisError) as caught:
        wait(clock, 10, *stories, Story("App 'c'", DONE))
    assert str(caught.value) == "2 objects: timed out after 10 s: App 'a': Degraded; App 'b': x. Look."
    assert clock.now - 1000 <= 10


def test_a_failure_ends_the_wait_for_all_at_once() -> None:
    clock = Clock()
    with pytest.raises(DiagnosisError, match=r"^App 'b': failed: sync failed\.$"):
        wait(clock, 60, Story("App 'a'", waiting("x")), Story("App 'b'", waiting("y"), failed("sync failed")))
    assert clock.now - 1000 == 1


def test_a_failure_with_grace_has_to_last() -> None:
    clock = Clock()
    wait(clock, 60, Story("a", *[failed("x", grace=5)] * 4, waiting("y"), *[failed("x", grace=5)] * 4, DONE))
    assert clock.now - 1000 == 9
    with pytest.raises(DiagnosisError, match="failed: x"):
        wait(clock, 60, Story("a", failed("x", grace=5)))
    assert clock.now - 1000 == 9 + 5


def test_asking_again_about_a_failure_does_not_keep_it_from_counting() -> None:
    clock = Clock()
    again = [failed("x", grace=5, stale=True), unknown("asked")]
    with pytest.raises(DiagnosisError, match="failed: x"):
        wait(clock, 60, Story("a", *again * 10))
    assert clock.now - 1000 == 5


def test_a_stale_status_makes_the_controller_look_again_but_not_all_the_time() -> None:
    clock, story = Clock(), Story("a", *[waiting("old", stale=True)] * 11, DONE)
    wait(clock, 60, story)
    assert story.nudges == [{"look": 1}, {"look": 6}, {"look": 11}]


def test_an_api_server_that_is_away_for_a_moment_is_waited_for_like_anything_else() -> None:
    clock = Clock()
    away = DiagnosisError("API", "connection refused", transient=True)
    wait(clock, 60, Story("a", away, away, DONE))
    with pytest.raises(DiagnosisError, match="timed out after 3 s: API: connection refused"):
        wait(clock, 3, Story("a", away))


def test_any_other_error_passes_at_once() -> None:
    clock = Clock()
    with pytest.raises(DiagnosisError, match="forbidden"):
        wait(clock, 60, Story("a", DiagnosisError("API", "forbidden")))
    assert clock.now == 1000
