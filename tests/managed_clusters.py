"""Managed clusters on an API server without controllers, with all that a registered and joined one has."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

from tests.api_server import ApiServer, ApiServerError

MODULE = "open-cluster-management.io/api@v0.15.0"
CRD = "cluster/v1/0000_00_clusters.open-cluster-management.io_managedclusters.crd.yaml"
COLLECTION_PATH = "/apis/cluster.open-cluster-management.io/v1/managedclusters"
DOMAIN = "open-cluster-management.io"
WAVES = ("canary", "early", "broad", "late")
REGIONS = ("north", "east", "south", "west", "centre")
SETS = ("hospitals", "clinics", "default")
SINCE = "2026-01-01T00:00:00Z"
#: Requests at once: more only wait for each other on two cores.
WRITERS = 8

Object = dict[str, Any]


def crd(path: str = CRD) -> Path:
    """The definition of a kind as its makers publish it, in the Go module; of ``ManagedCluster`` if not said otherwise."""
    built = sorted(Path.home().glob(".cache/medical-diagnosis/artifacts/go/*/content/go/bin/go"))
    program = shutil.which("go") or next(iter(built), None)
    if program is None:
        raise ApiServerError("There is no Go to fetch Open Cluster Management's definitions with. Run `make site`.")
    # Outside of every other Go module.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "mod", "download", "-json", MODULE], cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise ApiServerError(f"{MODULE}: {done.stdout}{done.stderr}")
    return Path(json.loads(done.stdout)["Dir"]) / path


def condition(name: str, status: str, message: str) -> Object:
    """One condition of a managed cluster."""
    return {"type": name, "status": status, "reason": name, "message": message, "lastTransitionTime": SINCE}


def managed_cluster(number: int, available: str | None = "True") -> Object:
    """A cluster as OCM's controllers leave it once it has joined.

    :param available: status of its condition Available; None for one that has never been heard of.
    """
    name = f"facility-{number:04}"
    conditions = [condition("HubAcceptedManagedCluster", "True", "Accepted by hub cluster admin")]
    if available is not None:
        conditions += [
            condition("ManagedClusterJoined", "True", "Managed cluster joined"),
            condition("ManagedClusterConditionAvailable", available, "Managed cluster is available"),
            condition(
                "ManagedClusterConditionClockSynced", "True", "The clock of the managed cluster is synced with the hub."
            ),
        ]
    claims = {
        f"id.k8s.{DOMAIN}": f"00000000-0000-4000-8000-{number:012}",
        f"kubeversion.{DOMAIN}": "v1.34.4",
        f"platform.{DOMAIN}": "BareMetal",
        f"product.{DOMAIN}": "OpenShift",
        f"region.{DOMAIN}": REGIONS[number % len(REGIONS)],
    }
    return {
        "apiVersion": f"cluster.{DOMAIN}/v1",
        "kind": "ManagedCluster",
        "metadata": {
            "name": name,
            "labels": {
                f"cluster.{DOMAIN}/clusterset": SETS[number % len(SETS)],
                "wave": WAVES[number % len(WAVES)],
                "region": REGIONS[number % len(REGIONS)],
                "vendor": "OpenShift",
                "cloud": "BareMetal",
                f"feature.{DOMAIN}/addon-managed-serviceaccount": "available",
            },
        },
        "spec": {
            "hubAcceptsClient": True,
            "leaseDurationSeconds": 60,
            "managedClusterClientConfigs": [
                # An authority of the usual length.
                {"url": f"https://api.{name}.example:6443", "caBundle": "LS0t" * 400}
            ],
        },
        "status": {
            "allocatable": {"cpu": "48", "memory": "196608Mi", "pods": "750"},
            "capacity": {"cpu": "48", "memory": "201326592Ki", "pods": "750", "ephemeral-storage": "1Ti"},
            "clusterClaims": [{"name": key, "value": value} for key, value in claims.items()],
            "conditions": conditions,
            "version": {"kubernetes": "v1.34.4"},
        },
    }


def register(server: ApiServer, clusters: Iterable[Mapping[str, Any]]) -> None:
    """Create managed clusters, each writer of its parts under its own name, as the hub's controllers and agents do."""
    with ThreadPoolExecutor(WRITERS) as writers, requests.Session() as session:
        session.trust_env = False
        session.verify = str(server.ca_cert)
        session.headers["Authorization"] = f"Bearer {server.token}"
        session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=WRITERS))

        def write(cluster: Mapping[str, Any]) -> None:
            answer = session.post(f"{server.url}{COLLECTION_PATH}?fieldManager=registration-operator", json=cluster)
            answer.raise_for_status()
            created = answer.json() | {"status": cluster["status"]}
            path = f"{COLLECTION_PATH}/{cluster['metadata']['name']}/status"
            session.put(f"{server.url}{path}?fieldManager=registration", json=created).raise_for_status()

        # Going through them raises what a writer raised.
        list(writers.map(write, clusters))
