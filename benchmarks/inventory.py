"""How long a hub's managed clusters take to become an inventory, on an API server of the benchmark's own.

Run it as a module: `lab/run.sh python -m benchmarks.inventory`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.commands import Command, Timing, median, report, timed
from tests.api_server import ApiServer, api_server
from tests.managed_clusters import crd, managed_cluster, register

LISTING = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - kubernetes.core.k8s_info:
        kubeconfig: {kubeconfig}
        api_version: cluster.open-cluster-management.io/v1
        kind: ManagedCluster
      no_log: true
"""


def commands(server: ApiServer, folder: Path) -> dict[str, Command]:
    """The commands to compare; those of the plugin make hosts with variables and groups, the module only a list."""
    source = f"plugin: medical.diagnosis.facilities\nkubeconfig: {server.kubeconfig}\n"
    groups = "label_groups: [wave, region]\n"
    keyed = "keyed_groups: [{key: labels.wave, prefix: wave}]\n"
    cache = f"cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: {folder / 'cache'}\n"
    for name, text in {
        "plain": source + groups,
        "cached": source + groups + cache,
        "keyed": source + keyed + cache,
    }.items():
        (folder / f"{name}.facilities.yml").write_text(text)
    (folder / "listing.yml").write_text(LISTING.format(kubeconfig=server.kubeconfig))
    graph = ("ansible-inventory", "--graph", "--inventory")
    return {
        "Ansible alone: a source of one host": (*graph, "localhost,"),
        "plugin, uncached": (*graph, folder / "plain.facilities.yml"),
        "plugin, cached": (*graph, folder / "cached.facilities.yml"),
        "plugin, cached, keyed_groups instead of label_groups": (*graph, folder / "keyed.facilities.yml"),
        "Ansible alone: a playbook without tasks": ("ansible-playbook", folder / "nothing.yml"),
        "kubernetes.core.k8s_info, the list alone": ("ansible-playbook", folder / "listing.yml"),
    }


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5, help="how often to run each command")
    options = parser.parse_args()
    with api_server("hub") as server, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "nothing.yml").write_text("- hosts: localhost\n  gather_facts: false\n")
        server.install_crds(crd())
        started = time.perf_counter()
        register(server, (managed_cluster(number) for number in range(options.clusters)))
        print(f"{options.clusters} clusters registered in {time.perf_counter() - started:.0f} s", flush=True)
        compared = commands(server, folder)
        for command in compared.values():
            timed(command)  # fills caches and compiles, for all alike
        timings: dict[str, list[Timing]] = {name: [] for name in compared}
        for _round in range(options.rounds):
            for name, command in compared.items():
                timings[name].append(timed(command)[0])
    print(f"{options.clusters} clusters, medians of {options.rounds} runs of the whole command:")
    report({name: median(each) for name, each in timings.items()})


if __name__ == "__main__":
    main()
