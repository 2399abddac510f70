"""Print `export` lines with everything a client of a facility of the lab needs: `make env`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import yaml


class NoSuchLabError(Exception):
    """There is nothing to print; the message is for people."""


def secret(state: Path, facility: str, name: str) -> str:
    """Return a password that the lab has made for a facility."""
    path = state / "secrets" / facility / name
    if not path.exists():
        raise NoSuchLabError(f"The facility {facility} of this lab is not there, or not all of it. Run `make site`.")
    return path.read_text().strip()


def variables(state: Path, facility: str) -> dict[str, str]:
    """Return the variables for the facility of the lab in the folder `state`."""
    record = state / "lab.yml"
    if not record.exists():
        raise NoSuchLabError(f"There is no lab in {state}. Run `make site`.")
    ports: dict[str, Any] = yaml.safe_load(record.read_text())["ports"]
    prefix = facility.replace("-", "_")
    database_password = secret(state, facility, "database")
    return {
        "S3_ENDPOINT": f"http://127.0.0.1:{ports[f'{prefix}_s3']}",
        "AWS_ACCESS_KEY_ID": "xraylab-1",
        "AWS_SECRET_ACCESS_KEY": secret(state, facility, "s3-xraylab-1"),
        "KAFKA_BOOTSTRAP": f"127.0.0.1:{ports[f'{prefix}_kafka']}",
        "KAFKA_USERNAME": "admin",
        "KAFKA_PASSWORD": secret(state, facility, "kafka-admin"),
        "DATABASE_URL": f"postgresql://xraylab:{database_password}@127.0.0.1:{ports[f'{prefix}_postgresql']}/xraylabdb",
        "KUBECONFIG": str(state / "kubeconfig"),
    }


def main() -> int:
    """Print the lines for the state folder and the facility that the command line names; return the exit code."""
    state, facility = Path(sys.argv[1]), sys.argv[2]
    try:
        lines = [f"export {name}={shlex.quote(value)}" for name, value in variables(state, facility).items()]
    except NoSuchLabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
