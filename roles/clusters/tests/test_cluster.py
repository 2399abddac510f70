"""What has to be done for a cluster to be up, by what its container and its record say."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab_clusters.cluster import Cluster, Options
from lab_clusters.engine import Engine
from lab_clusters.errors import ClusterError

NETWORK, ADDRESS = "md-lab", "172.18.0.2"


@dataclass(frozen=True)
class EngineWith(Engine):
    """An engine that has the given containers."""

    containers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def container(self, name: str) -> dict[str, Any] | None:
        return self.containers.get(name)


def container(identity: str, *, running: bool, address: str) -> dict[str, Any]:
    """A container as the engine describes it; one that stands still has no address."""
    return {
        "Id": identity,
        "State": {"Running": running},
        "NetworkSettings": {"Networks": {NETWORK: {"IPAddress": address}}},
    }


def cluster(folder: Path, node: dict[str, Any] | None) -> Cluster:
    """The cluster hub on an engine with the given container, if any."""
    engine = EngineWith("unix:///nowhere", {"md-lab-hub-control-plane": node} if node else {})
    options = Options("kind", "node:1", NETWORK, folder, folder, 1)
    return Cluster("md-lab-hub", "hub", {}, engine, options)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "hub.yml"
    path.write_text(yaml.safe_dump({"container": "a", "address": ADDRESS, "image": "node:1"}))
    return path


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("there", "plan"),
    [
        pytest.param(None, "create", id="gone, though the record says it was there"),
        pytest.param(container("a", running=True, address=ADDRESS), "none", id="up"),
        pytest.param(container("a", running=False, address=""), "start", id="stands still"),
        pytest.param(container("a", running=True, address="172.18.0.3"), "start", id="got another's address"),
        pytest.param(container("b", running=True, address=ADDRESS), "recreate", id="another container"),
    ],
)
def test_plan(tmp_path: Path, there: dict[str, Any] | None, plan: str) -> None:
    assert cluster(tmp_path, there).plan() == plan


def test_a_cluster_that_never_became_ready_is_made_anew(tmp_path: Path) -> None:
    assert cluster(tmp_path, container("a", running=True, address=ADDRESS)).plan() == "recreate"


def test_a_failing_kind_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    program = tmp_path / "kind"
    program.write_text("#!/bin/sh\necho the disk is full >&2\nexit 1\n")
    program.chmod(0o755)
    options = Options(str(program), "node:1", NETWORK, tmp_path, tmp_path, 1)
    broken = Cluster("md-lab-hub", "hub", {}, EngineWith("unix:///nowhere"), options)
    with pytest.raises(ClusterError, match=r"(?s)kind create.*md-lab-hub.*the disk is full"):
        broken.create()
