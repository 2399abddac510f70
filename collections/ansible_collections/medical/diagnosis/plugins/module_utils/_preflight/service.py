# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All clusters at once, and what can only be told by looking at them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Callable

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.capacity import needed_amounts
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.cluster import (
    CONNECTION,
    ClusterCheck,
    Limits,
    Survey,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.endpoints import check_endpoint
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, Finding, Verdict
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.names import judge_identities, judge_names
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.parallel import Answers
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import judge_registration
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.version import parse_version

Options = Mapping[str, Any]

# They wait for servers nearly all of their time.
WORKERS = 32


class Preflight:
    """The checks of a task.

    :param clusters: the task's entries.
    :param limit: seconds after which what hasn't answered is given up.
    """

    def __init__(self, clusters: Sequence[Options], limits: Limits, now: datetime, limit: float) -> None:
        self._clusters = clusters
        self._limits = limits
        self._now = now
        self._limit = limit
        for options in clusters:
            _reject_nonsense(options)

    def findings(self) -> list[Finding]:
        """Every finding, cluster by cluster in the order of the task."""
        surveys, visits = self._ask()
        found = [
            *judge_names([options["name"] for options in self._clusters]),
            *self._own(surveys),
            *judge_identities({survey.name: survey.uid for survey in surveys if survey and survey.uid}),
            *self._registrations([survey for survey in surveys if survey]),
            *visits,
        ]
        order = {options["name"]: position for position, options in enumerate(self._clusters)}
        return sorted(dict.fromkeys(found), key=lambda finding: order[finding.cluster])

    def _ask(self) -> tuple[list[Survey | None], list[Finding]]:
        """Ask every cluster and every endpoint, side by side."""
        endpoints = [(options["name"], one) for options in self._clusters for one in options["endpoints"] or []]
        calls: list[Callable[[], Any]] = [
            *(ClusterCheck(options, self._limits, self._now).run for options in self._clusters),
            *(partial(self._visit, endpoint) for name, endpoint in endpoints),
        ]
        answers = Answers(calls).collect(WORKERS, self._limit)
        surveys, visits = answers[: len(self._clusters)], answers[len(self._clusters) :]
        findings = [
            Finding(name, verdict)
            for (name, endpoint), verdicts in zip(endpoints, visits)
            for verdict in (verdicts or [self._given_up(endpoint["name"])])
        ]
        return surveys, findings

    def _visit(self, endpoint: Options) -> list[Verdict]:
        limits = self._limits
        return list(check_endpoint(endpoint, limits.timeout, self._now, limits.certificate_notice))

    def _own(self, surveys: Sequence[Survey | None]) -> Iterator[Finding]:
        """What each cluster's own checks found."""
        for options, survey in zip(self._clusters, surveys):
            for verdict in survey.verdicts if survey else [self._given_up(CONNECTION)]:
                yield Finding(options["name"], verdict)

    @staticmethod
    def _registrations(surveys: Sequence[Survey]) -> Iterator[Finding]:
        """Who manages each facility, as it and the hub tell."""
        hub = next((survey.hub for survey in surveys if survey.hub), None)
        for survey in surveys:
            if survey.registration_known:
                yield Finding(survey.name, judge_registration(survey.name, survey.agent, hub))

    def _given_up(self, check: str) -> Verdict:
        cure = "Check the network and the name servers between this machine and it."
        return Verdict(check, ERROR, f"no answer within {self._limit:g} s", "an answer", cure)


def _reject_nonsense(options: Options) -> None:
    """Tell about expectations that no cluster can meet or miss, before any is asked.

    :raises DiagnosisError: where a version or an amount is none.
    """
    needed_amounts(options["capacity"] or {})
    for version in (options["kubernetes_version"] or {}).values():
        if version is not None:
            parse_version(version)
