"""An image registry, as far as publishing goes."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from .errors import RegistryError

MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
POLL_SECONDS = 1.0
REQUEST_TIMEOUT = 10


@dataclass(frozen=True)
class Image:
    """An image as it lies in the cache; `path` is its place in the registry without the registry's host."""

    path: str
    tag: str
    digest: str
    layout: str


@dataclass(frozen=True)
class Registry:
    """A registry that wants a user and a password."""

    url: str
    user: str
    password: str

    def wait(self, seconds: float) -> None:
        """Wait until the registry answers and takes the password; RegistryError if it doesn't."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                status = requests.get(
                    f"{self.url}/v2/", auth=(self.user, self.password), timeout=REQUEST_TIMEOUT
                ).status_code
            except requests.ConnectionError:
                status = 0
            if status == requests.codes.ok:
                return
            if status == requests.codes.unauthorized:
                raise RegistryError(f"The registry at {self.url} refuses the password of {self.user}.")
            if time.monotonic() > deadline:
                raise RegistryError(
                    f"The registry at {self.url} does not answer (status {status}) after {seconds:.0f} s."
                )
            time.sleep(POLL_SECONDS)

    def has(self, image: Image) -> bool:
        """Tell whether the registry has this very content under the image's tag."""
        response = requests.head(
            f"{self.url}/v2/{image.path}/manifests/{image.tag}",
            auth=(self.user, self.password),
            headers={"Accept": MANIFESTS},
            timeout=REQUEST_TIMEOUT,
        )
        return response.ok and response.headers.get("Docker-Content-Digest") == image.digest

    def push(self, image: Image) -> None:
        """Copy the image's layout into the registry, bit by bit, so that its digest stays."""
        host = urlsplit(self.url).netloc
        with tempfile.TemporaryDirectory() as folder:
            # not on the command line, which everybody on the machine can read
            credentials = Path(folder) / "auth.json"
            token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            credentials.touch(mode=0o600)
            credentials.write_text(json.dumps({"auths": {host: {"auth": token}}}))
            target = f"docker://{host}/{image.path}:{image.tag}"
            options = ["--preserve-digests", "--dest-tls-verify=false", f"--dest-authfile={credentials}"]
            copy = subprocess.run(
                ["skopeo", "copy", *options, f"oci:{image.layout}", target],
                env=os.environ,
                capture_output=True,
                text=True,
                check=False,
            )
        if copy.returncode:
            raise RegistryError(f"{image.path} can't be pushed to {self.url}: {copy.stderr.strip()}")
        if not self.has(image):
            raise RegistryError(f"{image.path}:{image.tag} is in the registry with another digest than {image.digest}.")
