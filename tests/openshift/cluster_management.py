"""Plays Advanced Cluster Management: imports the clusters that it is handed a kubeconfig of, and tells Argo CD of them."""

from __future__ import annotations

import base64
import json

import yaml

from tests.managed_clusters import condition
from tests.openshift.api import Api, Object, Resource
from tests.openshift.operators import SECRETS, now

CLUSTERS = Resource("cluster.open-cluster-management.io/v1", "managedclusters")
GITOPS_CLUSTERS = Resource("apps.open-cluster-management.io/v1beta1", "gitopsclusters")
#: Where the definition of the agent's kind is in Open Cluster Management's Go module.
KLUSTERLET_CRD = "operator/v1/0000_00_operator.open-cluster-management.io_klusterlets.crd.yaml"
AGENT = "open-cluster-management-agent"
ORDER = "auto-import-secret"
SET_LABEL = "cluster.open-cluster-management.io/clusterset"
STEPS = [
    ("HubAcceptedManagedCluster", "Accepted by hub cluster admin"),
    ("ManagedClusterJoined", "Managed cluster joined"),
    ("ManagedClusterConditionAvailable", "Managed cluster is available"),
]


class ClusterManagement:
    """ACM on a hub with one facility.

    :param facility: the API server of that.
    """

    def __init__(self, api: Api, facility: Api) -> None:
        self._api = api
        self._facility = facility

    def play(self) -> None:
        """One look at all managed clusters."""
        for cluster in self._api.list(CLUSTERS):
            order = self._api.get(SECRETS, cluster["metadata"]["name"], ORDER)
            if order is not None:
                self._import(cluster, order)
        for rule in self._api.list(GITOPS_CLUSTERS):
            for cluster in self._api.list(CLUSTERS):
                if (cluster["metadata"].get("labels") or {}).get(SET_LABEL) == rule["spec"]["placementRef"]["name"]:
                    self._tell_argo_cd(cluster["metadata"]["name"], rule["metadata"]["namespace"])

    def _import(self, cluster: Object, order: Object) -> None:
        """What the import controller does, and then the agent."""
        name = cluster["metadata"]["name"]
        self._facility.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": AGENT}})
        assert yaml.safe_load(base64.b64decode(order["data"]["kubeconfig"]))["clusters"]
        leads_to_the_hub = {"clusters": [{"name": "hub", "cluster": {"server": self._api.url}}]}
        _write_secret(self._facility, AGENT, "bootstrap-hub-kubeconfig", {"kubeconfig": json.dumps(leads_to_the_hub)})
        self._facility.apply(
            {
                "apiVersion": "operator.open-cluster-management.io/v1",
                "kind": "Klusterlet",
                "metadata": {"name": "klusterlet"},
                "spec": {"clusterName": name, "namespace": AGENT},
            }
        )
        conditions = [condition(step, "True", message) for step, message in STEPS]
        self._api.set_status(CLUSTERS, cluster, {"conditions": conditions})
        self._api.apply(
            {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": "managed-cluster-lease", "namespace": name},
                "spec": {"renewTime": now().replace("Z", ".000000Z")},
            }
        )
        self._api.delete(SECRETS, name, ORDER)

    def _tell_argo_cd(self, cluster: str, namespace: str) -> None:
        """What the GitOpsCluster controller does, with the labels and the name that it gives."""
        name = f"{cluster}-application-manager-cluster-secret"
        if self._api.get(SECRETS, namespace, name) is not None:
            return
        labels = {
            "argocd.argoproj.io/secret-type": "cluster",
            "apps.open-cluster-management.io/acm-cluster": "true",
            "apps.open-cluster-management.io/cluster-name": cluster,
        }
        config = json.dumps({"bearerToken": "played", "tlsClientConfig": {"insecure": True}})
        data = {"name": cluster, "server": self._facility.url, "config": config}
        _write_secret(self._api, namespace, name, data, labels)


def _write_secret(
    api: Api, namespace: str, name: str, data: dict[str, str], labels: dict[str, str] | None = None
) -> None:
    metadata = {"name": name, "namespace": namespace, "labels": labels or {}}
    api.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})
