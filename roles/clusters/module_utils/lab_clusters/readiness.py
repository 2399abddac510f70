"""When a cluster counts as up."""

from __future__ import annotations

from datetime import datetime

from kubernetes import client
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError


def what_is_missing(api: client.CoreV1Api, since: datetime) -> str | None:
    """Say what of a cluster isn't up yet, or None if everything is.

    Only what was written after `since` counts: after a restart the API server first tells how things were before.
    """
    try:
        nodes = api.list_node(_request_timeout=5).items
        pods = api.list_namespaced_pod("kube-system", label_selector="k8s-app=kube-dns", _request_timeout=5).items
    except (ApiException, HTTPError) as error:
        return f"the API server does not answer ({type(error).__name__})"
    if not any(node_is_ready(node, since) for node in nodes):
        return "the node is not Ready"
    if not any(pod_is_ready(pod, since) for pod in pods):
        return "no pod of CoreDNS is Ready"
    return None


def node_is_ready(node: client.V1Node, since: datetime) -> bool:
    """Tell whether the node has said that it is ready, after `since`."""
    return any(
        condition.type == "Ready" and condition.status == "True" and condition.last_heartbeat_time >= since
        for condition in node.status.conditions or []
    )


def pod_is_ready(pod: client.V1Pod, since: datetime) -> bool:
    """Tell whether every container of the pod is ready and was started after `since`."""
    containers = pod.status.container_statuses or []
    return bool(containers) and all(
        container.ready and container.state.running is not None and container.state.running.started_at >= since
        for container in containers
    )
