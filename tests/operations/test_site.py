"""The main job by hand: a second run changes nothing, a dry run says so, and bad input changes nothing either."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, LAB


def ansible_playbook(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-playbook of this environment in the checkout."""
    environment = os.environ | {"LAB": LAB, "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    program = Path(sys.executable).parent / "ansible-playbook"
    return subprocess.run(
        [program, *arguments], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    # `make site` below runs site.yml and playbooks/films.yml.
    "arguments",
    [("medical.diagnosis.site",), ("site.yml", "--check")],
)
def test_a_further_run_changes_nothing(arguments: tuple[str, ...]) -> None:
    done = ansible_playbook("-i", "inventories/lab", *arguments)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    changed = re.findall(r"changed=(\d+)", done.stdout)
    assert changed
    assert set(changed) == {"0"}, done.stdout[-8000:]


@pytest.mark.usefixtures("lab")
def test_make_site_again_changes_nothing() -> None:
    done = subprocess.run(["make", "site"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    assert set(re.findall(r"changed=(\d+)", done.stdout)) == {"0"}, done.stdout[-8000:]


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("facility_name=Facility_East", "lower case letters"),
        ("object_store_endpoint=http://127.0.0.1:9", "nothing listens there"),
        ("messaging_admin_username=nobody", "password"),
        ("gitops_context=nowhere", "nowhere"),
        ("object_store_push_endpoint=ftp://receiver", "ftp"),
    ],
)
def test_bad_input_is_told_in_words(bad: str, message: str) -> None:
    # What site.yml does for a facility, without its work on the hub, which these inputs are not about.
    done = ansible_playbook(
        "-i", "inventories/lab", "playbooks/onboard.yml", "-l", "facility-east", "--extra-vars", bad
    )
    assert done.returncode != 0
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert set(re.findall(r"changed=(\d+)", done.stdout)) <= {"0"}
