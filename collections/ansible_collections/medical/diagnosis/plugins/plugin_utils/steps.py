# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person wants to read about the steps of a playbook: pure functions from results to text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATUS_WIDTH = 9
NAME_WIDTH = 62
DURATION_WIDTH = 12
# Seconds from which on tenths say nothing any more.
TENTHS_BELOW = 10
# A failed command's own last words; more than a screen of them hides the message.
OUTPUT_LINES = 15
# What Ansible says when the reason stands in the command's output.
_SAYS_NOTHING = re.compile(r"non-zero return code|MODULE FAILURE|module result deserialization failed", re.IGNORECASE)
_WORST_FIRST = ("failed", "unreachable", "changed", "ignored", "ok", "skipped")


@dataclass
class Step:
    """One task on all its hosts, from its start to its end. Times are seconds of a monotonic clock."""

    uuid: str
    name: str
    section: str
    started: float
    ended: float | None = None
    hosts: dict[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def status(self) -> str:
        """The worst that happened on any host; a step that no host has finished is skipped."""
        return next((status for status in _WORST_FIRST if status in self.hosts.values()), "skipped")

    def elapsed(self, now: float) -> float:
        """Return how many seconds the step took, or has taken so far."""
        return (now if self.ended is None else self.ended) - self.started

    def line(self, now: float, several_hosts: bool) -> str:
        """Return the step on one line: status, name, the hosts it is about if the play has several, duration."""
        name = self.name
        if several_hosts:
            name += f" ({', '.join(sorted(host for host, status in self.hosts.items() if status == self.status))})"
        return columns(self.status, name, duration(self.elapsed(now)))


def columns(status: str, name: str, right: str) -> str:
    """Return one line in the three columns of the report."""
    return f"  {status:<{STATUS_WIDTH}}{name:<{NAME_WIDTH}} {right:>{DURATION_WIDTH}}".rstrip()


def duration(seconds: float) -> str:
    """Return a time span as people write it: 0.4 s, 12 s, 3 min 5 s, 1 h 2 min."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    if minutes:
        return f"{minutes} min {rest} s"
    return f"{seconds:.1f} s" if round(seconds, 1) < TENTHS_BELOW else f"{rest} s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def message(result: Mapping[str, Any]) -> str:
    """Return what a result has to say, without the JSON around it."""
    if "censored" in result:
        return str(result["censored"])
    text = _text(result.get("msg", "")).strip()
    if not text or _SAYS_NOTHING.search(text):
        output = next(
            (result[key] for key in ("stderr", "module_stderr", "stdout", "module_stdout") if result.get(key)), ""
        )
        command = result.get("cmd", "")
        shown = " ".join(map(str, command)) if isinstance(command, list) else str(command)
        parts = [text, f"command: {shown}" if shown else "", *_text(output).strip().splitlines()[-OUTPUT_LINES:]]
        text = "\n".join(part for part in parts if part)
    return text or str(result.get("reason", "")) or "It gave no reason."


def debug_text(result: Mapping[str, Any]) -> str | None:
    """Return the message of a `debug` task as it is meant to be read; None where it shows a variable instead."""
    return _text(result["msg"]) if "msg" in result else None


def _text(value: Any) -> str:
    """Return text for a message that may be a list of lines or any other value."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def indented(text: str, prefix: str) -> str:
    """Return the text with a prefix before its first line and the others standing below it."""
    first, *rest = text.splitlines() or [""]
    return "\n".join([prefix + first, *(" " * len(prefix) + line if line else "" for line in rest)])


def last_line(content: str) -> str:
    """Return the last line of a progress file that says anything; tools rewrite a line with carriage returns."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", content)]
    return next((line for line in reversed(lines) if line), "")
