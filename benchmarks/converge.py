"""One converge that changes nothing: ten facilities with five Argo CD applications each, by our module and by kubernetes.core.k8s.

Both work on the same objects of an API server of the benchmark's own, which has Argo CD's definitions and nobody who acts on
them, so neither waits. Run it as a module: `lab/run.sh python -m benchmarks.converge`.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.commands import Command, Timing, median, report, timed
from tests.api_server import ApiServer, ApiServerError, api_server

PARTS = ("database", "messaging", "object-store", "inference", "generator")
REPOSITORY = "https://git.hub.example/medical-diagnosis.git"
Play = dict[str, Any]


def options_of(facility: str, part: str) -> dict[str, Any]:
    """One application as our module takes it."""
    return {
        "name": f"{facility}-{part}",
        "source": {
            "repo_url": REPOSITORY,
            "target_revision": "main",
            "path": f"gitops/facility/{part}",
            "helm": {"values": {"facility": facility, "storage": {"size": "20Gi"}, "replicas": 3}},
        },
        "destination": {"name": facility, "namespace": "xraylab-1"},
        "sync_policy": {"automated": {"prune": True, "self_heal": True}, "sync_options": ["ServerSideApply=true"]},
    }


def manifest_of(facility: str, part: str) -> dict[str, Any]:
    """The same application as an object of Kubernetes."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": f"{facility}-{part}", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {
                "repoURL": REPOSITORY,
                "targetRevision": "main",
                "path": f"gitops/facility/{part}",
                "helm": {"valuesObject": {"facility": facility, "storage": {"size": "20Gi"}, "replicas": 3}},
            },
            "destination": {"name": facility, "namespace": "xraylab-1"},
            "syncPolicy": {"automated": {"prune": True, "selfHeal": True}, "syncOptions": ["ServerSideApply=true"]},
        },
    }


def ours(server: ApiServer, facilities: list[str]) -> Play:
    """One task for all."""
    applications = [options_of(facility, part) for facility in facilities for part in PARTS]
    task = {
        "medical.diagnosis.gitops_application": {
            "kubeconfig": str(server.kubeconfig),
            "applications": applications,
            "wait": False,
        }
    }
    return {"hosts": "hub", "gather_facts": False, "tasks": [task]}


def separate(server: ApiServer) -> Play:
    """A task an object, on all facilities at once, as far as Ansible's forks go."""
    tasks = [
        {
            "kubernetes.core.k8s": {
                "kubeconfig": str(server.kubeconfig),
                "definition": manifest_of("{{ inventory_hostname }}", part),
            }
        }
        for part in PARTS
    ]
    return {"hosts": "facilities", "gather_facts": False, "tasks": tasks}


def changed(output: str) -> set[str]:
    """The numbers of changes in the recap of a playbook."""
    return set(re.findall(r"changed=(\d+)", output))


def crds() -> list[Path]:
    """Argo CD's definitions, as the lab has fetched them."""
    found = sorted(Path.home().glob(".cache/medical-diagnosis/artifacts/argocd-manifests/*/content/crds/*-crd.yaml"))
    if not found:
        raise ApiServerError("Argo CD's definitions are not in the cache. Run `make site`.")
    return found


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facilities", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5, help="how often to run each of the two")
    options = parser.parse_args()
    facilities = [f"facility-{number:02}" for number in range(options.facilities)]
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {
        "all": {
            "vars": local,
            "hosts": {"hub": {}},
            "children": {"facilities": {"hosts": {facility: {} for facility in facilities}}},
        }
    }
    with api_server("hub") as server, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server.install_crds(*crds())
        server.kubectl("create", "namespace", "argocd")
        plays = {"gitops_application, one task": ours(server, facilities), "kubernetes.core.k8s": separate(server)}
        (folder / "hosts.json").write_text(json.dumps(inventory))
        compared: dict[str, Command] = {}
        for number, (title, play) in enumerate(plays.items()):
            playbook = folder / f"{number}.yml"
            # JSON is YAML, too
            playbook.write_text(json.dumps([play]))
            compared[title] = ("ansible-playbook", "--inventory", folder / "hosts.json", playbook)
        plain = {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
        for command in compared.values():
            timed(command, plain)  # creates, or adopts what the other has created
        timings: dict[str, list[Timing]] = {title: [] for title in compared}
        for _round in range(options.rounds):
            for title, command in compared.items():
                timing, output = timed(command, plain)
                if changed(output) != {"0"}:
                    raise SystemExit(f"{title} changed something, so it is no converge of nothing:\n{output[-4000:]}")
                timings[title].append(timing)
    medians = {title: median(each) for title, each in timings.items()}
    mine, theirs = medians.values()
    print(
        f"{len(facilities)} facilities x {len(PARTS)} applications, medians of {options.rounds} runs of the whole command:"
    )
    report(medians)
    print(
        f"  {theirs.wall / mine.wall:.1f} times faster, with {theirs.processor / mine.processor:.1f} times less of the processor"
    )


if __name__ == "__main__":
    main()
