"""The role `hub` with `platform: openshift`, by ansible-playbook, against a played OpenShift: from nothing, again, and broken."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import ApiServer
from tests.conftest import CHECKOUT
from tests.openshift.operators import Operators

pytestmark = pytest.mark.usefixtures("lab")

Cluster = tuple[ApiServer, Operators]
HERE = Path(__file__).parent
OBJECTS = [
    "subscription.operators.coreos.com/advanced-cluster-management -n open-cluster-management",
    "subscription.operators.coreos.com/openshift-gitops-operator -n openshift-gitops-operator",
    "multiclusterhub/multiclusterhub -n open-cluster-management",
    "managedclusterset/medical-diagnosis",
    "managedclustersetbinding/medical-diagnosis -n openshift-gitops",
    "placement/medical-diagnosis -n openshift-gitops",
    "gitopscluster/medical-diagnosis -n openshift-gitops",
]


def converge(cluster: Cluster, *arguments: str) -> tuple[int, str]:
    """Run the hub's play; return its exit code and what it printed."""
    environment = os.environ | {"OPENSHIFT_HUB_KUBECONFIG": str(cluster[0].kubeconfig), "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command: list[str | Path] = [
        Path(sys.executable).parent / "ansible-playbook",
        "-i",
        HERE / "inventory",
        HERE / "hub.yml",
        *arguments,
    ]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def changed(output: str) -> int:
    """How many tasks the run says have changed something."""
    return sum(map(int, re.findall(r"changed=(\d+)", output)))


@pytest.fixture(autouse=True)
def nothing_rejected(hub: Cluster) -> Iterator[None]:
    yield
    assert hub[1].faults == []


def test_the_hub_is_installed_from_nothing_once(hub: Cluster) -> None:
    code, output = converge(hub, "--check")
    assert code == 0, output
    assert changed(output) > 0
    assert "open-cluster-management" not in hub[0].kubectl("get", "namespaces", "-o", "name")

    code, output = converge(hub)
    assert code == 0, output
    for each in OBJECTS:
        hub[0].kubectl("get", *each.split())

    for arguments in ((), ("--check",)):
        code, output = converge(hub, *arguments)
        assert code == 0, output
        assert changed(output) == 0, output


def test_a_hub_that_does_not_come_up_is_told_with_its_condition(hub: Cluster) -> None:
    hub[1].stuck["advanced-cluster-management"] = "Blocked"
    try:
        code, output = converge(hub, "-e", "hub_wait_timeout=20")
    finally:
        hub[1].stuck.clear()
    assert code != 0
    assert "MultiClusterHub 'open-cluster-management/multiclusterhub'" in output
    assert "phase is Blocked; Available is False (PodsNotReady): 3 of 5 pods aren't ready" in output
    assert "kubectl describe multiclusterhub multiclusterhub -n open-cluster-management" in output


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("{hub_operator_channels: {advanced-cluster-management: release-2.9}}", "has no channel 'release-2.9'"),
        ("{hub_operator_source: mirror}", "CatalogSource 'openshift-marketplace/mirror' doesn't exist"),
    ],
)
def test_what_the_catalogue_does_not_have_changes_nothing(hub: Cluster, broken: str, said: str) -> None:
    code, output = converge(hub, "-e", broken)
    assert code != 0
    assert said in output
    assert "Traceback" not in output
    assert changed(output) == 0
