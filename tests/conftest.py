"""What the tests share: the lab, brought up beside the checks that don't need it, and ways into its facility.

A lab that runs already is used and left; one that the tests brought up is taken down again.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parent.parent
LAB = os.environ.get("LAB", "lab")
STATE = Path.home() / ".local/state/medical-diagnosis" / LAB
#: Seconds until the lab has to be there: a machine with empty caches builds it first.
LAB_TIMEOUT = 3000


class LabError(Exception):
    """The lab did not come up."""


class LabRun:
    """`make site` in the background, started once the tests that need it are known."""

    def __init__(self) -> None:
        self.was_there = (STATE / "kubeconfig").exists()
        # Not with the lab's own logs: it has to outlive the lab.
        self.log = Path.home() / f".cache/medical-diagnosis/logs/tests-{LAB}-site.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(["make", "site"], cwd=CHECKOUT, stdout=log, stderr=subprocess.STDOUT)

    def wait(self) -> None:
        """Return when the lab is up; raise LabError with the end of its output when it can't be had."""
        try:
            code = self._process.wait(LAB_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            self._process.terminate()
            raise LabError(f"make site took more than {LAB_TIMEOUT} s; see {self.log}") from error
        if code:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-60:])
            raise LabError(f"make site failed ({self.log}):\n{tail}")

    def remove(self) -> None:
        """Take the lab down unless it was there before."""
        if not self.was_there:
            subprocess.run(["make", "clean"], cwd=CHECKOUT, check=True, capture_output=True)


_run: dict[str, LabRun] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs the lab last, so that it comes up beside the rest; films before what changes the servers' settings."""
    items.sort(key=lambda item: ("lab" in getattr(item, "fixturenames", ()), "/operations/" in str(item.path)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the lab when a collected test needs it."""
    if session.config.option.collectonly:
        return
    if any("lab" in getattr(item, "fixturenames", ()) for item in session.items):
        _run["lab"] = LabRun()


@pytest.fixture(scope="session")
def lab() -> Iterator[None]:
    """The running lab."""
    _run["lab"].wait()
    yield
    _run["lab"].remove()


@dataclass(frozen=True)
class Facility:
    """Ways into a facility, as `make env` prints them."""

    name: str
    environment: dict[str, str]

    def __getitem__(self, variable: str) -> str:
        """The value of one of the variables of `make env`."""
        return self.environment[variable]


def facility_named(name: str) -> Facility:
    """A facility of the lab that is up."""
    output = subprocess.run(
        ["make", "--silent", "env", f"FACILITY={name}"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout
    variables = re.findall(r"^export (\w+)=(.*)$", output, flags=re.MULTILINE)
    return Facility(name, {variable: shlex.split(value)[0] for variable, value in variables})


@pytest.fixture(scope="session")
def facility(lab: None) -> Facility:
    """The facility that tests of one facility use."""
    return facility_named("facility-east")


@pytest.fixture(scope="session")
def other_facility(lab: None) -> Facility:
    """The lab's other facility."""
    return facility_named("facility-west")


@pytest.fixture(scope="session")
def helm(lab: None) -> Path:
    """The Helm program that the lab's Argo CD has, too."""
    published = yaml.safe_load((STATE / "images.yml").read_text())
    return Path(published["lab_artifacts"]["helm"])


@pytest.fixture(scope="session")
def real_films(lab: None) -> list[Path]:
    """Sixteen real chest X-rays, full-size JPEGs."""
    published = yaml.safe_load((STATE / "images.yml").read_text())
    films = sorted(Path(published["lab_artifacts"]["sample-films"]).rglob("*.jpeg"))
    assert len(films) == 16
    return films
