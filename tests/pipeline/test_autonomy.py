"""A facility alone: the hub stands still or can't be reached, films are read, and afterwards all is as Git says, by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config
from kubernetes.client import ApiException
from urllib3.exceptions import HTTPError

from tests.conftest import Facility
from tests.nodes import link_cut, stopped
from tests.pipeline.conftest import NAMESPACE, Sender, eventually, variation

ARGOCD = "argocd"
FILMS = 20
FUNCTION = "serving.knative.dev/service=risk-assessment"
INGRESS = "notification-ingress"
#: Seconds that a hub may take to find its way back: its API server, then Argo CD's own next look at the cluster.
BACK = 600


@pytest.fixture(scope="module")
def hub(facility: Facility) -> client.ApiClient:
    """The hub's API server."""
    return config.new_client_from_config(facility["KUBECONFIG"], context="hub")


@pytest.fixture(scope="module")
def deployments(facility: Facility) -> client.AppsV1Api:
    """What runs in the facility."""
    return client.AppsV1Api(config.new_client_from_config(facility["KUBECONFIG"], context=facility.name))


def replicas(deployments: client.AppsV1Api) -> int:
    """How many pods the notification ingress is to have."""
    return int(deployments.read_namespaced_deployment(INGRESS, NAMESPACE).spec.replicas)


def scale(deployments: client.AppsV1Api, number: int) -> None:
    """What an administrator does by hand, who should have changed the inventory."""
    deployments.patch_namespaced_deployment(INGRESS, NAMESPACE, {"spec": {"replicas": number}})


def applications(hub: client.ApiClient, facility: Facility) -> dict[str, tuple[str, str]]:
    """Name of each of the facility's applications -> what Argo CD says of it; none while the hub does not answer."""
    try:
        found = client.CustomObjectsApi(hub).list_namespaced_custom_object(
            "argoproj.io", "v1alpha1", ARGOCD, "applications", _request_timeout=10
        )
    except (ApiException, HTTPError):
        return {}
    return {
        each["metadata"]["name"]: (
            each.get("status", {}).get("sync", {}).get("status", ""),
            each.get("status", {}).get("health", {}).get("status", ""),
        )
        for each in found["items"]
        if each["spec"]["destination"].get("name", "").startswith(facility.name)
    }


def refresh(hub: client.ApiClient, facility: Facility) -> None:
    """Have Argo CD look now, which it does by itself every three minutes."""
    body = {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}
    for name in applications(hub, facility):
        client.CustomObjectsApi(hub).patch_namespaced_custom_object(
            "argoproj.io", "v1alpha1", ARGOCD, "applications", name, body
        )


def well(hub: client.ApiClient, facility: Facility) -> bool:
    """Whether all of the facility's applications are as Git says."""
    return set(applications(hub, facility).values()) == {("Synced", "Healthy")}


def works_on(sender: Sender, real_films: list[Path], pods: client.CoreV1Api) -> None:
    """Films are read, and again after the function has died."""
    for round_ in range(2):
        numbers = range(round_ * FILMS, (round_ + 1) * FILMS)
        keys = {sender.put(f"film-{number:03}.jpeg", variation(real_films[number % 16], number)) for number in numbers}

        def all_read(keys: set[str] = keys) -> bool:
            return keys <= {row["key"] for row in sender.rows()}

        eventually(all_read, 120, f"the {FILMS} films of round {round_} read without the hub")
        if round_ == 0:
            for pod in pods.list_namespaced_pod(NAMESPACE, label_selector=FUNCTION).items:
                pods.delete_namespaced_pod(pod.metadata.name, NAMESPACE, grace_period_seconds=0)
    assert len(sender.rows()) == 2 * FILMS


def test_a_change_by_hand_is_taken_back(
    hub: client.ApiClient, facility: Facility, deployments: client.AppsV1Api
) -> None:
    asked = replicas(deployments)
    scale(deployments, asked + 1)
    eventually(lambda: replicas(deployments) == asked, 240, "Argo CD takes back what was changed by hand")
    eventually(lambda: well(hub, facility), 240, lambda: f"all well: {applications(hub, facility)}")


@pytest.mark.parametrize("alone", ["link cut", "hub down"])
def test_alone_it_reads_films_and_afterwards_it_heals(
    alone: str,
    hub: client.ApiClient,
    facility: Facility,
    deployments: client.AppsV1Api,
    sender: Sender,
    real_films: list[Path],
    pods: client.CoreV1Api,
) -> None:
    asked = replicas(deployments)
    with link_cut(facility.name, "hub") if alone == "link cut" else stopped("hub"):
        scale(deployments, asked + 1)
        works_on(sender, real_films, pods)
        assert replicas(deployments) == asked + 1, "it was not alone: Argo CD has changed something"
    eventually(lambda: replicas(deployments) == asked, BACK, "Argo CD takes back what differs by then")
    eventually(lambda: well(hub, facility), BACK, lambda: f"all well: {applications(hub, facility)}")


def test_a_token_is_renewed_in_the_middle_of_a_sync(
    hub: client.ApiClient, facility: Facility, deployments: client.AppsV1Api
) -> None:
    secrets = client.CoreV1Api(hub)

    def token() -> Any:
        return secrets.read_namespaced_secret(f"cluster-{facility.name}", ARGOCD).data["config"]

    before, asked = token(), replicas(deployments)
    scale(deployments, asked + 1)
    refresh(hub, facility)
    secrets.delete_namespaced_secret("argocd-manager", facility.name)
    eventually(lambda: token() != before, 240, "Argo CD has the token that the add-on made anew")
    eventually(lambda: replicas(deployments) == asked, 240, "what differs is taken back meanwhile")
    # With the new token alone, too.
    scale(deployments, asked + 1)
    eventually(lambda: replicas(deployments) == asked, 240, "what differs is taken back with the new token")
    eventually(lambda: well(hub, facility), 240, lambda: f"all well: {applications(hub, facility)}")
