# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cluster may be registered, or taken out, under a name: refuses what belongs to somebody else."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import KLUSTERLET
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import Klusterlet, Site
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import ManagedCluster
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Hub
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


class Standing:
    """What the hub knows about a name, beside what the cluster says that is to have it.

    :param found: the hub's ManagedCluster of the name; None where there is none.
    :param hub: the hub's addresses and authorities, by which a klusterlet's hub is told from another.
    """

    def __init__(self, name: str, found: ManagedCluster | None, site: Site, hub: Hub) -> None:
        self._name = name
        self._found = found
        self._site = site
        self._hub = hub

    def reject_registration(self) -> None:
        """Refuse a name that another cluster has, and a cluster that another hub, or another name, has.

        :raises DiagnosisError: saying who has it.
        """
        self._reject_taken()
        for klusterlet in self._site.klusterlets:
            self._reject_foreign(klusterlet)

    def reject_detachment(self) -> None:
        """Refuse to take out a cluster that isn't the one that the hub knows by this name.

        :raises DiagnosisError: saying which one it is.
        """
        found = self._found
        if found is None:
            return
        if found.cluster_uid and found.cluster_uid != self._site.uid:
            raise self._wrong(f"it is cluster {found.cluster_uid}, and the task reaches cluster {self._site.uid}")
        if self._site.klusterlet_of(self._name) is not None:
            return
        others = [one.cluster_name for one in self._ours()]
        if others:
            raise self._wrong(f"the cluster that the task reaches is registered with this hub as '{others[0]}'")
        # one whose klusterlet is gone already is half taken out; of one that has joined it can't be gone
        if not found.cluster_uid and found.has_joined and not found.is_being_deleted:
            raise self._wrong(
                "it has joined the hub, and the cluster that the task reaches has no klusterlet of its name"
            )

    def klusterlet(self) -> Klusterlet | None:
        """The klusterlet by which the cluster is, or is about to be, registered with this hub under this name."""
        klusterlet = self._site.klusterlet_of(self._name)
        if klusterlet is None or klusterlet.hub is None or self._is_known():
            return klusterlet
        return klusterlet if self._hub.is_hub_of(klusterlet.hub) else None

    def _reject_taken(self) -> None:
        found = self._found
        if found is None:
            return
        if found.is_being_deleted:
            raise DiagnosisError(
                label_of(self._name),
                "it is being deleted",
                "Wait until it is gone (state: absent with wait: true), then run the task again.",
            )
        stranger = found.cluster_uid and found.cluster_uid != self._site.uid
        if stranger or (not found.cluster_uid and found.has_joined and self.klusterlet() is None):
            other = f"cluster {found.cluster_uid}" if found.cluster_uid else "a cluster"
            raise DiagnosisError(
                label_of(self._name),
                f"the name is taken: {other} has joined the hub under it, and the task reaches cluster {self._site.uid}",
                "Choose another name, or take the other cluster out first (state: absent).",
            )

    def _wrong(self, problem: str) -> DiagnosisError:
        return DiagnosisError(
            label_of(self._name),
            f"{problem}: the wrong one",
            "Correct import.kubeconfig and import.context, or the name. A cluster that is gone for good is taken out"
            " without import, by force: true.",
        )

    def _reject_foreign(self, klusterlet: Klusterlet) -> None:
        if klusterlet.cluster_name == self._name and self._is_known():
            # this hub manages it, whatever it is called today
            return
        agent = klusterlet.hub
        label = KLUSTERLET.label(None, klusterlet.name)
        if agent is not None and agent.hub_server and not self._hub.is_hub_of(agent):
            raise DiagnosisError(
                label_of(self._name),
                f"the cluster is managed by another hub already, {agent.hub_server}, as '{klusterlet.cluster_name}' ({label})",
                f"Take it out there first (state: absent); if that hub is gone, delete {label} in the cluster.",
            )
        if klusterlet.cluster_name != self._name:
            raise DiagnosisError(
                label_of(self._name),
                f"the cluster has a klusterlet of the name '{klusterlet.cluster_name}' already ({label})",
                f"Name it '{klusterlet.cluster_name}', or take it out under that name first (state: absent).",
            )

    def _is_known(self) -> bool:
        """Whether the hub has written down that this very cluster has this name."""
        return self._found is not None and bool(self._site.uid) and self._found.cluster_uid == self._site.uid

    def _ours(self) -> list[Klusterlet]:
        return [one for one in self._site.klusterlets if one.hub is not None and self._hub.is_hub_of(one.hub)]


def earlier_import(found: ManagedCluster | None, klusterlet: Klusterlet | None) -> list[str]:
    """What is there of an import that hasn't come to its end; empty where there was none or it is complete."""
    if found is not None and found.has_joined and found.is_available:
        return []
    there = []
    if found is not None:
        state = "has joined, but isn't available" if found.has_joined else "has never joined"
        there.append(f"{label_of(found.name)} {state}")
    if klusterlet is not None:
        state = "with a certificate of its hub" if klusterlet.registered_as else "that hasn't registered"
        there.append(f"{KLUSTERLET.label(None, klusterlet.name)} {state}")
    return there


def reject_twins(uids: Sequence[tuple[str, str]]) -> None:
    """Refuse a task in which one cluster has two names.

    :param uids: name and identity of each cluster.
    """
    names: dict[str, str] = {}
    for name, uid in uids:
        if uid and names.setdefault(uid, name) != name:
            raise DiagnosisError(
                label_of(name),
                f"it is the same cluster as '{names[uid]}' ({uid})",
                "Correct kubeconfig and context of one of them; without a context it is the file's current one.",
            )
