"""What a hub's API server needs for a fleet of a given size: memory, storage, and the time of the requests that everybody makes.

The API server is the benchmark's own and has no controllers; each facility has a ManagedCluster and five Argo CD applications
whose status is as large as in the lab. Run it as a module: `lab/run.sh python -m benchmarks.scale`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import requests

from benchmarks.converge import PARTS, crds, manifest_of
from tests.api_server import ApiServer, api_server
from tests.managed_clusters import COLLECTION_PATH, WRITERS, crd, managed_cluster, register

APPLICATIONS_PATH = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications"
#: Resources in an application: as in the lab, most are small and one a facility, Knative, is not.
RESOURCES = dict.fromkeys(PARTS, 8) | {"inference": 52}
#: Seconds for an API server to settle after writes.
SETTLE = 5
PAGES = {"in pages of 500": "limit=500", "whole, from the watch cache": "resourceVersion=0"}
REVISION = "0123456789abcdef0123456789abcdef01234567"
NOW = "2026-01-01T00:00:00Z"


def session_of(server: ApiServer) -> requests.Session:
    """A connection to the server."""
    session = requests.Session()
    session.trust_env = False
    session.verify = str(server.ca_cert)
    session.headers["Authorization"] = f"Bearer {server.token}"
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=WRITERS))
    return session


def application(facility: str, part: str) -> dict[str, Any]:
    """An application that is synced and healthy, with what Argo CD writes down about it."""
    manifest = manifest_of(facility, part)
    source = manifest["spec"]["source"]
    names = [
        {"kind": "ConfigMap", "name": f"{facility}-{part}-{number}", "namespace": "xraylab-1", "version": "v1"}
        for number in range(RESOURCES[part])
    ]
    synced = [
        {
            **name,
            "group": "",
            "hookPhase": "Running",
            "message": f"{name['name']} serverside-applied",
            "status": "Synced",
            "syncPhase": "Sync",
        }
        for name in names[:8]
    ]
    manifest["status"] = {
        "health": {"status": "Healthy", "lastTransitionTime": NOW},
        "history": [
            {
                "deployStartedAt": NOW,
                "deployedAt": NOW,
                "id": 0,
                "initiatedBy": {"automated": True},
                "revision": REVISION,
                "source": source,
            }
        ],
        "operationState": {
            "finishedAt": NOW,
            "message": "successfully synced (all tasks run)",
            "operation": {
                "initiatedBy": {"automated": True},
                "retry": {"limit": 5},
                "sync": {"prune": True, "revision": REVISION},
            },
            "phase": "Succeeded",
            "startedAt": NOW,
            "syncResult": {"resources": synced, "revision": REVISION, "source": source},
        },
        "reconciledAt": NOW,
        "resources": [{**name, "status": "Synced"} for name in names],
        "sourceType": "Helm",
        "summary": {},
        "sync": {
            "comparedTo": {"destination": manifest["spec"]["destination"], "source": source},
            "revision": REVISION,
            "status": "Synced",
        },
    }
    return manifest


def write_applications(server: ApiServer, facilities: list[str]) -> None:
    """Create the applications of facilities."""
    with ThreadPoolExecutor(WRITERS) as writers, session_of(server) as session:

        def write(manifest: dict[str, Any]) -> None:
            session.post(f"{server.url}{APPLICATIONS_PATH}", json=manifest).raise_for_status()

        list(writers.map(write, (application(facility, part) for facility in facilities for part in PARTS)))


def pages(session: requests.Session, url: str, query: str) -> Iterator[bytes]:
    """The answers to a list request, page by page."""
    following = ""
    while True:
        answer = session.get(f"{url}?{query}{following}")
        answer.raise_for_status()
        yield answer.content
        token = json.loads(answer.content)["metadata"].get("continue")
        if not token:
            return
        following = f"&continue={token}"


def show(server: ApiServer, path: str = "") -> None:
    """Print what both servers take now, and how long a list of what is at ``path`` takes."""
    time.sleep(SETTLE)
    taken = {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in server.processes.items()}
    stored = sum(file.stat().st_size for file in server.folder.glob("etcd-*/member/snap/db")) / 2**20
    print("    " + ", ".join(f"{name} {size:.0f} MiB" for name, size in taken.items()) + f", stored {stored:.0f} MiB")
    if not path:
        return
    with session_of(server) as session:
        for name, query in PAGES.items():
            started = time.perf_counter()
            answers = list(pages(session, server.url + path, query))
            items = sum(len(json.loads(answer)["items"]) for answer in answers)
            size = sum(map(len, answers))
            print(
                f"    list {name}: {time.perf_counter() - started:.2f} s, {size / 2**20:.1f} MiB,"
                f" {size / items:.0f} bytes an object",
                flush=True,
            )


def grow(title: str, write: Callable[[int, int], None], sizes: list[int], server: ApiServer, path: str) -> None:
    """Write objects until there are so many of each of ``sizes``, and show each."""
    written = 0
    for size in sizes:
        started = time.perf_counter()
        write(written, size)
        print(f"  {title} of {size} facilities, written in {time.perf_counter() - started:.0f} s", flush=True)
        written = size
        show(server, path)


def main() -> None:
    """Print the figures as they come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facilities", type=int, nargs="+", default=[200, 2000], help="sizes of the fleet, growing")
    options = parser.parse_args()
    with api_server("hub") as server:
        server.install_crds(crd(), *crds())
        server.kubectl("create", "namespace", "argocd")
        print("  nothing yet")
        show(server)
        grow(
            "ManagedClusters",
            lambda first, end: register(server, map(managed_cluster, range(first, end))),
            options.facilities,
            server,
            COLLECTION_PATH,
        )
        grow(
            "Applications",
            lambda first, end: write_applications(server, [f"facility-{number:04}" for number in range(first, end)]),
            options.facilities,
            server,
            APPLICATIONS_PATH,
        )


if __name__ == "__main__":
    main()
