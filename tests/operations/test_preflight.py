"""Preflight against the lab: a fleet that is well, and each thing that may be wrong with one, told before anything is changed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3
from kubernetes.client import ApiClient, Configuration
from kubernetes.config import load_kube_config

from tests.conftest import CHECKOUT, LAB, STATE

#: What preflight may take for the whole lab, with a machine's other work beside it.
TIME_LIMIT = 30.0
LINE = re.compile(r"^(?P<cluster>\S+) +(?P<check>\w[\w ]*?) +(?P<level>ok|WARNING|ERROR) +(?P<rest>.*)$")


class Run:
    """One run of the playbook."""

    def __init__(self, *arguments: str, inventory: str = "lab", **variables: Any) -> None:
        environment = os.environ | {"LAB": LAB, "NO_COLOR": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("KUBECONFIG", None)
        program = Path(sys.executable).parent / "ansible-playbook"
        command: list[str | Path] = [program, "-i", f"inventories/{inventory}", "playbooks/preflight.yml", *arguments]
        started = time.monotonic()
        done = subprocess.run(
            [*command, "--extra-vars", json.dumps(variables)],
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.seconds = time.monotonic() - started
        self.code = done.returncode
        self.output = done.stdout + done.stderr
        lines = [match for match in map(LINE.match, done.stdout.splitlines()) if match]
        self.findings = {(line["cluster"], line["check"]): line["level"] + " " + line["rest"] for line in lines}
        assert "Traceback" not in self.output
        assert set(re.findall(r"changed=(\d+)", done.stdout)) == {"0"}, self.output

    @property
    def errors(self) -> set[tuple[str, str]]:
        """Cluster and check of each error in the table."""
        return {where for where, said in self.findings.items() if said.startswith("ERROR")}

    def fails_with(self, *errors: tuple[str, str], misnamed: bool = False) -> None:
        """Check that the playbook failed for these errors, once, and named where they are.

        :param misnamed: whether a cluster goes by another name than it is registered with, which is told, too.
        """
        assert self.code != 0, self.output
        beside = {(cluster, check) for cluster, check in self.errors if misnamed and check == "registration"}
        assert self.errors - beside == set(errors), self.output
        assert self.output.count("Preflight found") == 1
        told = re.search(r"Preflight found (\d+) errors? on (.*?)\. Nothing was changed", self.output)
        assert told is not None
        assert int(told[1]) == len(self.errors)
        assert set(told[2].split(", ")) == {cluster for cluster, _ in self.errors}


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_a_fleet_that_is_well(arguments: tuple[str, ...]) -> None:
    run = Run(*arguments)
    assert run.code == 0, run.output
    assert not run.errors
    assert {cluster for cluster, _ in run.findings} == {"hub", "facility-east", "facility-west"}
    checks = {check for cluster, check in run.findings if cluster == "facility-east"}
    assert checks == {
        *("name", "connection", "version", "credentials", "server certificate", "clock", "identity", "permissions"),
        *("API groups", "storage class", "cpu", "memory", "pods", "registration", "object store", "broker", "database"),
    }
    assert run.seconds < TIME_LIMIT


@pytest.mark.usefixtures("lab")
def test_the_hub_is_looked_at_when_only_a_facility_is_meant() -> None:
    run = Run("--limit", "facility-west")
    assert {cluster for cluster, _ in run.findings} == {"hub", "facility-west"}


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("variables", "check", "said"),
    [
        ({"facility_context": "nowhere"}, "connection", "it has no context 'nowhere'"),
        ({"preflight_connection": {"host": "https://127.0.0.1:9"}}, "connection", "it can't be reached"),
        ({"facility_name": "Facility_East"}, "name", "lower case letters"),
        ({"facility_name": "{{ no_such_variable }}"}, "inventory", "no_such_variable"),
    ],
)
def test_what_is_wrong_with_a_facility(variables: dict[str, Any], check: str, said: str) -> None:
    run = Run("--limit", "facility-east", **variables)
    cluster = variables.get("facility_name", "facility-east") if check == "name" else "facility-east"
    run.fails_with((cluster, check), misnamed=check == "name")
    assert said in run.findings[cluster, check]
    assert "-> " in run.output
    assert ("hub", "permissions") in run.findings


@pytest.mark.usefixtures("lab")
def test_all_that_is_wrong_is_told_at_once() -> None:
    run = Run(
        "--limit",
        "facility-east",
        facility_storage_class="fast",
        preflight_capacity={"cpu": "640", "memory": "64Ti", "pods": "1"},
        object_store_endpoint="http://127.0.0.1:9",
        preflight_endpoints_required=True,
    )
    run.fails_with(*(("facility-east", check) for check in ("storage class", "cpu", "memory", "object store")))
    assert "'fast'" in run.findings["facility-east", "storage class"]
    assert "640 CPU" in run.findings["facility-east", "cpu"]
    assert "65536.0 GiB" in run.findings["facility-east", "memory"]
    assert run.findings["facility-east", "pods"].startswith("ok")
    assert "nothing listens there" in run.findings["facility-east", "object store"]


@pytest.mark.usefixtures("lab")
def test_a_facility_that_cannot_be_reached_keeps_no_other_from_being_looked_at() -> None:
    run = Run(
        preflight_connection="{{ {'host': 'https://127.0.0.1:9'} if inventory_hostname == 'facility-east' "
        "else preflight_facility_connection }}"
    )
    run.fails_with(("facility-east", "connection"))
    assert run.findings["facility-west", "permissions"].startswith("ok")
    assert run.findings["facility-east", "database"].startswith("ok")


@pytest.mark.usefixtures("lab")
def test_two_facilities_that_are_one_cluster() -> None:
    run = Run(facility_context="facility-east")
    run.fails_with(("facility-east", "identity"), ("facility-west", "identity"), misnamed=True)
    assert "the same cluster as facility-west" in run.findings["facility-east", "identity"]


@pytest.mark.usefixtures("lab")
def test_a_facility_that_another_hub_manages() -> None:
    run = Run("--limit", "facility-east", gitops_context="facility-west")
    assert ("facility-east", "registration") in run.errors, run.output
    assert "managed by https://" in run.findings["facility-east", "registration"]
    assert run.code != 0


@pytest.mark.usefixtures("lab")
def test_credentials_that_are_none() -> None:
    run = Run(
        "--limit",
        "facility-east",
        preflight_connection={
            "host": lab_configuration("facility-east").host,
            "api_key": "worn-out",
            "validate_certs": False,
        },
    )
    run.fails_with(("facility-east", "connection"))
    assert "401" in run.findings["facility-east", "connection"]
    assert "worn-out" not in run.output


@pytest.fixture
def late_server(lab: None) -> Iterator[str]:
    """The facility's API server behind a proxy whose clock is ten minutes slow."""
    configuration = lab_configuration("facility-east")
    pool = ApiClient(configuration).rest_client.pool_manager

    class Proxy(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer: urllib3.BaseHTTPResponse = pool.request(
                self.command,
                configuration.host + self.path,
                body=body,
                headers={"Content-Type": "application/json", "Accept": "application/json"},
            )
            self.send_response_only(answer.status)
            self.send_header("Date", formatdate(time.time() - 600, usegmt=True))
            self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

        do_GET = do_POST = pass_on  # noqa: N815 - the names are http.server's

        def log_message(self, *line: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_clock_that_is_slow(late_server: str) -> None:
    connection = {"host": late_server}
    run = Run("--limit", "facility-east", preflight_connection=connection)
    run.fails_with(("facility-east", "clock"))
    assert re.search(r"59\d\.\d s behind", run.findings["facility-east", "clock"])
    assert Run("--limit", "facility-east", preflight_max_clock_skew=900, preflight_connection=connection).code == 0


def test_a_network_of_which_nothing_can_be_reached() -> None:
    run = Run(inventory="example")
    assert run.code != 0
    clusters = {"hub", "north-clinic", "riverside", "st-anne"}
    assert {cluster for cluster, check in run.errors if check == "connection"} == clusters
    assert {cluster for cluster, check in run.errors if check == "object store"} == clusters - {"hub"}


def lab_configuration(context: str) -> Configuration:
    """How to reach a cluster of the lab."""
    configuration = Configuration()
    load_kube_config(str(STATE / "kubeconfig"), context, client_configuration=configuration)
    return configuration
