"""What the lab takes when nothing happens: memory and processor time of each part, over a minute.

Memory is PSS (pages that processes share are counted once); run it as root on the machine of the lab.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psutil
from kubernetes import client, config

POD = re.compile(r"pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})")
CONTEXTS = ("hub", "facility-east", "facility-west")


@dataclass
class Part:
    """What one part takes: PSS in bytes, processor time in seconds."""

    memory: int = 0
    processor: float = 0.0


def pod_names() -> dict[str, str]:
    """The name of each pod by its UID, led by its cluster and namespace."""
    names = {}
    for context in CONTEXTS:
        api = client.CoreV1Api(config.new_client_from_config(os.environ["KUBECONFIG"], context=context))
        for pod in api.list_pod_for_all_namespaces().items:
            owner = re.sub(r"(-[0-9a-f]{8,10})?-[0-9a-z]{5}$", "", pod.metadata.name)
            # A static pod's cgroup carries the hash of its manifest.
            for uid in (pod.metadata.uid, (pod.metadata.annotations or {}).get("kubernetes.io/config.hash", "")):
                names[uid.replace("-", "")] = f"{context}  {pod.metadata.namespace}/{owner}"
    return names


def part_of(process: psutil.Process, names: dict[str, str]) -> str | None:
    """The part that a process belongs to; None for what isn't the lab's."""
    cgroup = Path(f"/proc/{process.pid}/cgroup").read_text()
    if pod := POD.search(cgroup):
        return names.get(re.sub("[-_]", "", pod.group(1)))
    if "/docker" in cgroup:
        return f"nodes  {process.name()}"
    if process.name() in {"dockerd", "containerd", "containerd-shim", "containerd-shim-runc-v2", "docker-proxy"}:
        return f"machine  {process.name()}"
    return None


def snapshot(names: dict[str, str]) -> dict[str, Part]:
    """What each part takes now."""
    parts: dict[str, Part] = defaultdict(Part)
    for process in psutil.process_iter():
        try:
            if name := part_of(process, names):
                times = process.cpu_times()
                parts[name].memory += process.memory_full_info().pss
                parts[name].processor += times.user + times.system
        except (psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
            continue  # it ended meanwhile
    return parts


def main() -> None:
    """Print a line a part, the largest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    names = pod_names()
    before, started = snapshot(names), time.monotonic()
    time.sleep(seconds)
    after, elapsed = snapshot(names), time.monotonic() - started
    total = Part()
    for name, part in sorted(after.items(), key=lambda item: -item[1].memory):
        share = 100 * max(0.0, part.processor - before.get(name, Part()).processor) / elapsed
        total.memory += part.memory
        total.processor += share
        print(f"{part.memory / 2**20:7.0f} MiB  {share:5.1f} % of a core  {name}")
    print(f"{total.memory / 2**20:7.0f} MiB  {total.processor:5.1f} % of a core  in all")


if __name__ == "__main__":
    main()
