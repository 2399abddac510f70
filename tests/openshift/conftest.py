"""A played OpenShift: API servers with the real definitions of its kinds, and operators that answer in the status."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.api_server import ApiServer, api_server
from tests.openshift.api import Api
from tests.openshift.operators import Operators

BY_HAND = sorted((Path(__file__).parent / "crds").glob("*.yaml"))


#: What only the other kind of cluster has a use for, by the beginnings of the files' names: an API server takes long to learn a kind.
NOT_ON_A_HUB = ("grafana", "knative", "strimzi", "ceph", "storage", "openshift-routes")
NOT_IN_A_FACILITY = ("grafana", "app", "argocds", "gitops", "multiclusterhubs", "ocm")


@contextmanager
def openshift(context: str, leave_out: tuple[str, ...]) -> Iterator[tuple[ApiServer, Operators]]:
    """An OpenShift cluster that nobody has installed anything on.

    :param leave_out: how the names of the files begin whose kinds it doesn't need to know.
    """
    with api_server(context) as server, tempfile.TemporaryDirectory(prefix="openshift-crds-") as folder:
        server.install_crds(*definitions(Path(folder), leave_out))
        operators = Operators(Api(server))
        operators.prepare()
        with operators.at_work():
            yield server, operators


def definitions(folder: Path, leave_out: tuple[str, ...]) -> list[Path]:
    """Files with the definitions of kinds: the real ones, without what else their makers ship beside them, and ours."""
    built = sorted(
        (Path.home() / ".cache/medical-diagnosis/artifacts/openshift-crds").glob("*/manifest.json"),
        key=lambda manifest: manifest.stat().st_mtime,
    )
    assert built, "There are no definitions of OpenShift's kinds: `make test` fetches them (playbooks/tests.yml)."
    real = folder / "real.yaml"
    with real.open("w") as file:
        for source in sorted((built[-1].parent / "content").glob("*.yaml")):
            if source.name.startswith(leave_out):
                continue
            for found in yaml.load_all(source.read_text(), Loader=yaml.CSafeLoader):
                if found and found["kind"] == "CustomResourceDefinition":
                    # There is no webhook to convert between versions here.
                    found["spec"].pop("conversion", None)
                    yaml.dump(found, file, Dumper=yaml.CSafeDumper, explicit_start=True)
    return [real, *(file for file in BY_HAND if not file.name.startswith(leave_out))]


@pytest.fixture(scope="session")
def hub() -> Iterator[tuple[ApiServer, Operators]]:
    """A hub that is an OpenShift cluster; the tests that follow find what the ones before have installed."""
    with openshift("hub", NOT_ON_A_HUB) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def site() -> Iterator[tuple[ApiServer, Operators]]:
    """A facility's cluster, an OpenShift, too."""
    with openshift("north-clinic", NOT_IN_A_FACILITY) as cluster:
        yield cluster
