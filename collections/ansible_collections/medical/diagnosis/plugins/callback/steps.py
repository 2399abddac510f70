# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: steps
type: stdout
short_description: One line a step, with its duration
version_added: 0.1.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Prints one line a task with what came of it and how long it took, under the name of its role.
  - Tasks that had nothing to do and took no time are counted, not listed.
  - While a task takes long, says that it is still going on and, if there is one, the last line of a progress file.
  - A failed task says what failed and why in plain text, where the log is and what to do.
  - Everything else that Ansible knows about each task goes to a log file.
options:
  lab:
    description: Name of the lab, for the log file's place.
    type: str
    default: lab
    env:
      - name: LAB
  log_directory:
    description: Folder of the log files. Without it, C(~/.local/state/medical-diagnosis/LAB/logs).
    type: path
    env:
      - name: MEDICAL_DIAGNOSIS_LOGS
    ini:
      - section: callback_steps
        key: log_directory
  kept_logs:
    description: How many log files stay in that folder; the oldest go first.
    type: int
    default: 40
    ini:
      - section: callback_steps
        key: kept_logs
  progress_file:
    description: File whose last line tells how far a long task is.
    type: path
    env:
      - name: MEDICAL_DIAGNOSIS_PROGRESS
  progress_after:
    description: Seconds after which a task counts as long.
    type: float
    default: 10
    ini:
      - section: callback_steps
        key: progress_after
  progress_every:
    description: Seconds between two lines about a long task where the output is no terminal. A terminal shows every second.
    type: float
    default: 30
    ini:
      - section: callback_steps
        key: progress_every
  fold_below:
    description: A task that changed nothing is not listed if it took fewer seconds than this.
    type: float
    default: 1
    ini:
      - section: callback_steps
        key: fold_below
  advice:
    description: What to do after a failure.
    type: str
    default: "Run the same command again: it resumes."
    ini:
      - section: callback_steps
        key: advice
requirements:
  - set as C(stdout_callback) in the configuration
  - ansible-core 2.19 or later
