"""Which machines are refused, and that a refusal touches nothing."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "check.sh"
Fake = Callable[[str, str], None]
Check = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with nothing in it."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """Put a program before the machine's own; what it prints makes another machine of this one."""

    def put(name: str, script: str) -> None:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    # A machine that would do, so that a test changes one thing only.
    put("nproc", "echo 4")
    put("df", "printf 'head\\ndisk 100 0 %s 0%% /\\n' $((100 * 1048576))")
    put("awk", 'case "$1" in *MemTotal*) echo 16000 ;; *) exec /usr/bin/awk "$@" ;; esac')
    put("apt-get", "exit 1")
    put("sudo", "exit 1")
    return put


@pytest.fixture
def check(tmp_path: Path, home: Path) -> Check:
    """Run the check with the fakes first in the search path."""

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("LAB", "LAB_IMAGES")}
        environment = {**kept, "HOME": str(home), "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", **variables}
        return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.usefixtures("fake")
def test_a_machine_that_will_do_is_told_what_is_going_to_happen(check: Check, home: Path) -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    for word in ("needs", "installs", "publishes", "takes", "about 20 minutes", "make clean"):
        assert word in done.stdout
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("present", "duration"),
    [
        (".cache/medical-diagnosis/artifacts/node", "4 minutes"),
        (".local/state/medical-diagnosis/lab/images.yml", "1 minute"),
    ],
)
def test_what_is_there_already_shortens_it(check: Check, home: Path, present: str, duration: str) -> None:
    (home / present).mkdir(parents=True)
    assert f"about {duration}" in check().stdout


@pytest.mark.parametrize(
    ("program", "script", "reason"),
    [
        ("nproc", "echo 1", "It has 1 processor core; the lab needs 2."),
        ("uname", 'case "$1" in -s) echo Darwin ;; *) echo arm64 ;; esac', "It is a Darwin machine of type arm64"),
        ("df", "printf 'head\\ndisk 9 0 9 0%% /\\n'", "has 0 GB free; the lab needs 30 GB."),
        ("awk", 'case "$1" in *MemTotal*) echo 7900 ;; *) exec /usr/bin/awk "$@" ;; esac', "It has 7900 MiB of memory"),
    ],
)
def test_a_machine_that_will_not_do_is_refused(
    check: Check, fake: Fake, home: Path, program: str, script: str, reason: str
) -> None:
    fake(program, script)
    done = check()
    assert done.returncode == 1
    assert reason in done.stderr
    assert "Nothing was changed." in done.stderr
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("fake")
def test_an_unknown_source_of_images_is_refused(check: Check) -> None:
    assert "LAB_IMAGES is 'mine'; it can be build or upstream." in check(LAB_IMAGES="mine").stderr


def test_all_that_is_wrong_is_told_at_once(check: Check, fake: Fake) -> None:
    fake("nproc", "echo 1")
    fake("uname", 'case "$1" in -s) echo Linux ;; *) echo aarch64 ;; esac')
    assert check().stderr.count("\n  - ") == 2
