# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cluster that is to be taken out, step by step; each step says what is still in its way.

The order is what makes it end: the agent has to be alive until what the hub has put into its cluster is gone, the
operator until the agent is gone, and an agent that is alive could register its cluster anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.presentation import visible
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.access import HubAccess, told_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.arguments import AUTO_IMPORT
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.definitions import Definitions
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import (
    ADDON,
    CRD,
    KLUSTERLET,
    MANAGED_CLUSTER,
    NAMESPACE,
    WORK,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import (
    ADDON_NAMESPACE,
    Klusterlet,
    Site,
    read_site,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.lock import Lock
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import ManagedCluster
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.noting import (
    note_agent,
    note_hub,
    note_operator,
    strangers,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.standing import Standing
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.traces import CLUSTER, HUB, Object, Trace, Traces
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

UNSEEN = "cluster: the klusterlet, its namespaces and what ManifestWorks have put there"

Options = Mapping[str, Any]
Step = Callable[[], str]


class Detachment:
    """Plans and takes out one cluster.

    :param force: whether to take it out on the hub alone where its own API server can't be reached or its agent is dead.
    """

    def __init__(self, hub: HubAccess, options: Options, *, force: bool) -> None:
        self._hub = hub
        self._options = options
        self._force = force
        self._site: Site | None = None
        self._found: Object | None = None
        self._klusterlet: Klusterlet | None = None
        self._traces = Traces(hub.client, None)
        self._operator: list[Trace] = []
        self._left: dict[str, str] = {}
        self._lock: Lock | None = None

    @property
    def name(self) -> str:
        """The managed cluster's name."""
        name: str = self._options["name"]
        return name

    @property
    def steps(self) -> list[Step]:
        """To be taken one after the other, each until it returns an empty text; until then, what it waits for."""
        if self._site is None:
            return [self._clear_hub, self._leave_hub]
        if self._options["import"]["method"] == AUTO_IMPORT:
            # ACM's import controller has put the klusterlet there, and takes it away
            return [self._clear_hub, self._leave_hub, self._leave_cluster]
        return [self._clear_hub, self._remove_klusterlet, self._leave_hub, self._remove_operator, self._leave_cluster]

    def plan(self) -> Change:
        """What is to become of it; nothing is written.

        :raises DiagnosisError: where the cluster that the task reaches is another one, or can't be reached.
        """
        self._found = self._hub.managed_cluster(self.name)
        self._left = {}
        self._site = self._reach()
        self._traces = Traces(self._hub.client, self._client if self._site else None)
        note_hub(self._traces, self.name, self._found, self._hub.client.get(NAMESPACE, None, self.name))
        if self._site is not None:
            self._look_at(self._site)
        noted = self._traces.noted
        before = {"cluster": visible(self._found), "objects": [trace.label for trace in noted]} if noted else None
        return Change(self.name, before, None, self._result(there=noted))

    def begin(self, lock: Lock) -> None:
        """To be called before the steps."""
        self._lock = lock

    def result(self) -> dict[str, Any]:
        """What the module returns about it, from a last look: what was looked for, what of it is gone, what is left."""
        return self._result(there=self._traces.remaining())

    def _result(self, there: Sequence[Trace]) -> dict[str, Any]:
        noted = self._traces.noted
        return {
            "proof": {
                "looked_for": [trace.label for trace in noted],
                "gone": [trace.label for trace in noted if trace not in there],
                "there": [trace.label for trace in there],
                "left_behind": [{"object": label, "reason": reason} for label, reason in self._left.items()],
            }
        }

    @cached_property
    def _client(self) -> KubernetesClient:
        return self._hub.site_client(self._options)

    def _reach(self) -> Site | None:
        """Ask the cluster who it is; None where that isn't possible and the task says that it needn't be."""
        if not self._options["import"]:
            self._stay_away()
            return None
        try:
            with told_of(self.name):
                return read_site(self._client)
        except DiagnosisError as error:
            if not self._force:
                cure = f"{error.cure} If the cluster is gone for good, force: true takes it out on the hub alone."
                raise DiagnosisError(error.subject, error.problem, cure, code=error.code) from error.__cause__
            self._left[UNSEEN] = error.problem
            return None

    def _stay_away(self) -> None:
        """Nothing tells how to reach the cluster, which has to be meant."""
        if self._found is None:
            return
        problem = "the task doesn't tell how to reach its cluster"
        if not self._force:
            raise DiagnosisError(
                label_of(self.name),
                f"{problem}, where the klusterlet would be left",
                "Add import.kubeconfig and import.context; force: true takes it out on the hub alone.",
            )
        self._left[UNSEEN] = problem

    def _look_at(self, site: Site) -> None:
        """Note what there is in the cluster, after making sure that it is the right one."""
        known = ManagedCluster(self._found) if self._found else None
        standing = Standing(self.name, known, site, self._hub.identity)
        standing.reject_detachment()
        self._klusterlet = standing.klusterlet()
        definitions = self._options["import"]["definitions"]
        with told_of(self.name):
            if self._klusterlet is not None:
                self._left.update(note_agent(self._traces, self.name, self._klusterlet))
            others = [one for one in site.klusterlets if self._klusterlet is None or one.uid != self._klusterlet.uid]
            if definitions and not others:
                rendered = Definitions(self._client, label_of(self.name), definitions)
                self._operator = note_operator(self._traces, self._client, rendered)
            for trace in self._operator:
                self._keep_others(trace)

    def _keep_others(self, trace: Trace) -> bool:
        """Whether a namespace or kind stays since somebody else has something in it."""
        held = strangers(self._traces, self._client, trace)
        if held and self._klusterlet is None:
            # nothing of ours is in it any more that could go first
            self._traces.forget(trace)
        if held:
            self._left[trace.label] = f"it holds {held}"
        return bool(held)

    def _clear_hub(self) -> str:
        """Have the hub take back what it has put into the cluster, while the agent is there to do it."""
        found = self._hub.managed_cluster(self.name)
        if found is not None and not ManagedCluster(found).is_being_deleted:
            self._delete(MANAGED_CLUSTER, found)
        for kind in (ADDON, WORK):
            objects = list(self._traces.objects(HUB, kind, self.name))
            for each in objects:
                self._take_back(kind, each)
            if objects:
                names = ", ".join(kind.label(self.name, each["metadata"]["name"]) for each in objects)
                return f"the agent has yet to take away what these have put into its cluster: {names}"
        return ""

    def _take_back(self, kind: Kind, found: Object) -> None:
        metadata = found["metadata"]
        if "deletionTimestamp" not in metadata:
            self._delete(kind, found)
        dead = self._found is not None and not ManagedCluster(self._found).is_available
        if self._force and (self._site is None or dead) and metadata.get("finalizers"):
            label = f"{CLUSTER}: what {kind.label(self.name, metadata['name'])} has put there"
            self._left[label] = "its agent can't take it away any more"
            self._require()
            self._hub.client.merge_patch(kind, self.name, metadata["name"], {"metadata": {"finalizers": None}})

    def _remove_klusterlet(self) -> str:
        """Delete the Klusterlet; its operator takes the agent and its namespaces away."""
        klusterlet = self._klusterlet
        if klusterlet is None:
            return ""
        found = self._client.get(KLUSTERLET, None, klusterlet.name)
        if found is not None:
            if "deletionTimestamp" not in found["metadata"]:
                self._require()
                self._client.delete(KLUSTERLET, None, klusterlet.name, uid=klusterlet.uid)
            return f"the operator has yet to remove {KLUSTERLET.label(None, klusterlet.name)}"
        # in a half-finished import the operator may never have run, and the namespaces are the module's own
        names = (klusterlet.namespace, ADDON_NAMESPACE)
        left = [trace for trace in self._traces.noted if trace.place == CLUSTER and trace.kind == NAMESPACE]
        for trace in left:
            if trace.name in names and self._traces.is_there(trace):
                return self._remove(trace)
        return ""

    def _leave_hub(self) -> str:
        """See the ManagedCluster go, also one that the agent has made anew, and delete its namespace on the hub."""
        found = self._hub.managed_cluster(self.name)
        if found is not None:
            if not ManagedCluster(found).is_being_deleted:
                self._delete(MANAGED_CLUSTER, found)
            return f"{label_of(self.name)} is still there"
        for trace in self._traces.noted:
            if (trace.place, trace.kind) != (HUB, NAMESPACE) or not self._traces.is_there(trace):
                continue
            held = strangers(self._traces, self._hub.client, trace)
            if held:
                self._left[trace.label] = f"it holds {held}"
                return ""
            self._require()
            self._hub.client.delete(NAMESPACE, None, trace.name, uid=trace.uid)
            return f"{NAMESPACE.label(None, trace.name)} is still there"
        return ""

    def _remove_operator(self) -> str:
        """Take away what the definitions have put there; a namespace, or a kind, only where nobody else uses it."""
        for trace in self._operator:
            if not self._traces.is_there(trace) or self._keep_others(trace):
                continue
            self._left.pop(trace.label, None)
            left = self._remove(trace)
            if trace.kind in (NAMESPACE, CRD):
                return left
        return ""

    def _remove(self, trace: Trace) -> str:
        """Delete an object in the cluster; returns that it is still there."""
        self._require()
        self._client.delete(trace.kind, trace.namespace, trace.name, uid=trace.uid)
        return f"{trace.label} is still there"

    def _leave_cluster(self) -> str:
        """See everything go that isn't to stay."""
        there = [trace.label for trace in self._traces.remaining() if trace.label not in self._left]
        return f"still there: {', '.join(there)}" if there else ""

    def _delete(self, kind: Kind, found: Object) -> None:
        """Delete an object of the hub."""
        self._require()
        metadata = found["metadata"]
        self._hub.client.delete(kind, metadata.get("namespace"), metadata["name"], uid=metadata["uid"])

    def _require(self) -> None:
        if self._lock is not None:
            self._lock.require()
