"""The lab's clusters as containers: stopping one, and cutting the link between two."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import yaml

from tests.conftest import LAB, STATE


def docker(*arguments: str) -> str:
    """What Docker prints, of the engine that this lab's clusters are in."""
    host = yaml.safe_load((STATE / "lab.yml").read_text())["docker_host"]
    done = subprocess.run(
        ["docker", *arguments], env=os.environ | {"DOCKER_HOST": host}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def node(cluster: str) -> str:
    """The name of the container that a cluster of this lab is."""
    return f"md-{LAB}-{cluster}-control-plane"


@contextmanager
def stopped(cluster: str) -> Iterator[None]:
    """A cluster's machine loses its power, and is started again afterwards."""
    docker("kill", node(cluster))
    try:
        yield
    finally:
        docker("start", node(cluster))


@contextmanager
def link_cut(one: str, other: str) -> Iterator[None]:
    """Nothing gets from one cluster to the other, nor back; to everything else they keep their ways."""
    networks = json.loads(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", node(other)))
    route = ("blackhole", next(iter(networks.values()))["IPAddress"])
    docker("exec", node(one), "ip", "route", "add", *route)
    try:
        yield
    finally:
        docker("exec", node(one), "ip", "route", "del", *route)