"""

EXAMPLES = r"""
# ansible.cfg
# [defaults]
# stdout_callback = medical.diagnosis.steps
"""

import shutil
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.medical.diagnosis.plugins.plugin_utils.steps import (
    Step,
    columns,
    counted,
    debug_text,
    duration,
    indented,
    last_line,
    message,
)

_COLORS = {
    "failed": constants.COLOR_ERROR,
    "unreachable": constants.COLOR_ERROR,
    "changed": constants.COLOR_CHANGED,
    "ignored": constants.COLOR_WARN,
}
# Seconds below which even a whole role's steps are not worth a line.
TOLD_FROM = 0.5


class CallbackModule(CallbackBase):  # type: ignore[misc]  # Ansible has no types
    """Ansible's events as one line a step."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "medical.diagnosis.steps"

    def __init__(self) -> None:
        """Start with nothing to tell."""
        super().__init__()
        # The progress thread and Ansible's own thread print in turns.
        self._turn = threading.RLock()
        self._ended = threading.Event()
        self._step: Step | None = None
        self._section = ""
        self._heading_due = ""
        self._folded: list[float] = []
        self._several_hosts = False
        self._failed_items: list[str] = []
        self._transient = False
        self._started = time.monotonic()
        self._log: IO[str] | None = None
        self._log_path: Path | None = None
        self._terminal = sys.stdout.isatty()

    # --- the playbook's course

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Open the log and start to watch for long tasks."""
        self._open_log(Path(playbook._file_name).stem)
        threading.Thread(target=self._watch, daemon=True).start()

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """Print the play's name."""
        self._close_section()
        self._several_hosts = False
        mode = " (check mode: nothing is changed)" if play.check_mode else ""
        self._say(f"\n{play.get_name()}{mode}", color=constants.COLOR_HIGHLIGHT)

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:  # noqa: ARG002 - Ansible names it
        """Print the line of the step before, and begin the next."""
        self._begin(task)

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        """Take a handler for a step like any other."""
        self._begin(task)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        """Say that a play has no hosts."""
        self._say(columns("", "no host of the inventory is meant", ""))

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Print what changed on each host, how long it all took and, after a failure, what to do."""
        self._close_section()
        self._ended.set()
        self._say("")
        failed = False
        for host in sorted(stats.processed):
            figures = stats.summarize(host)
            wrong = bool(figures["failures"] or figures["unreachable"])
            failed |= wrong
            line = f"{host:<24} ok={figures['ok']:<4} changed={figures['changed']:<4} failed={figures['failures']:<4} "
            color = "COLOR_ERROR" if wrong else "COLOR_CHANGED" if figures["changed"] else "COLOR_OK"
            self._say(f"{line}unreachable={figures['unreachable']}", color=getattr(constants, color))
        self._say(f"{'took':<24} {duration(time.monotonic() - self._started)}")
        if failed:
            self._say(f"{'log':<24} {self._log_path or 'none was written'}")
            self._say(f"{'what to do':<24} {self.get_option('advice')}", color=constants.COLOR_ERROR)
        if self._log:
            self._log.close()

    # --- what came of a task

    def v2_runner_on_ok(self, result: Any) -> None:
        """Note a success; print what a `debug` task has to say."""
        self._note(result, "changed" if result.is_changed() else "ok")
        self._handle_warnings(result.result)
        if result.task.action in constants._ACTION_DEBUG and "results" not in result.result:
            self._print_debug(result.result)
        elif self._run_is_verbose(result):
            self._say(self._dump_results(result.result, indent=2))

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Note that a host had nothing to do."""
        self._note(result, "skipped")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Note a failure and print why, unless the playbook takes it as an answer."""
        self._note(result, "ignored" if ignore_errors else "failed")
        self._handle_warnings(result.result)
        if not ignore_errors:
            self._print_failure(result, "\n".join(self._failed_items) or message(result.result))
        self._failed_items.clear()

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Note that a host can't be reached and print why."""
        self._note(result, "unreachable")
        self._print_failure(result, message(result.result))

    def v2_runner_item_on_ok(self, result: Any) -> None:
        """Print what a `debug` task in a loop has to say."""
        if result.task.action in constants._ACTION_DEBUG:
            self._print_debug(result.result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """Keep an item's reason for the line about the whole task."""
        self._failed_items.append(indented(message(result.result), f"{self._get_item_label(result.result)}: "))

    def v2_runner_retry(self, result: Any) -> None:
        """Show in the progress line that the task is tried again."""
        if self._step:
            attempts, retries = result.result.get("attempts"), result.result.get("retries")
            self._step.note = f"try {attempts} of {retries}"

    def v2_on_file_diff(self, result: Any) -> None:
        """Print what a task changed, where `--diff` asks for it."""
        for one in result.result.get("results", [result.result]):
            if one.get("diff") and one.get("changed") and (text := self._get_diff(one["diff"])):
                self._say(text)

    # --- inside

    def _begin(self, task: Any) -> None:
        self._finish_step()
        if task.action in constants._ACTION_ALL_INCLUDES:
            return  # what it includes are the steps
        section = task._role.get_name() if task._role else ""
        if section != self._section:
            self._close_section()
            self._section = self._heading_due = section
        with self._turn:
            self._step = Step(task._uuid, task.name or task.action, section, time.monotonic())

    def _note(self, result: Any, status: str) -> None:
        """Write a host's result down: in the step, if it is the current one, and in the log."""
        now = time.monotonic()
        with self._turn:
            if self._step and self._step.uuid == result.task._uuid:
                self._step.hosts[result.host.get_name()] = status
                self._step.ended = now
        self._write_log(result, status)

    def _finish_step(self) -> None:
        """Print the line of the current step, or count it where there is nothing to tell."""
        with self._turn:
            step, self._step = self._step, None
        if step is None or not step.hosts:
            return
        self._several_hosts |= len(step.hosts) > 1
        now = time.monotonic()
        quiet = step.status in ("ok", "skipped") and step.elapsed(now) < self.get_option("fold_below")
        if quiet:
            if step.status == "ok":
                self._folded.append(step.elapsed(now))
            return
        self._print_heading()
        self._say(step.line(now, self._several_hosts), color=_COLORS.get(step.status))

    def _close_section(self) -> None:
        """Print the last step of a role, then how many of its steps had nothing to do."""
        self._finish_step()
        if sum(self._folded) >= TOLD_FROM:
            self._print_heading()
            text = f"{counted(len(self._folded), 'step')} with nothing to change"
            self._say(columns("ok", text, duration(sum(self._folded))))
        self._folded.clear()
        self._section = self._heading_due = ""

    def _print_heading(self) -> None:
        if self._heading_due:
            self._say(self._heading_due, color=constants.COLOR_HIGHLIGHT)
            self._heading_due = ""

    def _print_debug(self, result: dict[str, Any]) -> None:
        text = debug_text(result)
        if text is None:
            self._clean_results(result, "debug")
            text = self._dump_results(result, indent=2)
        self._say(text)

    def _print_failure(self, result: Any, why: str) -> None:
        self._finish_step()
        where = result.task.get_path()
        label = f"{result.task.get_name()} on {self.host_label(result)}"
        lines = [indented(label, "  What failed  "), indented(why, "  Why          ")]
        if where:
            lines.append(indented(where, "  Where        "))
        self._say("\n" + "\n".join(lines), color=constants.COLOR_ERROR)

    def _say(self, text: str, color: str | None = None) -> None:
        """Print lines, in the place of the progress line if there is one."""
        with self._turn:
            self._wipe()
            self._display.display(text, color=color)
            sys.stdout.flush()
            if self._log:
                self._log.write(text + "\n")

    # --- the progress line

    def _watch(self) -> None:
        """Tell about long tasks until the playbook has ended; runs in a thread of its own."""
        after, every = self.get_option("progress_after"), self.get_option("progress_every")
        told: tuple[str, float] = ("", 0.0)
        while not self._ended.wait(1):
            with self._turn:
                step, now = self._step, time.monotonic()
                if step is None or step.ended is not None or step.elapsed(now) < after:
                    continue
                if self._terminal:
                    self._draw(self._progress(step, now))
                elif step.uuid != told[0] or now - told[1] >= every:
                    told = (step.uuid, now)
                    self._print_heading()
                    self._say(self._progress(step, now))

    def _progress(self, step: Step, now: float) -> str:
        """Return the line about a step that is going on."""
        line = columns("...", step.name, duration(step.elapsed(now)))
        return "  ".join(part for part in (line, step.note, self._progress_of_file(step, now)) if part)

    def _progress_of_file(self, step: Step, now: float) -> str:
        """Return the last line of the progress file, if this step has written it."""
        path = self.get_option("progress_file")
        if not path:
            return ""
        try:
            file = Path(path)
            is_of_step = time.time() - file.stat().st_mtime <= step.elapsed(now)
            return last_line(file.read_text(errors="replace")) if is_of_step else ""
        except FileNotFoundError:
            return ""

    def _draw(self, line: str) -> None:
        """Show a line that the next one takes the place of."""
        width = shutil.get_terminal_size().columns - 1
        self._display.display(f"\r\033[K{line[:width]}", screen_only=True, newline=False)
        sys.stdout.flush()
        self._transient = True

    def _wipe(self) -> None:
        if self._transient:
            self._display.display("\r\033[K", screen_only=True, newline=False)
            self._transient = False

    # --- the log

    def _open_log(self, playbook: str) -> None:
        """Begin a log file that only its owner can read, and remove the oldest ones."""
        configured = self.get_option("log_directory")
        state = Path("~/.local/state/medical-diagnosis").expanduser()
        folder = Path(configured) if configured else state / self.get_option("lab") / "logs"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in sorted(folder.glob("steps-*.log"))[: -self.get_option("kept_logs")]:
                old.unlink(missing_ok=True)
            stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
            path = folder / f"steps-{stamp}-{playbook}.log"
            path.touch(mode=0o600)
            self._log, self._log_path = path.open("a", buffering=1), path
        except OSError as error:
            self._display.warning(f"No log is written: {error}")

    def _write_log(self, result: Any, status: str) -> None:
        """Write all that Ansible knows about a host's result."""
        if not self._log:
            return
        stamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        self._log.write(
            f"\n{stamp} {status} [{result.host.get_name()}] {result.task.get_name()} ({result.task.get_path()})\n"
        )
        details = dict(result.result)
        exception = details.pop("exception", None)
        self._log.write(self._dump_results(details, indent=2, keep_invocation=True) + "\n")
        if exception:
            self._log.write(f"{exception}\n")
