"""What has to be done for the clusters of a lab together."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab_clusters.cluster import Cluster, Options
from lab_clusters.engine import Engine
from lab_clusters.errors import ClusterError
from lab_clusters.group import in_parallel, plan

NETWORK = "md-lab"


@dataclass(frozen=True)
class EngineWith(Engine):
    """An engine with running nodes; the ones in `lost` can't resolve a name."""

    addresses: dict[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    def container(self, name: str) -> dict[str, Any] | None:
        if name not in self.addresses:
            return None
        networks = {NETWORK: {"IPAddress": self.addresses[name]}}
        return {"Id": name, "State": {"Running": True}, "NetworkSettings": {"Networks": networks}}

    def run(self, *arguments: str, check: bool = True) -> str:
        asks, asked = arguments[1], arguments[-1]
        return "" if asks in self.lost else f"{self.addresses[asked]} {asked}\n"


def clusters(folder: Path, *names: str, lost: str = "") -> list[Cluster]:
    """Clusters that are up, each with a record that says so."""
    addresses = {f"{name}-control-plane": f"172.18.0.{number}" for number, name in enumerate(names, 2)}
    engine = EngineWith("unix:///nowhere", addresses, frozenset({f"{lost}-control-plane"}))
    for node, address in addresses.items():
        record = {"container": node, "address": address}
        (folder / f"{node.removesuffix('-control-plane')}.yml").write_text(yaml.safe_dump(record))
    options = Options("kind", "node:1", NETWORK, folder, folder, 1)
    return [Cluster(name, name, {}, engine, options) for name in names]


def planned(group: list[Cluster]) -> dict[str, str]:
    return {cluster.name: todo for cluster, todo in plan(group).items()}


def test_clusters_that_find_each_other_are_left_alone(tmp_path: Path) -> None:
    assert planned(clusters(tmp_path, "hub", "east")) == {"hub": "none", "east": "none"}


def test_one_that_does_not_find_the_other_starts_anew(tmp_path: Path) -> None:
    assert planned(clusters(tmp_path, "hub", "east", lost="hub")) == {"hub": "start", "east": "none"}


def test_a_cluster_alone_has_nobody_to_find(tmp_path: Path) -> None:
    assert planned(clusters(tmp_path, "hub", lost="hub")) == {"hub": "none"}


def test_every_failure_is_told(tmp_path: Path) -> None:
    def fail(cluster: Cluster, _: str) -> None:
        raise ClusterError(f"{cluster.name} failed")

    group = dict.fromkeys(clusters(tmp_path, "hub", "east"), "create")
    with pytest.raises(ClusterError, match="hub failed\n\neast failed"):
        in_parallel(fail, group)
