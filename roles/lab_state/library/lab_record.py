#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write down which lab this is, and give it a block of ports that no other lab and no other program has."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_record
short_description: Give a lab its ports and write them down
description:
  - Keeps the file C(lab.yml) in the lab's folder.
  - A new lab gets the first block of ports that no lab beside it has on record and no program is bound to.
    A lab that has its ports keeps them.
options:
  directory:
    description: The lab's folder. The folders beside it are taken for other labs; its name is the lab's name.
    type: path
    required: true
  docker_host:
    description: Address of the engine that the lab is on.
    type: str
    required: true
  ports:
    description: Names of the ports, in the order of their numbers.
    type: list
    elements: str
    required: true
  first_port:
    description: Where the first block starts.
    type: int
    default: 21000
  block_size:
    description: Ports in a block.
    type: int
    default: 20
author: medical.diagnosis contributors
"""

EXAMPLES = r"""
- name: Give the lab its ports
  lab_record:
    directory: ~/.local/state/medical-diagnosis/lab
    docker_host: unix:///var/run/docker.sock
    ports: [hub_api, registry]
"""

RETURN = r"""
lab:
  description: What C(lab.yml) says now.
  type: dict
  returned: always
  sample: {name: lab, docker_host: "unix:///var/run/docker.sock", ports: {hub_api: 21000, registry: 21001}}
"""

import fcntl
import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.basic import AnsibleModule

RECORD = "lab.yml"
# Linux gives out ports from here on to outgoing connections, so a server below never finds its port taken by one.
EPHEMERAL_PORTS_START = 32768


class NoPortsLeftError(Exception):
    """Every block of ports is taken."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Let one program at a time give out ports to the labs in `directory`."""
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_record(path: Path) -> dict[str, Any]:
    """Return what the file says; nothing if there is no file."""
    return dict(yaml.safe_load(path.read_text())) if path.exists() else {}


def recorded_ports(labs: Iterable[Path]) -> set[int]:
    """Return every port number on record in the folders `labs`."""
    return {int(port) for lab in labs for port in read_record(lab / RECORD).get("ports", {}).values()}


def is_free(port: int) -> bool:
    """Tell whether a program could listen on this TCP port of 127.0.0.1."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as candidate:
        # as servers do: a connection that has just ended doesn't count
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def first_free_block(first_port: int, block_size: int, used: int, taken: set[int]) -> int:
    """Return the first port of the first block whose leading `used` ports are neither in `taken` nor bound."""
    for start in range(first_port, EPHEMERAL_PORTS_START - block_size + 1, block_size):
        ports = range(start, start + used)
        if taken.isdisjoint(range(start, start + block_size)) and all(is_free(port) for port in ports):
            return start
    message = f"No block of {block_size} free ports is left between {first_port} and {EPHEMERAL_PORTS_START}."
    raise NoPortsLeftError(message)


def lab_record(record: dict[str, Any], module_arguments: dict[str, Any], labs: Iterable[Path]) -> dict[str, Any]:
    """Return the record that the lab should have, given the one it has (maybe none) and the labs beside it."""
    names, first_port = module_arguments["ports"], module_arguments["first_port"]
    block_size = module_arguments["block_size"]
    present = {name: port for name, port in record.get("ports", {}).items() if name in names}
    if present:
        start = first_port + (min(present.values()) - first_port) // block_size * block_size
    else:
        start = first_free_block(first_port, block_size, len(names), recorded_ports(labs))
    spare = (port for port in range(start, start + block_size) if port not in present.values())
    return {
        "name": Path(module_arguments["directory"]).name,
        "docker_host": module_arguments["docker_host"],
        "ports": {name: present[name] if name in present else next(spare) for name in names},
    }


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "required": True},
            "docker_host": {"type": "str", "required": True},
            "ports": {"type": "list", "elements": "str", "required": True},
            "first_port": {"type": "int", "default": 21000},
            "block_size": {"type": "int", "default": 20},
        },
        supports_check_mode=True,
    )
    directory = Path(module.params["directory"])
    path = directory / RECORD
    with locked(directory.parent):
        before = read_record(path)
        neighbours = [lab for lab in directory.parent.iterdir() if lab.is_dir() and lab != directory]
        try:
            after = lab_record(before, module.params, neighbours)
        except NoPortsLeftError as error:
            module.fail_json(msg=str(error))
        if after != before and not module.check_mode:
            whole = path.with_suffix(".new")
            whole.write_text(yaml.safe_dump(after, sort_keys=False))
            whole.replace(path)
    module.exit_json(changed=after != before, lab=after, diff={"before": before, "after": after})


if __name__ == "__main__":
    main()
