# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cluster that is to be registered: what there is to write for it, and the writing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cached_property
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.applier import Applier, Plan
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient, Object
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import describe
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import visible
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm import manifests
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.access import HubAccess, told_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.approval import Approver
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.arguments import AUTO_IMPORT
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.bootstrap import BOOTSTRAP_SECRET
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.definitions import Definitions, Planned
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import (
    CRD,
    DEPLOYMENT,
    KLUSTERLET,
    LEASE,
    MANAGED_CLUSTER,
    NAMESPACE,
    SECRET,
    is_cluster_namespace,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import Klusterlet, Site, read_site
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.lock import Lock
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import ManagedCluster
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.standing import Standing, earlier_import
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

AGENT_LEASE = "managed-cluster-lease"
NOWHERE = Site("", ())

Options = Mapping[str, Any]


class Registration:
    """Plans and writes one cluster.

    :param options: its entry in the task.
    :param approver: approves the request for a certificate of its klusterlet.
    """

    def __init__(self, hub: HubAccess, options: Options, approver: Approver) -> None:
        self._hub = hub
        self._options = options
        self._approver = approver
        self._site = NOWHERE
        self._klusterlet: Klusterlet | None = None
        self._plan: Plan | None = None
        self._agent: list[Planned] = []
        self._imports = False
        self._lease_before = ""
        self.found: Object | None = None
        self.resumed: list[str] = []
        self.hint = ""

    @property
    def name(self) -> str:
        """The managed cluster's name."""
        name: str = self._options["name"]
        return name

    @property
    def cluster_uid(self) -> str:
        """Identity of the cluster; empty where the task doesn't reach it."""
        return self._site.uid

    @property
    def is_complete(self) -> bool:
        """Whether the cluster was as it is to be when it was planned, apart from what is to be written."""
        return self._options["accepted"] is False or self._known.is_available

    @property
    def renewed_lease(self) -> bool:
        """Whether the agent has shown life since the import: the hub calls it available for minutes without."""
        return not self._imports or self._lease() != self._lease_before

    def plan(self) -> Change:
        """What is to become of it; nothing is written.

        :raises DiagnosisError: where it can't be registered so.
        """
        self.found = self._hub.managed_cluster(self.name)
        known = ManagedCluster(self.found) if self.found else None
        if self._options["cluster_set"]:
            self._hub.require_cluster_set(self.name, self._options["cluster_set"])
        self._reject_foreign_namespace()
        if self._options["import"]:
            self._plan_import(known)
        # a task that doesn't reach the cluster keeps what an earlier one has found out about it
        uid = self._site.uid or self._known.written_uid
        manifest = manifests.managed_cluster(self._options, uid)
        self._plan = Applier(self._hub.client, MANAGED_CLUSTER).plan(manifest)
        return self._change(self._plan)

    def write(self, lock: Lock) -> None:
        """Write what :meth:`plan` has found to differ."""
        lock.require()
        self._lease_before = self._lease()
        if self._plan is not None and self._plan.after is not self._plan.before:
            self.found = Applier(self._hub.client, MANAGED_CLUSTER).write(self._plan)
        lock.require()
        if self._options["import"] and self._options["import"]["method"] == AUTO_IMPORT:
            self._order_import()
        elif self._options["import"]:
            with told_of(self.name):
                self._install_klusterlet()

    def observe(self) -> Object | None:
        """Look at it on the hub, and approve what its klusterlet asks for until it has joined."""
        self.found = self._hub.managed_cluster(self.name)
        waits = self.found is not None and not ManagedCluster(self.found).has_joined
        installs = self._options["import"] and self._options["import"]["method"] != AUTO_IMPORT
        if waits and installs and self._options["accepted"]:
            with told_of(self.name):
                klusterlet = self._client.get(KLUSTERLET, None, self._definitions.klusterlet["metadata"]["name"])
            if klusterlet is not None:
                self._approver.approve(self.name, Klusterlet(klusterlet).agent_id)
            self.hint = self._approver.refused.get(self.name) or self._complaint(klusterlet)
        return self.found

    def result(self) -> dict[str, Any]:
        """What the module returns about it."""
        return {
            **self._known.as_result(),
            "cluster_uid": self._site.uid or self._known.cluster_uid,
            "resumed": self.resumed,
            "approved_requests": self._approver.approved.get(self.name, []),
        }

    @cached_property
    def _client(self) -> KubernetesClient:
        return self._hub.site_client(self._options)

    @cached_property
    def _definitions(self) -> Definitions:
        return Definitions(self._client, label_of(self.name), self._options["import"]["definitions"])

    @property
    def _known(self) -> ManagedCluster:
        return ManagedCluster(self.found or {"metadata": {"name": self.name}})

    @property
    def _secret_label(self) -> str:
        if self._options["import"]["method"] == AUTO_IMPORT:
            return SECRET.label(self.name, manifests.AUTO_IMPORT_SECRET)
        return SECRET.label(self._definitions.agent_namespace, BOOTSTRAP_SECRET)

    def _reject_foreign_namespace(self) -> None:
        """The hub would take a namespace of the name for the managed cluster's, and delete it with that."""
        namespace = self._hub.client.get(NAMESPACE, None, self.name)
        if namespace is None or self.found is not None:
            return
        if "deletionTimestamp" in namespace["metadata"]:
            raise DiagnosisError(
                label_of(self.name),
                f"the hub still deletes the namespace '{self.name}' of an earlier registration",
                "Run the task again in a moment.",
            )
        if not is_cluster_namespace(namespace):
            raise DiagnosisError(
                label_of(self.name),
                f"the name is taken: the hub has a namespace '{self.name}' that is no managed cluster's",
                "Choose another name.",
            )

    def _plan_import(self, known: ManagedCluster | None) -> None:
        # before anything is asked of the cluster: what is wrong with the task itself is told first
        definitions = None if self._options["import"]["method"] == AUTO_IMPORT else self._definitions
        with told_of(self.name):
            self._site = read_site(self._client)
        standing = Standing(self.name, known, self._site, self._hub.identity)
        standing.reject_registration()
        self._klusterlet = standing.klusterlet()
        self.resumed = earlier_import(known, self._klusterlet)
        if definitions is None:
            self._imports = known is None or not known.is_available
            return
        with told_of(self.name):
            self._agent = definitions.plan()
        now = datetime.now(timezone.utc)
        lost = self._klusterlet is None or known is None
        self._imports = lost or self._klusterlet.needs_bootstrap(self._hub.endpoint, now)  # type: ignore[union-attr]

    def _change(self, plan: Plan) -> Change:
        parts = [one for one in self._agent if one.change.changed]
        before: dict[str, Any] = {"cluster": visible(plan.before)}
        after: dict[str, Any] = {"cluster": visible(plan.after)}
        if parts:
            before["agent"] = {one.label: _shown(one, one.change.before) for one in parts if one.change.before}
            after["agent"] = {one.label: _shown(one, one.change.after) for one in parts}
        hidden = (f"agent.{self._secret_label}",) if self._imports else ()
        return Change(self.name, before if plan.before else None, after, self.result(), hidden)

    def _order_import(self) -> None:
        """Have ACM's import controller do it."""
        if not self._imports:
            return
        hub = self._hub.client
        if hub.get(NAMESPACE, None, self.name) is None:
            hub.apply(NAMESPACE, manifests.hub_namespace(self.name))
        hub.apply(SECRET, manifests.auto_import_secret(self.name, self._hub.site_kubeconfig(self._options)))

    def _install_klusterlet(self) -> None:
        """Write the agent into its cluster: first what it needs, then the kubeconfig, then the Klusterlet itself."""
        definitions = self._definitions
        needed = [one for one in self._agent if one.manifest["kind"] != KLUSTERLET.name]
        definitions.write(needed)
        if self._imports:
            namespace = definitions.agent_namespace
            if self._client.get(NAMESPACE, None, namespace) is None:
                self._client.apply(NAMESPACE, manifests.agent_namespace(namespace))
            kubeconfig = self._hub.endpoint.kubeconfig(self._hub.bootstrap.token())
            self._client.apply(SECRET, manifests.bootstrap_secret(namespace, kubeconfig))
        rest = [one for one in self._agent if one not in needed]
        definitions.write(rest)
        self._imports = self._imports or any(one.change.changed for one in rest)

    def _lease(self) -> str:
        """What the agent has last written to the hub; empty where it never has."""
        found = self._hub.client.get(LEASE, self.name, AGENT_LEASE)
        renewed: str = ((found or {}).get("spec") or {}).get("renewTime", "")
        return renewed

    def _complaint(self, klusterlet: Object | None) -> str:
        """What keeps the agent from joining, by what its own cluster says; empty where it says nothing."""
        conditions = ((klusterlet or {}).get("status") or {}).get("conditions") or []
        wrong = [
            describe(entry)
            for entry in conditions
            if entry["status"] == ("True" if entry["type"].endswith("Degraded") else "False")
        ]
        if wrong:
            return f"{KLUSTERLET.name}: {'; '.join(wrong)}"
        for manifest in self._definitions.manifests:
            if manifest["kind"] != DEPLOYMENT.name:
                continue
            namespace, name = manifest["metadata"].get("namespace"), manifest["metadata"]["name"]
            found = self._client.get(DEPLOYMENT, namespace, name) or {}
            if not (found.get("status") or {}).get("readyReplicas"):
                return f"{DEPLOYMENT.label(namespace, name)} in the cluster isn't ready"
        return ""


def _shown(one: Planned, state: Mapping[str, Any] | None) -> Any:
    """An object of the agent as the diff shows it: of a kind's definition, which is long, the name."""
    if one.kind == CRD or one.manifest["kind"] == CRD.name:
        return {"metadata": {"name": one.manifest["metadata"]["name"]}, "changed": state is one.change.after}
    return state
