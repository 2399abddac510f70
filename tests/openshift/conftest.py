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


@contextmanager
def openshift(context: str) -> Iterator[tuple[ApiServer, Operators]]:
    """An OpenShift cluster that nobody has installed anything on."""
    with api_server(context) as server, tempfile.TemporaryDirectory(prefix="openshift-crds-") as folder:
        server.install_crds(*definitions(Path(folder)))
        operators = Operators(Api(server))
        operators.prepare()
        with operators.at_work():
            yield server, operators


def definitions(folder: Path) -> list[Path]:
    """Files with the definitions of all kinds: the real ones, without what else their makers ship beside them, and ours."""
    built = sorted(
        (Path.home() / ".cache/medical-diagnosis/artifacts/openshift-crds").glob("*/manifest.json"),
        key=lambda manifest: manifest.stat().st_mtime,
    )
    assert built, "There are no definitions of OpenShift's kinds: `make test` fetches them (playbooks/tests.yml)."
    real = folder / "real.yaml"
    with real.open("w") as file:
        for source in sorted((built[-1].parent / "content").glob("*.yaml")):
            for found in yaml.load_all(source.read_text(), Loader=yaml.CSafeLoader):
                if found and found["kind"] == "CustomResourceDefinition":
                    # There is no webhook to convert between versions here.
                    found["spec"].pop("conversion", None)
                    yaml.dump(found, file, Dumper=yaml.CSafeDumper, explicit_start=True)
    return [real, *BY_HAND]


@pytest.fixture(scope="module")
def hub() -> Iterator[tuple[ApiServer, Operators]]:
    """A hub that is an OpenShift cluster."""
    with openshift("hub") as cluster:
        yield cluster
