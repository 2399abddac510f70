# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From results to what a person reads."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.plugin_utils.steps import (
    Step,
    debug_text,
    duration,
    indented,
    last_line,
    message,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.7, "1 min 0 s"),
        (185.0, "3 min 5 s"),
        (3599.6, "1 h 0 min"),
        (3725.0, "1 h 2 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("result", "text"),
    [
        pytest.param({"msg": "No such bucket."}, "No such bucket.", id="its message"),
        pytest.param({"msg": ["one", "two"]}, "one\ntwo", id="a message of several lines"),
        pytest.param(
            {"msg": "non-zero return code", "cmd": ["ls", "/x"], "stderr": "ls: no /x\n", "stdout": "other"},
            "non-zero return code\ncommand: ls /x\nls: no /x",
            id="a command: what it said last",
        ),
        pytest.param({"msg": "", "module_stdout": "Traceback"}, "Traceback", id="a module that broke"),
        pytest.param({"censored": "hidden", "msg": "the password"}, "hidden", id="nothing secret"),
        pytest.param({}, "It gave no reason.", id="nothing to say"),
    ],
)
def test_message(result: dict[str, Any], text: str) -> None:
    assert message(result) == text


def test_of_a_long_output_the_end_is_told() -> None:
    result = {"msg": "non-zero return code", "stderr": "\n".join(str(number) for number in range(100))}
    assert message(result).splitlines() == ["non-zero return code", *(str(number) for number in range(85, 100))]


def test_the_lines_of_a_debug_task_stay_as_they_are() -> None:
    table = "film    risk\na.jpeg  0.91\n"
    assert debug_text({"msg": table}) == table
    assert debug_text({"msg": ["a", "b"]}) == "a\nb"
    assert debug_text({"playbook_dir": "/x"}) is None


def test_further_lines_stand_below_the_first() -> None:
    assert indented("one\n\ntwo", "Why  ") == "Why  one\n\n     two"
    assert indented("", "Why  ") == "Why  "


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", ""),
        ("\n \n", ""),
        ("one\ntwo\n\n", "two"),
        ("10 %\r20 %\r", "20 %"),
    ],
)
def test_last_line(content: str, line: str) -> None:
    assert last_line(content) == line


def step(**hosts: str) -> Step:
    return Step("id", "Do it", "role", started=100.0, ended=102.5, hosts=hosts)


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        ({}, "skipped"),
        ({"a": "ok", "b": "skipped"}, "ok"),
        ({"a": "ok", "b": "changed"}, "changed"),
        ({"a": "failed", "b": "changed"}, "failed"),
    ],
)
def test_a_step_is_what_the_worst_host_is(hosts: dict[str, str], status: str) -> None:
    assert step(**hosts).status == status


def test_the_line_of_a_step_names_the_hosts_that_it_is_about() -> None:
    line = step(east="changed", west="ok").line(now=999.0, several_hosts=True)
    assert line.split() == ["changed", "Do", "it", "(east)", "2.5", "s"]
    assert "east" not in step(east="changed").line(now=999.0, several_hosts=False)


def test_a_step_that_goes_on_takes_time_until_now() -> None:
    running = Step("id", "Do it", "role", started=100.0)
    assert running.elapsed(now=111.0) == 11.0
    assert step().elapsed(now=111.0) == 2.5
