# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status of an object says about a wish: done, not yet, failed or nothing; and the wishes that are common.

A judge is a function from an object (None where there is none) to an :class:`Outcome`. Judges are combined, so that each
kind's own ones stay small: ``observed(any_of(condition("Ready"), condition("Complete")))``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

Object = Mapping[str, Any]


class Progress(Enum):
    """How far it is."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    # its controller hasn't looked at the newest state yet, so the status tells nothing about it
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """What one look at an object tells.

    :param detail: the state in words, a clause: what is still missing, or what went wrong.
    :param cure: what a person can do about it, sentences; empty where nothing sensible can be said.
    :param grace: seconds for which a failure has to last before it counts, for those that may pass by themselves.
    :param stale: whether the status only changes when its controller is asked to look again.
    """

    progress: Progress
    detail: str = ""
    cure: str = ""
    grace: float = 0.0
    stale: bool = False

    @property
    def done(self) -> bool:
        """Whether the wish is fulfilled."""
        return self.progress is Progress.DONE


Judge = Callable[[Optional[Object]], Outcome]

DONE = Outcome(Progress.DONE)


def waiting(detail: str, *, cure: str = "", stale: bool = False) -> Outcome:
    """Not yet."""
    return Outcome(Progress.WAITING, detail, cure, stale=stale)


def unknown(detail: str, *, cure: str = "", stale: bool = False) -> Outcome:
    """Nothing can be told before the controller has looked."""
    return Outcome(Progress.UNKNOWN, detail, cure, stale=stale)


def failed(detail: str, *, cure: str = "", grace: float = 0.0, stale: bool = False) -> Outcome:
    """It won't come by itself."""
    return Outcome(Progress.FAILED, detail, cure, grace, stale)


def gone(found: Object | None) -> Outcome:
    """The object isn't there any more."""
    if found is None:
        return DONE
    finalizers = found["metadata"].get("finalizers") or []
    return waiting(f"it is still there, held by {', '.join(finalizers)}" if finalizers else "it is still there")


def observed(judge: Judge) -> Judge:
    """``judge``, but only once the controller has seen the newest spec: until then the status is about an older one."""

    def judge_observed(found: Object | None) -> Outcome:
        if found is None:
            return waiting("it doesn't exist")
        generation = found["metadata"].get("generation", 0)
        seen = (found.get("status") or {}).get("observedGeneration", 0)
        if seen < generation:
            return unknown(f"its controller has seen generation {seen}, the newest is {generation}")
        return judge(found)

    return judge_observed


def condition(name: str, status: str = "True") -> Judge:
    """The condition ``name`` has this status; the detail is that condition with its reason and message."""

    def judge_condition(found: Object | None) -> Outcome:
        present = condition_of(found, name)
        if present is None:
            return waiting(f"it has no condition {name} yet")
        if present.get("status") == status:
            return Outcome(Progress.DONE, describe(present))
        return waiting(describe(present))

    return judge_condition


def any_of(*judges: Judge) -> Judge:
    """One of ``judges`` is fulfilled; failed when all have failed."""

    def judge_any(found: Object | None) -> Outcome:
        outcomes = [judge(found) for judge in judges]
        for progress in (Progress.DONE, Progress.WAITING, Progress.UNKNOWN):
            for outcome in outcomes:
                if outcome.progress is progress:
                    return outcome
        return outcomes[0]

    return judge_any


def unless(failure: Judge, judge: Judge, *, grace: float = 0.0, cure: str = "") -> Judge:
    """``judge``, but failed as soon as ``failure`` is fulfilled for ``grace`` seconds."""

    def judge_unless(found: Object | None) -> Outcome:
        outcome = judge(found)
        broken = failure(found)
        if broken.done and outcome.progress is Progress.WAITING:
            return failed(broken.detail, cure=cure, grace=grace)
        return outcome

    return judge_unless


def condition_of(found: Object | None, name: str) -> Mapping[str, Any] | None:
    """The condition ``name`` in an object's status, or None."""
    conditions = ((found or {}).get("status") or {}).get("conditions") or []
    return next((present for present in conditions if present.get("type") == name), None)


def describe(present: Mapping[str, Any]) -> str:
    """A condition in words: ``Ready is False (RevisionFailed): container exited with 1``."""
    reason = f" ({present['reason']})" if present.get("reason") else ""
    message = f": {' '.join(present['message'].split())}" if present.get("message") else ""
    return f"{present['type']} is {present.get('status', 'Unknown')}{reason}{message}"
