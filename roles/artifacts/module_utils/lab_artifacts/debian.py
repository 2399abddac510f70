"""Debian packages into a folder, from the mirrors this machine itself uses."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .errors import ArtifactError

# Suites that get no security archive of their own.
UNRELEASED = {"testing", "sid", "unstable", "experimental"}
# Documentation nobody reads in a container. Folders stay: update-alternatives links manual pages into them.
EXCLUDED = (
    "/usr/share/doc/?*/?*",
    "/usr/share/man/?*/?*",
    "/usr/share/info/?*",
    "/usr/share/locale/?*/?*",
    "/usr/share/lintian/?*",
)
KEPT = ("/usr/share/doc/*/copyright",)
# What of the machine's apt configuration says how to reach its mirrors: proxies, certificates, what counts as fresh.
_REACHING = re.compile(r'^(Acquire::(?:https?::|Check-|ForceIPv|Retries)\S* "[^"]+";)$', re.MULTILINE)
# Left by mmdebstrap and the machine in a root: they say something about this machine, not about the image.
_LEFT_BEHIND = (
    "etc/apt/sources.list",
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/dpkg/dpkg.cfg.d/99mmdebstrap",
    "etc/hostname",
    "etc/resolv.conf",
)
_INDEX_FORMAT = "$(REPO_URI)\t$(LABEL)"


def sources(suite: str, targets: str) -> list[str]:
    """Return the lines of apt's sources for `suite`, from apt's own list of indices (tab-separated, one a line).

    The machine's mirrors serve every suite. No line: this machine isn't a Debian; mmdebstrap then knows Debian's own mirror.
    """
    mirrors: dict[str, str] = {}
    for line in targets.splitlines():
        address, _, label = line.partition("\t")
        if label in {"Debian", "Debian-Security"}:
            mirrors.setdefault(label, address)
    lines = []
    if "Debian" in mirrors:
        lines.append(f"deb {mirrors['Debian']} {suite} main")
        if suite not in UNRELEASED:
            lines.append(f"deb {mirrors['Debian']} {suite}-updates main")
    if "Debian-Security" in mirrors and lines and suite not in UNRELEASED:
        lines.append(f"deb {mirrors['Debian-Security']} {suite}-security main")
    return lines


def reaching(configuration: str) -> list[str]:
    """Return the lines of `apt-config dump` that every apt on this machine needs to reach the mirrors."""
    return _REACHING.findall(configuration)


def install(root: Path, spec: dict[str, Any], run: Callable[[list[str]], object]) -> None:
    """Install `spec` into `root`, empty or holding a Debian of that suite already.

    `spec` has suite and packages, and may have variant (of a new root), users (name, id, home) that are to have their
    numbers before a package would choose one, and hooks: mmdebstrap's commands by stage, `$1` being the folder.
    """
    # mmdebstrap makes the device nodes it needs and stumbles over those that are there already.
    empty_devices(root)
    existing = (root / "var/lib/dpkg/status").exists()
    command = ["mmdebstrap", "--mode=root", "--format=directory", "--skip=check/empty"]
    command.append(f"--variant={'custom' if existing else spec.get('variant', 'minbase')}")
    if spec.get("packages"):
        command.append(f"--include={','.join(spec['packages'])}")
    command += [f"--dpkgopt=path-exclude={path}" for path in EXCLUDED]
    command += [f"--dpkgopt=path-include={path}" for path in KEPT]
    command += [f"--aptopt={line}" for line in reaching(_output_of(["apt-config", "dump"]))]
    # The first stage at which the root has its passwd.
    command += [
        f"--{'setup' if existing else 'essential'}-hook={hook}"
        for user in spec.get("users") or []
        for hook in _hooks_for(user)
    ]
    for stage, hooks in (spec.get("hooks") or {}).items():
        command += [f"--{stage}-hook={hook}" for hook in hooks]
    targets = _output_of(["apt-get", "indextargets", "--format", _INDEX_FORMAT, "Created-By: Packages"])
    run([*command, spec["suite"], str(root), *sources(spec["suite"], targets)])
    empty_devices(root)
    for path in _LEFT_BEHIND:
        (root / path).unlink(missing_ok=True)


def empty_devices(root: Path) -> None:
    """Remove what is in /dev: every container gets its own."""
    devices = root / "dev"
    if devices.is_dir():
        subprocess.run(["find", str(devices), "-xdev", "-mindepth", "1", "-delete"], check=True)


def _hooks_for(user: Mapping[str, Any]) -> list[str]:
    name, number, home = user["name"], user["id"], user["home"]
    lines = {
        "passwd": f"{name}:x:{number}:{number}::{home}:/bin/sh",
        "group": f"{name}:x:{number}:",
        "shadow": f"{name}:*:::::::",
    }
    return [f"echo '{line}' >> \"$1/etc/{file}\"" for file, line in lines.items()]


def _output_of(command: list[str]) -> str:
    if not shutil.which(command[0]):
        raise ArtifactError(
            f"{command[0]} isn't on this machine: images are built from Debian packages, on Debian or Ubuntu"
        )
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
