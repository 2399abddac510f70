"""One build: its folders, its log, the names its recipe can use, and the commands it runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from .errors import ArtifactError

_NAME = re.compile(r"\$\{([^}]+)\}")


@dataclass
class Build:
    """What a step gets: `out` takes the artefact's files, `work` is scratch, `needs` are the finished artefacts' folders."""

    name: str
    key: str
    repository: Path
    out: Path
    work: Path
    needs: Mapping[str, Path]
    log: TextIO
    environment: Mapping[str, str]
    cpu_seconds: float = field(default=0.0)

    def expanded(self, value: Any) -> Any:
        """Return `value` with `${out}`, `${work}`, `${repository}`, `${key}` and `${NEED}` (a needed artefact's path) filled in."""
        if isinstance(value, str):
            return _NAME.sub(lambda match: self._named(match.group(1)), value)
        if isinstance(value, list):
            return [self.expanded(item) for item in value]
        if isinstance(value, Mapping):
            return {self.expanded(name): self.expanded(item) for name, item in value.items()}
        return value

    def run(
        self,
        command: list[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        capture: bool = False,
        fine: tuple[int, ...] = (0,),
    ) -> str:
        """Run a command, its output in the log, its processor time counted; return its standard output if asked to.

        ArtifactError when its exit status isn't one of `fine`.
        """
        self.log.write(f"+ {shlex.join(command)}\n")
        self.log.flush()
        output = self.work / ".output"
        try:
            with output.open("w") as captured:
                process = subprocess.Popen(
                    command,
                    cwd=folder or self.work,
                    env={**self.environment, **(environment or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=captured if capture else self.log,
                    stderr=self.log,
                )
                # wait4 rather than wait: it tells the processor time of this child and all of its own.
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
        except OSError as error:
            raise ArtifactError(f"can't run {command[0]}: {error}") from error
        self.cpu_seconds += usage.ru_utime + usage.ru_stime
        if process.returncode not in fine:
            raise ArtifactError(f"{command[0]} ended with {process.returncode}")
        return output.read_text() if capture else ""

    def _named(self, name: str) -> str:
        own = {"out": self.out, "work": self.work, "repository": self.repository, "key": self.key, **self.needs}
        if name not in own:
            raise ArtifactError(f"its recipe uses ${{{name}}} but doesn't list {name} under `needs`")
        return str(own[name])


class Progress:
    """What a waiting person sees: lines appended to a file that another process shows."""

    def __init__(self, file: Path | None) -> None:
        """Append to `file`, or say nothing when there is none."""
        self._file = file

    def say(self, line: str) -> None:
        """Append one line; a progress display that isn't there stops no build."""
        if self._file is None:
            return
        try:
            with self._file.open("a") as file:
                file.write(line + "\n")
        except OSError as error:
            sys.stderr.write(f"progress file {self._file}: {error}\n")
            self._file = None


def duration(seconds: float) -> str:
    """Return a duration as people write it: 8s, 4m31s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"
