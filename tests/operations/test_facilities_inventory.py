"""The inventory plugin: a hub's managed clusters as hosts, from a real API server, and what it says when it can't have them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api_server import ApiServer, api_server
from tests.conftest import CHECKOUT
from tests.managed_clusters import crd, managed_cluster, register

LAB_SOURCE = CHECKOUT / "inventories/lab/fleet.facilities.yml"
TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'echo rendered') }}"
#: facility-0000 is available, -0001 is not, of -0002 and -0003 nobody knows.
STATES = ("True", "False", "Unknown", None)


@pytest.fixture(scope="module")
def server(lab: None) -> Iterator[ApiServer]:
    """An API server without Open Cluster Management; the lab has built its programs."""
    with api_server("hub") as running:
        yield running


@pytest.fixture(scope="module")
def hub(server: ApiServer) -> ApiServer:
    """The same with four managed clusters."""
    server.install_crds(crd())
    clusters = [managed_cluster(number, state) for number, state in enumerate(STATES)]
    clusters[1]["status"]["clusterClaims"].append({"name": "note", "value": TEMPLATE})
    register(server, clusters)
    return server


class Source:
    """A source of the plugin in a folder of its own, and what Ansible makes of it."""

    def __init__(self, folder: Path, server: ApiServer) -> None:
        self.folder = folder
        self.options: dict[str, Any] = {
            "plugin": "medical.diagnosis.facilities",
            "kubeconfig": str(server.kubeconfig),
            "retry_timeout": 0,
        }

    def run(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ansible-inventory on the source with its options as they are now."""
        source = self.folder / "test.facilities.yml"
        source.write_text(yaml.safe_dump({key: value for key, value in self.options.items() if value is not None}))
        return ansible_inventory("--inventory", source, *arguments, **environment)

    def read(self, *arguments: str | Path, **environment: str) -> Any:
        """The inventory; it has to be one."""
        done = self.run("--list", *arguments, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true", **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout, object_hook=untemplated)

    def failure(self, **environment: str) -> str:
        """What is said about a source that can't be read, squeezed."""
        done = self.run("--list", ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true", **environment)
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stderr
        return squeezed(done.stderr)


def untemplated(value: dict[str, Any]) -> Any:
    """A value as it is: Ansible marks strings that it will never take for templates."""
    return value["__ansible_unsafe"] if set(value) == {"__ansible_unsafe"} else value


def squeezed(text: str) -> str:
    """``text`` without white space, since Ansible breaks its lines anywhere."""
    return "".join(text.split())


def ansible_inventory(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-inventory of this Python in the checkout, without the caller's clusters."""
    kept = {name: value for name, value in os.environ.items() if not re.match(r"K8S_AUTH_|KUBECONFIG|LAB$", name)}
    program = Path(sys.executable).parent / "ansible-inventory"
    plain = {"NO_COLOR": "1", "ANSIBLE_HOME": str(Path.home() / ".cache/medical-diagnosis/ansible")}
    return subprocess.run(
        [program, *arguments], cwd=CHECKOUT, env=kept | plain | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def bare(tmp_path: Path, server: ApiServer) -> Source:
    """A source of a cluster that is no hub, for whoever asks for it before the hub."""
    return Source(tmp_path, server)


@pytest.fixture
def source(tmp_path: Path, hub: ApiServer) -> Source:
    """A source of the hub."""
    return Source(tmp_path, hub)


def test_a_cluster_that_is_no_hub(bare: Source) -> None:
    failure = bare.failure()
    assert squeezed("doesn't serve ManagedCluster of cluster.open-cluster-management.io/v1") in failure
    assert squeezed("Install Open Cluster Management first") in failure


def test_hosts_groups_and_variables(source: Source) -> None:
    source.options["label_groups"] = ["wave"]
    found = source.read()
    assert {name: group["hosts"] for name, group in found.items() if "hosts" in group} == {
        "facilities": [f"facility-000{number}" for number in range(4)],
        "available": ["facility-0000"],
        "unavailable": ["facility-0001"],
        "unknown": ["facility-0002", "facility-0003"],
        "cluster_set_hospitals": ["facility-0000", "facility-0003"],
        "cluster_set_clinics": ["facility-0001"],
        "cluster_set_default": ["facility-0002"],
        **{
            f"wave_{wave}": [f"facility-000{number}"]
            for number, wave in enumerate(("canary", "early", "broad", "late"))
        },
    }
    variables = found["_meta"]["hostvars"]["facility-0000"]
    assert variables["labels"]["region"] == "north"
    assert variables["conditions"]["ManagedClusterConditionAvailable"]["status"] == "True"
    assert (variables["accepted"], variables["joined"]) == (True, True)
    assert variables["claims"]["platform.open-cluster-management.io"] == "BareMetal"
    assert variables["api_urls"] == ["https://api.facility-0000.example:6443"]
    assert variables["kubernetes_version"] == "v1.34.4"
    assert variables["created"].endswith("Z")


def test_what_a_facility_says_of_itself_is_never_a_template(source: Source) -> None:
    source.options["compose"] = {"note": "claims.note"}
    variables = source.read()["_meta"]["hostvars"]["facility-0001"]
    assert variables["claims"]["note"] == TEMPLATE
    shown = subprocess.run(
        [
            Path(sys.executable).parent / "ansible",
            "facility-0001",
            "--inventory",
            source.folder / "test.facilities.yml",
            "--connection=local",
            "--module-name=ansible.builtin.debug",
            "--args=msg={{ note }}/{{ claims.note }}",
        ],
        cwd=CHECKOUT,
        env=os.environ | {"NO_COLOR": "1", "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{TEMPLATE}/{TEMPLATE}" in shown.stdout, shown.stdout + shown.stderr


def test_selection_prefixes_and_constructed_groups(source: Source) -> None:
    source.options |= {
        "label_selector": "wave in (canary, late)",
        "hostname_prefix": "hub-",
        "hostvars_prefix": "ocm_",
        "compose": {"api_url": "ocm_api_urls | first"},
        "groups": {"up": "ocm_availability == 'available' and api_url is defined"},
        "keyed_groups": [{"key": "ocm_labels.region", "prefix": "in"}],
        "strict": True,
    }
    found = source.read()
    assert found["facilities"]["hosts"] == ["hub-facility-0000", "hub-facility-0003"]
    assert found["up"]["hosts"] == ["hub-facility-0000"]
    assert found["in_north"]["hosts"] == ["hub-facility-0000"]
    assert found["in_west"]["hosts"] == ["hub-facility-0003"]
    assert found["_meta"]["hostvars"]["hub-facility-0003"]["api_url"] == "https://api.facility-0003.example:6443"


def test_strict(source: Source) -> None:
    source.options["compose"] = {"missing": "labels.nowhere.further"}
    assert "missing" not in source.read()["_meta"]["hostvars"]["facility-0000"]
    source.options["strict"] = True
    assert squeezed("Could not set missing for host facility-0000") in source.failure()


def test_the_cache_needs_neither_hub_nor_library(source: Source, tmp_path: Path) -> None:
    source.options |= {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
    }
    # A library that can't be imported stands before the real one.
    (tmp_path / "kubernetes.py").write_text("raise ImportError('not here')\n")
    without_library = {"PYTHONPATH": str(tmp_path)}
    assert squeezed("Python library kubernetes: it isn't installed where Ansible runs.") in source.failure(
        **without_library
    )

    first = source.read()
    assert source.read(**without_library) == first
    refreshed = source.run("--list", "--flush-cache", **without_library)
    assert "Python library kubernetes" in refreshed.stderr
    # Another selection is another question.
    source.options["label_selector"] = "wave=canary"
    assert source.read()["facilities"]["hosts"] == ["facility-0000"]


def test_the_cache_holds_no_credentials(source: Source, hub: ApiServer, tmp_path: Path) -> None:
    source.options |= {
        "kubeconfig": None,
        "host": hub.url,
        "api_key": hub.token,
        "ca_cert": str(hub.ca_cert),
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
    }
    assert len(source.read()["facilities"]["hosts"]) == len(STATES)
    (entry,) = (tmp_path / "cache").iterdir()
    assert hub.token not in entry.read_text()
    assert hub.token not in entry.name


def test_connection_from_the_environment_as_awx_gives_it(source: Source, hub: ApiServer) -> None:
    source.options["kubeconfig"] = None
    credential = {"K8S_AUTH_HOST": hub.url, "K8S_AUTH_API_KEY": hub.token, "K8S_AUTH_SSL_CA_CERT": str(hub.ca_cert)}
    assert len(source.read(**credential)["facilities"]["hosts"]) == len(STATES)


def test_an_empty_template_is_no_option(source: Source) -> None:
    source.options["ca_cert"] = source.options["context"] = "{{ lookup('ansible.builtin.env', 'NO_SUCH_VARIABLE') }}"
    assert len(source.read()["facilities"]["hosts"]) == len(STATES)


@pytest.mark.parametrize("lab_name", ["lab", "two"])
def test_the_lab_s_own_source(hub: ApiServer, tmp_path: Path, lab_name: str) -> None:
    state = tmp_path / ".local/state/medical-diagnosis" / lab_name
    state.mkdir(parents=True)
    shutil.copy2(hub.kubeconfig, state)
    environment = {"HOME": str(tmp_path)} | ({} if lab_name == "lab" else {"LAB": lab_name})
    done = ansible_inventory("--inventory", LAB_SOURCE, "--graph", **environment)
    assert "--facility-0003" in done.stdout, done.stderr
    assert "@wave_canary" in done.stdout


def test_the_lab_s_folder_is_read_without_it(tmp_path: Path) -> None:
    shutil.copy2(LAB_SOURCE, tmp_path)
    (tmp_path / "hosts.yml").write_text("all: {hosts: {alone: {}}}\n")
    done = ansible_inventory("--inventory", tmp_path, "--list", HOME=str(tmp_path))
    assert json.loads(done.stdout)["ungrouped"]["hosts"] == ["alone"]
    assert not done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"context": "nowhere"}, "it has no context 'nowhere'. Its contexts are: hub."),
        ({"kubeconfig": "/nowhere/kubeconfig"}, "Kubeconfig /nowhere/kubeconfig: there is no such file."),
        (
            {"kubeconfig": None, "host": "https://127.0.0.1:9"},
            "Kubernetes API at https://127.0.0.1:9: it can't be reached",
        ),
        ({"api_key": "wrong"}, "the API server answered 401"),
        ({"label_selector": "a b c"}, "the API server answered 400"),
        ({"ca_cert": "/nowhere/ca"}, "File /nowhere/ca: there is no such file. Correct ca_cert."),
    ],
)
def test_bad_options_are_told_in_words(source: Source, options: dict[str, Any], message: str) -> None:
    source.options |= options
    assert squeezed(message) in source.failure()


@pytest.mark.parametrize("name", ["facilities.yml", "hosts.yml", "fleet.facilities.ini"])
def test_other_files_are_not_its_own(source: Source, name: str) -> None:
    source.run("--list")
    other = source.folder / name
    shutil.copy2(source.folder / "test.facilities.yml", other)
    done = ansible_inventory("--inventory", other, "--list", ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true")
    assert done.returncode != 0
