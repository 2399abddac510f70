# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One registration compared with what is on the hub, as one change however many objects it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import (
    Credentials,
    decoded,
    in_use,
    reported,
    serves,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.judgement import (
    ADDON,
    addon_namespace,
    rights_applied,
    token_reported,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.kinds import (
    MANAGED_ADDON,
    MANIFEST_WORK,
    ROLE,
    ROLE_BINDING,
    SECRET,
    SERVICE_ACCOUNT,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import (
    ACCOUNT_ANNOTATION,
    Registration,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Applier, Plan, as_change
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import MissingFoundationError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

KINDS = (SERVICE_ACCOUNT, MANIFEST_WORK, ROLE, ROLE_BINDING, SECRET)
# What of the Secret is secret, and what isn't: what else somebody has put there isn't shown.
LOGIN = "data.config"
OPEN = frozenset({"name", "server", "project", "namespaces", "clusterResources"})
# Stands for what the add-on is going to report; a change shows it by name only.
UNREPORTED = Credentials("", "")


@dataclass(frozen=True)
class Survey:
    """What is to become of each object of one registration.

    :param foundation: the account in the cluster, and what it may do there.
    :param local: what is Argo CD's: who may renew the cluster Secret, and last that Secret.
    :param fresh: the credentials that the add-on has reported, None for none yet.
    """

    registration: Registration
    foundation: Sequence[Plan]
    local: Sequence[Plan]
    fresh: Credentials | None

    @property
    def is_ready(self) -> bool:
        """Whether the token is there, with the rights that are asked for."""
        account, rights = self.foundation
        unchanged = not any(as_change(plan, {}).changed for plan in self.foundation)
        reported_and_applied = token_reported(account.before).done and rights_applied(rights.before).done
        return self.fresh is not None and unchanged and reported_and_applied


class Surveyor:
    """Compares registrations with what is on the hub, and writes what differs."""

    def __init__(self, client: KubernetesClient) -> None:
        self._client = client
        self._appliers = {kind.name: Applier(client, kind) for kind in KINDS}

    def survey(self, registration: Registration) -> Survey:
        """Compare one registration; nothing is written."""
        fresh = reported(self._find(SECRET, registration.cluster, registration.account))
        account_namespace = fresh.claims.namespace if fresh else ""
        rights = registration.rights(account_namespace or self._addon_namespace(registration))
        foundation = [self._plan(registration.service_account()), self._plan(rights)]
        used = self._find(SECRET, registration.namespace, registration.secret_name)
        local = [*registration.access(), registration.secret(_wanted(registration, used, fresh).config)]
        return Survey(registration, foundation, [self._plan(manifest) for manifest in local], fresh)

    def write(self, plan: Plan) -> Plan:
        """Do what ``plan`` says, where it says anything; returns it with what came of it."""
        if not as_change(plan, {}).changed:
            return plan
        written = self._appliers[plan.manifest["kind"]].write(plan)
        return Plan(plan.manifest, plan.before, written)

    def _addon_namespace(self, registration: Registration) -> str:
        return addon_namespace(self._find(MANAGED_ADDON, registration.cluster, ADDON))

    def _plan(self, manifest: Mapping[str, Any]) -> Plan:
        return self._appliers[manifest["kind"]].plan(manifest)

    def _find(self, kind: Kind, namespace: str, name: str) -> Mapping[str, Any] | None:
        try:
            return self._client.get(kind, namespace, name)
        except MissingFoundationError:
            # a hub that isn't there yet has none; the write tells it, check mode says what would be created
            return None


def combined(registration: Registration, plans: Sequence[Plan]) -> Change:
    """The change that ``plans``, objects of one registration, make together. Of the Secret, only the login is hidden."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    hidden: list[str] = []
    for plan in plans:
        kind, part = plan.manifest["kind"], as_change(plan, {})
        if part.before is not None:
            before[kind] = {**part.before, **open_data(plan.before)}
        if part.after is not None:
            after[kind] = {**part.after, **open_data(plan.after)}
        hidden += [f"{kind}.{path}" for path in part.hidden if path == LOGIN]
    return Change(registration.cluster, before or None, after, _result(registration, plans), tuple(hidden))


def open_data(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What of a cluster Secret is no secret, in clear; empty for other kinds."""
    if not found or found.get("kind") != SECRET.name:
        return {}
    return {"data": {key: decoded(value) for key, value in (found.get("data") or {}).items() if key in OPEN}}


def _result(registration: Registration, plans: Sequence[Plan]) -> dict[str, Any]:
    """What the module returns about the cluster; never the token."""
    secret = next((plan.after for plan in plans if plan.manifest["kind"] == SECRET.name), None)
    claims = (in_use(secret) or UNREPORTED).claims
    return {
        "server": registration.options["server"],
        "namespace": registration.namespace,
        "secret": registration.secret_name,
        "account": registration.account,
        "account_namespace": claims.namespace,
        "token_expires_at": claims.expires_at,
    }


def _wanted(registration: Registration, used: Mapping[str, Any] | None, fresh: Credentials | None) -> Credentials:
    """What Argo CD is to log in with: what it uses, as long as that is the service's to renew."""
    annotations = ((used or {}).get("metadata") or {}).get("annotations") or {}
    is_ours = annotations.get(ACCOUNT_ANNOTATION) == f"{registration.cluster}/{registration.account}"
    current = in_use(used) if is_ours else None
    if fresh is None:
        return current or UNREPORTED
    if current is not None and registration.token_sync and serves(current, fresh):
        return current
    return fresh
