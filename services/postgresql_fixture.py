"""A real PostgreSQL server for tests: Debian's programs, a folder of its own, 127.0.0.1 only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

#: Debian's newest; 15 on bookworm, as in the lab.
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/15/bin"))
#: root may not run the server; this user owns nothing else here.
USER = "nobody"


@dataclass(frozen=True)
class Server:
    """A running server; its user ``test`` may do everything in the database ``postgres``."""

    port: int
    password: str = "test"  # noqa: S105 - a server that lives for a test

    @property
    def url(self) -> str:
        """The server as a libpq URL."""
        return f"postgresql://test:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def environment(self) -> dict[str, str]:
        """The server as the services' environment variables."""
        return {
            "database-host": f"127.0.0.1:{self.port}",
            "database-user": "test",
            "database-password": self.password,
            "database-db": "postgres",
        }


def _as_user(*command: str | Path) -> None:
    prefix = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=True, capture_output=True, cwd="/")


def _free_port() -> int:
    for port in range(25432, 25532):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port from 25432 to 25531")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server."""
    folder = Path("/tmp") / f"medical-diagnosis-postgresql-{os.getpid()}"  # noqa: S108 - pytest's own folders are closed to USER
    folder.mkdir(mode=0o700)
    server = Server(_free_port())
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        secret = tmp_path_factory.mktemp("postgresql") / "password"
        secret.write_text(server.password)
        readable = folder / "password"
        shutil.copy(secret, readable)
        if os.geteuid() == 0:
            shutil.chown(readable, USER)
        _as_user(
            PROGRAMS / "initdb",
            "-D",
            folder / "data",
            "-U",
            "test",
            "--pwfile",
            readable,
            "-A",
            "scram-sha-256",
            "--no-sync",
        )
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={server.port} -c unix_socket_directories={folder} -c fsync=off"
        )
        _as_user(PROGRAMS / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")
        yield server
        _as_user(PROGRAMS / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
