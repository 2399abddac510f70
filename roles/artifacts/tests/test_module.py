"""The module as Ansible runs it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROLE = Path(__file__).resolve().parent.parent

ROWS = {"a": {"steps": [{"run": ["sh", "-ec", 'echo a > "${out}/a"']}], "path": "a"}}


def ansible(options: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
    """Run the module on this machine and return its result."""
    environment = {
        **os.environ,
        "ANSIBLE_LIBRARY": str(ROLE / "library"),
        "ANSIBLE_MODULE_UTILS": str(ROLE / "module_utils"),
    }
    environment |= {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [
        str(Path(sys.executable).with_name("ansible")),
        "localhost",
        "--inventory=localhost,",
        "--connection=local",
    ]
    command += [
        "--module-name=lab_artifacts",
        f"--args={json.dumps(options)}",
        f"--extra-vars=ansible_python_interpreter={sys.executable}",
    ]
    done = subprocess.run(
        [*command, *(["--check"] if check else [])], capture_output=True, text=True, env=environment, check=False
    )
    result: dict[str, Any] = json.loads(done.stdout.rpartition("localhost | ")[2].partition("=> ")[2])
    return result


@pytest.mark.skipif(
    not Path(sys.executable).with_name("ansible").exists(), reason="Ansible isn't beside this interpreter"
)
def test_check_mode_tells_the_truth_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    options = {"recipes": ROWS, "wanted": ["a"], "repository": str(tmp_path), "cache": str(tmp_path / "cache")}
    would = ansible(options, check=True)
    assert (would["changed"], would["missing"]) == (True, ["a"])
    assert not Path(would["paths"]["a"]).exists()
    did = ansible(options)
    assert (did["changed"], did["missing"], did["paths"]) == (True, ["a"], would["paths"])
    assert Path(did["paths"]["a"]).read_text() == "a\n"
    again = ansible(options)
    assert (again["changed"], again["missing"], again["paths"]) == (False, [], did["paths"])
    failed = ansible({**options, "wanted": ["b"]})
    assert "no recipe makes 'b'" in failed["msg"]


RUN_MODULE = """
import sys, time
import importlib.util
import ansible.module_utils
ansible.module_utils.__path__.append(sys.argv[1] + "/module_utils")
spec = importlib.util.spec_from_file_location("module", sys.argv[1] + "/library/lab_artifacts.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.end_with_the_reader()
import subprocess
subprocess.Popen(["sleep", "1234"])
print("ready", flush=True)
time.sleep(60)
"""


def test_its_builds_end_when_ansible_is_gone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_MODULE, str(ROLE)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    group = process.pid
    process.stdout.close()
    assert process.wait(timeout=10) != 0
    deadline = time.monotonic() + 10
    while Path("/proc").exists() and any(alive_in(group)):
        assert time.monotonic() < deadline, "a build outlived the module"
        time.sleep(0.05)


def alive_in(group: int) -> list[int]:
    """Return the processes of a process group that aren't dead yet."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[2]) == group:
            found.append(int(status.parent.name))
    return found
