"""Which ports a lab gets."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab_record import NoPortsLeftError, lab_record, recorded_ports

FIRST, SIZE = 28000, 20
PORTS = ["api", "registry"]


def arguments(directory: Path, **changes: Any) -> dict[str, Any]:
    """The module's arguments for a lab in `directory`."""
    defaults = {
        "directory": str(directory),
        "docker_host": "unix:///run/docker.sock",
        "ports": PORTS,
        "first_port": FIRST,
        "block_size": SIZE,
    }
    return {**defaults, **changes}


@pytest.fixture
def listener() -> Iterator[int]:
    """A port of the second block that a program listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", FIRST + SIZE + 1))
        server.listen()
        yield FIRST + SIZE + 1


def lab(folder: Path, name: str, start: int) -> Path:
    """The folder of another lab, with its record."""
    path = folder / name
    path.mkdir()
    (path / "lab.yml").write_text(yaml.safe_dump({"name": name, "ports": {"api": start, "registry": start + 1}}))
    return path


def test_the_first_lab_gets_the_first_block(tmp_path: Path) -> None:
    record = lab_record({}, arguments(tmp_path / "lab"), [])
    assert record == {
        "name": "lab",
        "docker_host": "unix:///run/docker.sock",
        "ports": {"api": FIRST, "registry": FIRST + 1},
    }


def test_a_block_of_another_lab_is_taken_even_if_that_one_is_down(tmp_path: Path) -> None:
    record = lab_record({}, arguments(tmp_path / "two"), [lab(tmp_path, "one", FIRST)])
    assert record["ports"]["api"] == FIRST + SIZE


def test_a_block_with_a_bound_port_is_taken(tmp_path: Path, listener: int) -> None:
    record = lab_record({}, arguments(tmp_path / "two"), [lab(tmp_path, "one", FIRST)])
    assert listener not in record["ports"].values()
    assert record["ports"]["api"] == FIRST + 2 * SIZE


def test_a_lab_keeps_its_ports_though_they_are_bound_by_itself(tmp_path: Path, listener: int) -> None:
    before = {"name": "two", "docker_host": "unix:///old", "ports": {"api": FIRST + SIZE, "registry": listener}}
    after = lab_record(before, arguments(tmp_path / "two"), [])
    assert after["ports"] == before["ports"]


def test_a_port_that_is_new_to_labs_comes_from_the_lab_s_own_block(tmp_path: Path) -> None:
    before = {"ports": {"api": FIRST + SIZE, "registry": FIRST + SIZE + 1}}
    after = lab_record(before, arguments(tmp_path / "two", ports=[*PORTS, "git"]), [])
    assert after["ports"]["git"] == FIRST + SIZE + 2


def test_a_new_port_moves_none_of_those_that_are_there(tmp_path: Path) -> None:
    before = {"ports": {"api": FIRST + SIZE, "registry": FIRST + SIZE + 1}}
    after = lab_record(before, arguments(tmp_path / "two", ports=["git", *PORTS]), [])
    assert after["ports"] == {"git": FIRST + SIZE + 2, **before["ports"]}


def test_no_block_is_left(tmp_path: Path) -> None:
    with pytest.raises(NoPortsLeftError, match="No block of 20 free ports"):
        lab_record({}, arguments(tmp_path / "lab", first_port=32760), [])


def test_a_folder_without_a_record_has_no_ports(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    assert recorded_ports([tmp_path / "half", lab(tmp_path, "one", FIRST)]) == {FIRST, FIRST + 1}
