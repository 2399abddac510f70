# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real playbooks print through the callback."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

COLLECTIONS = Path(__file__).resolve().parents[7]
PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")

WORKS = """
- name: Works
  hosts: all
  gather_facts: false
  tasks:
    - name: Have something to do
      ansible.builtin.command: "true"
    - name: Have nothing to do
      ansible.builtin.set_fact:
        a: 1
    - name: Be skipped
      ansible.builtin.command: "false"
      when: false
    - name: Show a table
      ansible.builtin.debug:
        msg: |
          film    risk
          a.jpeg  0.91
"""
FAILS = """
- name: Fails
  hosts: all
  gather_facts: false
  tasks:
    - name: Keep a secret
      ansible.builtin.command: echo hunter2
      no_log: true
      changed_when: false
    - name: Fail and go on
      ansible.builtin.command: "false"
      ignore_errors: true
    - name: List two folders
      ansible.builtin.command: "ls {{ item }}"
      loop: [/, /nowhere]
"""
TAKES_LONG = """
- name: Takes long
  hosts: all
  gather_facts: false
  tasks:
    - name: Build
      ansible.builtin.shell: echo compiling kubelet > "$MEDICAL_DIAGNOSIS_PROGRESS"; sleep 3
      changed_when: false
"""


class Run(NamedTuple):
    """What a playbook printed, and its log."""

    code: int
    output: str
    log: str


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "LAB"))}
    (tmp_path / "ansible.cfg").write_text("[callback_steps]\nprogress_after = 1\nprogress_every = 1\n")
    return {
        **kept,
        "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_STDOUT_CALLBACK": "medical.diagnosis.steps",
        "MEDICAL_DIAGNOSIS_LOGS": str(tmp_path / "logs"),
        "MEDICAL_DIAGNOSIS_PROGRESS": str(tmp_path / "progress"),
    }


def command(tmp_path: Path, playbook: str, *hosts: str) -> list[str]:
    path = tmp_path / "playbook.yml"
    path.write_text(playbook)
    return [str(PLAYBOOK), "-i", ",".join(hosts or ("here",)) + ",", "-c", "local", str(path)]


def run(tmp_path: Path, environment: dict[str, str], playbook: str, *hosts: str) -> Run:
    done = subprocess.run(
        command(tmp_path, playbook, *hosts), env=environment, capture_output=True, text=True, check=False
    )
    logs = list((tmp_path / "logs").glob("*.log"))
    assert len(logs) == 1
    assert logs[0].stat().st_mode & 0o777 == 0o600
    return Run(done.returncode, done.stdout, logs[0].read_text())


def test_one_line_a_step_and_nothing_about_those_that_did_nothing(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = run(tmp_path, environment, WORKS)
    assert ran.code == 0
    assert re.search(r"^  changed +Have something to do +\d+\.\d s$", ran.output, re.MULTILINE)
    assert "Have nothing to do" not in ran.output
    assert "Be skipped" not in ran.output
    assert "\nfilm    risk\na.jpeg  0.91\n" in ran.output
    assert re.search(r"^here +ok=3 +changed=1 +failed=0 +unreachable=0$", ran.output, re.MULTILINE)
    assert "\033" not in ran.output
    assert "Have nothing to do" in ran.log


def test_of_several_hosts_the_ones_meant_are_named(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = run(tmp_path, environment, WORKS, "east", "west")
    assert re.search(r"^  changed +Have something to do \(east, west\) +\d", ran.output, re.MULTILINE)


def test_a_failure_says_what_why_where_and_what_to_do(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = run(tmp_path, environment, FAILS)
    assert ran.code != 0
    failure = ran.output.partition("  failed ")[2]
    assert re.search(r"^  What failed  List two folders on here$", failure, re.MULTILINE)
    assert re.search(r"^  Why +/nowhere: non-zero return code$", failure, re.MULTILINE)
    assert "cannot access '/nowhere'" in failure
    assert re.search(r"^  Where +\S+playbook.yml:\d+$", failure, re.MULTILINE)
    assert re.search(r"^log +\S+\.log$", failure, re.MULTILINE)
    assert re.search(r"^what to do +Run the same command again: it resumes\.$", failure, re.MULTILINE)
    assert re.search(r"^  ignored +Fail and go on", ran.output, re.MULTILINE)
    # No JSON on the screen; all of it in the log, but for what is secret.
    assert "{" not in ran.output
    assert '"cmd"' in ran.log
    assert "hunter2" not in ran.output + ran.log


def test_a_long_step_says_how_far_it_is(tmp_path: Path, environment: dict[str, str]) -> None:
    ran = run(tmp_path, environment, TAKES_LONG)
    assert re.search(r"^  \.\.\. +Build +\d\.\d s  compiling kubelet$", ran.output, re.MULTILINE)
    assert re.search(r"^  ok +Build +[3-9]\.\d s$", ran.output, re.MULTILINE)


def on_a_terminal(tmp_path: Path, environment: dict[str, str], playbook: str) -> str:
    """Return what the playbook prints where its output is a terminal."""
    output: list[bytes] = []

    def read(descriptor: int) -> bytes:
        output.append(os.read(descriptor, 4096))
        return output[-1]

    script = tmp_path / "run.py"
    arguments = command(tmp_path, playbook)
    script.write_text(f"import os\nos.execve({arguments[0]!r}, {arguments!r}, {environment!r})\n")
    pty.spawn([sys.executable, str(script)], read, lambda _: b"")
    return b"".join(output).decode()


def test_a_terminal_gets_colour_and_a_line_that_is_written_over(tmp_path: Path, environment: dict[str, str]) -> None:
    output = on_a_terminal(tmp_path, {**environment, "TERM": "xterm-256color"}, TAKES_LONG)
    assert re.search(r"\r\x1b\[K  \.\.\. +Build", output)
    assert "\x1b[0;3" in output


def test_a_terminal_without_colour(tmp_path: Path, environment: dict[str, str]) -> None:
    output = on_a_terminal(tmp_path, {**environment, "TERM": "xterm-256color", "NO_COLOR": "1"}, WORKS)
    assert "Have something to do" in output
    assert not re.search(r"\x1b\[[0-9;]*m", output)


def test_old_logs_go(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(3):
        (folder / f"steps-2020010{number}T000000-x.log").write_text("")
    (folder / "other.log").write_text("not ours")
    with Path(environment["ANSIBLE_CONFIG"]).open("a") as configuration:
        configuration.write("kept_logs = 1\n")
    subprocess.run(command(tmp_path, WORKS), env=environment, capture_output=True, check=True)
    assert len(list(folder.glob("steps-*.log"))) == 2
    assert (folder / "steps-20200102T000000-x.log").exists()
    assert (folder / "other.log").exists()
