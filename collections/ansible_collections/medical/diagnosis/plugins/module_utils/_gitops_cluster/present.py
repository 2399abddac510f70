# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that are to be registered with Argo CD: all compared, then each step done for all before the next."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from functools import partial

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.judgement import (
    ADDON,
    addon_installed,
    addon_label,
    registered,
    rights_applied,
    token_reported,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.kinds import (
    MANAGED_ADDON,
    MANAGED_CLUSTER,
    MANIFEST_WORK,
    SERVICE_ACCOUNT,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import Registration
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.survey import (
    Survey,
    Surveyor,
    combined,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.validation import (
    label_of,
    validate_present,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Plan
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.waiter import Target, wait_for
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change


class PresentClusters:
    """Clusters that are to be registered.

    :param wait_timeout: seconds to wait until the hub and the clusters have done their parts, for all clusters together.
    """

    def __init__(self, client: KubernetesClient, registrations: Sequence[Registration], *, wait_timeout: float) -> None:
        self._client = client
        self._registrations = registrations
        self._wait_timeout = wait_timeout
        self._surveyor = Surveyor(client)
        self._surveys: list[Survey] = []
        self._done: dict[str, list[Plan]] = {}

    def plan(self) -> list[Change]:
        """What is to become of each cluster, in order; nothing is written."""
        validate_present([registration.options for registration in self._registrations])
        self._surveys = [self._surveyor.survey(registration) for registration in self._registrations]
        return [combined(survey.registration, [*survey.foundation, *survey.local]) for survey in self._surveys]

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write all that differ and wait; the changes come out with what was written.

        A cluster Secret is written last, once the token that it holds may do what Argo CD needs.
        """
        deadline = time.monotonic() + self._wait_timeout
        try:
            unready = [survey for survey in self._surveys if not survey.is_ready]
            self._await_cluster(unready, deadline)
            self._await_addon(unready, deadline)
            for survey in self._surveys:
                self._lay_foundation(survey)
            self._await_credentials(unready, deadline)
            for survey in self._surveys:
                self._write_local(survey)
        except DiagnosisError:
            yield from self._written(changes)
            raise
        yield from self._written(changes)

    def _await_cluster(self, surveys: Sequence[Survey], deadline: float) -> None:
        self._wait(
            [
                Target(
                    label_of(survey.registration.options),
                    read=partial(self._client.get, MANAGED_CLUSTER, None, survey.registration.cluster),
                    judge=registered,
                )
                for survey in surveys
            ],
            deadline,
        )

    def _await_addon(self, surveys: Sequence[Survey], deadline: float) -> None:
        names = [survey.registration.cluster for survey in surveys]
        self._wait(
            [
                Target(
                    addon_label(name),
                    read=partial(self._client.get, MANAGED_ADDON, name, ADDON),
                    judge=addon_installed,
                )
                for name in names
            ],
            deadline,
        )

    def _lay_foundation(self, survey: Survey) -> None:
        if not survey.is_ready:
            # Where the add-on keeps its accounts is known for sure only now that it is there.
            survey = self._surveyor.survey(survey.registration)
        self._write(survey.registration, survey.foundation)

    def _await_credentials(self, surveys: Sequence[Survey], deadline: float) -> None:
        targets = []
        for survey in surveys:
            cluster, account = survey.registration.cluster, survey.registration.account
            work = survey.registration.work_name
            read_account = partial(self._client.get, SERVICE_ACCOUNT, cluster, account)
            read_rights = partial(self._client.get, MANIFEST_WORK, cluster, work)
            targets.append(Target(SERVICE_ACCOUNT.label(cluster, account), read=read_account, judge=token_reported))
            targets.append(Target(MANIFEST_WORK.label(cluster, work), read=read_rights, judge=rights_applied))
        self._wait(targets, deadline)

    def _write_local(self, survey: Survey) -> None:
        if not survey.is_ready:
            survey = self._surveyor.survey(survey.registration)
        registration = survey.registration
        if survey.fresh is None:
            raise DiagnosisError(
                label_of(registration.options),
                f"the add-on has reported a token, and Secret {registration.cluster}/{registration.account} has none",
                "Delete that Secret: the add-on makes it anew. Then run the task again.",
            )
        self._write(registration, survey.local)

    def _write(self, registration: Registration, plans: Sequence[Plan]) -> None:
        done = self._done.setdefault(registration.cluster, [])
        for plan in plans:
            done.append(self._surveyor.write(plan))

    def _written(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Those of ``changes`` that were dealt with, each with what was written of it."""
        for change, registration in zip(changes, self._registrations, strict=True):
            if change.name in self._done:
                yield combined(registration, self._done[change.name])

    def _wait(self, targets: Sequence[Target], deadline: float) -> None:
        if targets:
            wait_for(targets, max(0, math.ceil(deadline - time.monotonic())))
