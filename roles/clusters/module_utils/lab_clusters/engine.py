"""The container engine that the clusters' nodes run on."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ClusterError


def image_name(archive: Path) -> str:
    """Return the first name of the image in a file as `docker save` writes it."""
    with tarfile.open(archive) as members:
        manifest = members.extractfile("manifest.json")
        if manifest is None:
            raise ClusterError(f"{archive} is no archive of an image.")
        return str(json.load(manifest)[0]["RepoTags"][0])


@dataclass(frozen=True)
class Engine:
    """The container engine, through Docker's client, which kind needs as well."""

    host: str

    def run(self, *arguments: str, check: bool = True) -> str:
        """Run `docker ARGUMENTS` and return what it prints; ClusterError says what went wrong."""
        result = subprocess.run(
            ["docker", *arguments],
            env=os.environ | {"DOCKER_HOST": self.host},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and result.returncode:
            message = f"`docker {' '.join(arguments)}` failed: {result.stderr.strip()}"
            raise ClusterError(message)
        return result.stdout

    def container(self, name: str) -> dict[str, Any] | None:
        """Return what the engine knows about a container, or None if there is none of that name."""
        found = json.loads(self.run("container", "inspect", name, check=False) or "[]")
        return dict(found[0]) if found else None

    def ensure_image(self, name: str, archive: Path) -> None:
        """Load the image from its archive if the engine hasn't got it."""
        if not self.run("image", "inspect", "--format", "{{.Id}}", name, check=False).strip():
            self.run("load", "--input", str(archive))

    def ensure_network(self, name: str) -> bool:
        """Create the network if it is missing; tell whether it was.

        Only a network whose subnet was asked for by number lets a container have a fixed address. The engine knows which
        subnets are free here, so it picks one, and then is asked for that.
        """
        if self.run("network", "ls", "--quiet", "--filter", f"name=^{name}$").strip():
            return False
        self.run("network", "create", name)
        pools = json.loads(self.run("network", "inspect", name))[0]["IPAM"]["Config"]
        self.run("network", "rm", name)
        self.run("network", "create", "--subnet", pools[0]["Subnet"], name)
        return True
