# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one waiter: looks at many objects until each is as wished, one has failed, or the time is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    Judge,
    Object,
    Outcome,
    Progress,
    unknown,
    waiting,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

INTERVAL = 1.0
# A controller that is asked to look again answers in a second or two; asking it faster only keeps it busy.
NUDGE_INTERVAL = 5.0


@dataclass
class Target:
    """An object that is waited for.

    :param label: the object as people call it.
    :param read: gets it, None where there is none.
    :param judge: what is wished of it.
    :param nudge: asks its controller to look again, for a status that is stale.
    """

    label: str
    read: Callable[[], Object | None]
    judge: Judge
    nudge: Callable[[Object], None] | None = None
    latest: Object | None = None
    outcome: Outcome = field(default_factory=lambda: unknown("it hasn't been looked at"))
    failed_since: float | None = None
    nudged_at: float | None = None

    def look(self, now: float) -> None:
        """Read the object and judge it.

        A request that fails for a passing reason, such as an API server that restarts, is one more reason to wait.
        """
        try:
            self.latest = self.read()
            self._note(self.judge(self.latest), now)
            self._nudge(now)
        except DiagnosisError as error:
            if not error.transient:
                raise
            self._note(waiting(str(error)), now)

    def _note(self, outcome: Outcome, now: float) -> None:
        """Take ``outcome`` for the target's, unless it only says that nothing is known since the one before.

        So a controller that is asked again and again about a failure can't keep it from counting, and a timeout tells the
        last thing that was known.
        """
        if outcome.progress is Progress.UNKNOWN and self.outcome.progress is not Progress.UNKNOWN:
            return
        self.outcome = outcome
        if outcome.progress is not Progress.FAILED:
            self.failed_since = None
        elif self.failed_since is None:
            self.failed_since = now

    def _nudge(self, now: float) -> None:
        due = self.nudged_at is None or now - self.nudged_at >= NUDGE_INTERVAL
        if self.outcome.stale and self.nudge is not None and self.latest is not None and due:
            self.nudged_at = now
            self.nudge(self.latest)

    def has_failed(self, now: float) -> bool:
        """Whether it has been failed for longer than the failure's grace."""
        return self.failed_since is not None and now - self.failed_since >= self.outcome.grace


def wait_for(
    targets: Sequence[Target],
    timeout: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Return when all ``targets`` are done; each keeps its ``latest`` object and ``outcome``, whatever comes.

    :param timeout: seconds; every target is looked at once in any case.
    :raises DiagnosisError: as soon as one has failed, or when the time is over; it names each target that isn't done
        and the state it was last seen in.
    """
    deadline = clock() + timeout
    pending = list(targets)
    while True:
        for target in pending:
            target.look(clock())
        pending = [target for target in pending if not target.outcome.done]
        if not pending:
            return
        now = clock()
        failures = [target for target in pending if target.has_failed(now)]
        if failures:
            raise _unfulfilled(failures, "failed")
        if now + INTERVAL > deadline:
            raise _unfulfilled(pending, f"timed out after {timeout:g} s")
        sleep(INTERVAL)


def _unfulfilled(targets: Sequence[Target], what: str) -> DiagnosisError:
    """One error for all of ``targets``."""
    cures = dict.fromkeys(target.outcome.cure for target in targets if target.outcome.cure)
    if len(targets) == 1:
        subject, problem = targets[0].label, f"{what}: {targets[0].outcome.detail}"
    else:
        subject = f"{len(targets)} objects"
        problem = f"{what}: " + "; ".join(f"{target.label}: {target.outcome.detail}" for target in targets)
    return DiagnosisError(subject, problem, " ".join(cures))
