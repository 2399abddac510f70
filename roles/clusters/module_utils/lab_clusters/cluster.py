"""One single-node kind cluster."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from kubernetes import client, config

from .engine import Engine
from .errors import ClusterError
from .readiness import what_is_missing

POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Options:
    """What all clusters of a call have in common."""

    kind: str
    image: str
    network: str
    record_directory: Path
    log_directory: Path
    timeout: int


@dataclass(frozen=True, eq=False)
class Cluster:
    """One single-node cluster."""

    name: str
    context: str
    config: dict[str, Any]
    engine: Engine
    options: Options

    @property
    def container_name(self) -> str:
        """The container that is the node, as kind names it."""
        return f"{self.name}-control-plane"

    @property
    def record_path(self) -> Path:
        """The file that says that this cluster became ready once, in which container and at which address."""
        return self.options.record_directory / f"{self.context}.yml"

    def address(self, container: dict[str, Any]) -> str:
        """Return the node's IPv4 address, empty if the container stands still."""
        return str(container["NetworkSettings"]["Networks"].get(self.options.network, {}).get("IPAddress", ""))

    def plan(self) -> str:
        """Tell what has to be done for this cluster to be up: create, recreate, start or none."""
        container = self.engine.container(self.container_name)
        if container is None:
            return "create"
        record = yaml.safe_load(self.record_path.read_text()) if self.record_path.exists() else {}
        if record.get("container") != container["Id"]:
            return "recreate"
        moved = self.address(container) != record["address"]
        return "start" if moved or not container["State"]["Running"] else "none"

    def finds(self, other: Cluster) -> bool:
        """Tell whether this cluster's node, which must run, knows the address of another's by name.

        It doesn't after a crash of the engine that the node has outlived: the engine's name service then has other ports
        than those which the node passes its pods' questions on to since its start.
        """
        return bool(self.engine.run("exec", self.container_name, "getent", "hosts", other.container_name, check=False))

    def prepare(self, todo: str) -> None:
        """Clear the way for what `plan` says: delete what never became ready, give what stands still its own address.

        Done for all clusters before any of them starts, since one may have taken another's address.
        """
        if todo == "recreate":
            self.kind("delete", "cluster")
        elif todo == "start":
            address = yaml.safe_load(self.record_path.read_text())["address"]
            self.engine.run("stop", self.container_name)
            self.engine.run("network", "disconnect", "--force", self.options.network, self.container_name)
            self.engine.run("network", "connect", "--ip", address, self.options.network, self.container_name)

    def bring_up(self, todo: str) -> None:
        """Do what `plan` says and wait until the cluster is up; keep on record that it was."""
        if todo in ("create", "recreate"):
            self.record_path.unlink(missing_ok=True)
            self.create()
        elif todo == "start":
            self.engine.run("start", self.container_name)
        container = self.engine.container(self.container_name)
        if container is None:
            raise ClusterError(f"Somebody removed the container {self.container_name} meanwhile.")
        self.wait(container)
        if todo in ("create", "recreate"):
            record = {
                "container": container["Id"],
                # what certificates and data base of the node have been made for
                "address": self.address(container),
                "image": container["Config"]["Image"],
            }
            self.record_path.write_text(yaml.safe_dump(record, sort_keys=False))

    def kind(self, *arguments: str, stdin: str | None = None) -> str:
        """Run `kind ARGUMENTS --name NAME`, with its messages in a log, and return what it prints."""
        log = self.options.log_directory / f"kind-{self.context}.log"
        environment = os.environ | {
            "DOCKER_HOST": self.engine.host,
            "KIND_EXPERIMENTAL_PROVIDER": "docker",
            "KIND_EXPERIMENTAL_DOCKER_NETWORK": self.options.network,
            # kind writes each new cluster into this one; the lab's own kubeconfig has names of its own
            "KUBECONFIG": os.devnull,
        }
        with log.open("a") as messages:
            result = subprocess.run(
                [self.options.kind, *arguments, "--name", self.name],
                env=environment,
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=messages,
                text=True,
                check=False,
            )
        if result.returncode:
            end = "\n".join(log.read_text().splitlines()[-20:])
            message = f"`kind {arguments[0]}` failed for {self.name}. The end of its log, {log}:\n{end}"
            raise ClusterError(message)
        return result.stdout

    def create(self) -> None:
        """Create the cluster and keep it from starting by itself with the engine, when its address may be another's."""
        image = self.options.image
        self.kind("create", "cluster", "--image", image, "--config", "-", stdin=yaml.safe_dump(self.config))
        self.engine.run("update", "--restart", "no", self.container_name)

    def kubeconfig(self) -> dict[str, Any]:
        """Return kind's kubeconfig of this cluster with the cluster, user and context named as asked."""
        written = yaml.safe_load(self.kind("get", "kubeconfig"))
        return {
            "clusters": [{"name": self.context, "cluster": written["clusters"][0]["cluster"]}],
            "users": [{"name": self.context, "user": written["users"][0]["user"]}],
            "contexts": [{"name": self.context, "context": {"cluster": self.context, "user": self.context}}],
        }

    def wait(self, container: dict[str, Any]) -> None:
        """Wait until node and name service are up; ClusterError says which of them is not."""
        since = datetime.fromisoformat(container["State"]["StartedAt"][:19] + "+00:00")
        deadline = time.monotonic() + self.options.timeout
        api_client = config.new_client_from_config_dict(self.kubeconfig(), context=self.context)
        api = client.CoreV1Api(api_client)
        while (missing := what_is_missing(api, since)) is not None:
            if time.monotonic() > deadline:
                message = (
                    f"The cluster {self.name} is not up after {self.options.timeout} s: {missing}. "
                    f"Look at `docker logs {self.container_name}`."
                )
                raise ClusterError(message)
            time.sleep(POLL_SECONDS)
