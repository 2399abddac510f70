# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes what a registration has left, before any of it is taken away: afterwards nobody could tell what there was."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import (
    FIELD_MANAGER,
    KubernetesClient,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.ownership import owned_fields
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.definitions import Definitions
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import (
    ADDON,
    APPLIED_WORK,
    CLUSTER_CLAIM,
    CRD,
    KLUSTERLET,
    MANAGED_CLUSTER,
    NAMESPACE,
    WORK,
    is_cluster_namespace,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import ADDON_NAMESPACE, Klusterlet
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.tenants import tenants_of
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.traces import CLUSTER, HUB, Object, Trace, Traces
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.works import applied_resources

# The operator installs these kinds, too, and leaves them behind.
AGENT_KINDS = {f"{kind.plural}.{kind.group}": kind for kind in (APPLIED_WORK, CLUSTER_CLAIM)}
KINDS = {**AGENT_KINDS, f"{KLUSTERLET.plural}.{KLUSTERLET.group}": KLUSTERLET}

Left = dict[str, str]


def note_hub(traces: Traces, name: str, found: Object | None, namespace: Object | None) -> None:
    """What the hub has of a managed cluster.

    :param found: its ManagedCluster.
    :param namespace: the hub's namespace of its name, which may be somebody else's.
    """
    if found is not None:
        traces.note(HUB, MANAGED_CLUSTER, found)
    if namespace is None or not is_cluster_namespace(namespace):
        return
    for kind in (ADDON, WORK):
        for each in traces.objects(HUB, kind, name):
            traces.note(HUB, kind, each)
    traces.note(HUB, NAMESPACE, namespace)


def note_agent(traces: Traces, name: str, klusterlet: Klusterlet) -> Left:
    """The klusterlet, its namespaces, and what it has put there for the hub; returns what of that stays, and why."""
    left: Left = {}
    own = (klusterlet.namespace, ADDON_NAMESPACE)
    works = {found["metadata"]["name"]: found for found in traces.objects(HUB, WORK, name)}
    for applied in traces.objects(CLUSTER, APPLIED_WORK):
        if applied["spec"].get("agentID") not in ("", None, klusterlet.uid):
            continue
        traces.note(CLUSTER, APPLIED_WORK, applied)
        work = works.get(applied["spec"].get("manifestWorkName", ""))
        for kind, namespace, resource, stays in applied_resources(applied, work):
            if kind.plural == NAMESPACE.plural and resource in own:
                continue
            if stays:
                left[f"{CLUSTER}: {kind.label(namespace, resource)}"] = "its ManifestWork says that it stays"
            else:
                traces.look_for(CLUSTER, kind, namespace, resource)
    traces.note(CLUSTER, KLUSTERLET, klusterlet.found)
    for namespace in own:
        traces.look_for(CLUSTER, NAMESPACE, None, namespace)
    return left


def note_operator(traces: Traces, site: KubernetesClient, definitions: Definitions) -> list[Trace]:
    """What the definitions have put there, of that only what this module has applied itself, in the order to remove it."""
    last = (NAMESPACE.name, CRD.name)
    manifests = [one for one in definitions.manifests if one["kind"] not in (*last, KLUSTERLET.name)]
    manifests += [one for kind in last for one in definitions.manifests if one["kind"] == kind]
    own = [
        traces.note(CLUSTER, kind, found)
        for manifest in manifests
        for kind, found in _find(site, definitions, manifest)
        if owned_fields(found, FIELD_MANAGER) is not None
    ]
    if any(trace.kind == CRD for trace in own):
        own += filter(None, [traces.look_for(CLUSTER, CRD, None, name) for name in AGENT_KINDS])
    return own


def strangers(traces: Traces, client: KubernetesClient, trace: Trace) -> str:
    """What would go with a namespace or a kind and isn't noted, in words; empty for nothing."""
    found: list[str] = []
    if trace.kind == NAMESPACE:
        found = tenants_of(client, trace.name)
    elif trace.kind == CRD and trace.name in KINDS:
        kind = KINDS[trace.name]
        found = [kind.label(None, each["metadata"]["name"]) for each in traces.objects(trace.place, kind)]
    noted = {each.kind.label(each.namespace, each.name) for each in traces.noted if each.place == trace.place}
    return ", ".join(label for label in found if label not in noted)


def _find(site: KubernetesClient, definitions: Definitions, manifest: Object) -> Iterator[tuple[Kind, Object]]:
    metadata = manifest["metadata"]
    try:
        kind = definitions.kind_of(manifest)
    except KindNotServedError:
        return
    found = site.get(kind, metadata.get("namespace"), metadata["name"])
    if found is not None:
        yield kind, found
