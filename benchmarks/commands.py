"""Runs commands in turns and tells how long each took: what else the machine does then meets all of them alike."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Timing:
    """Seconds that a command took: on the clock, and of the processor, with all that it started."""

    wall: float
    processor: float


def timed(command: Command, environment: Mapping[str, str] | None = None) -> tuple[Timing, str]:
    """Run a command; return what it took and what it printed, end the benchmark where it fails."""
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        command, env=os.environ | dict(environment or {}), capture_output=True, text=True, check=False
    )
    wall, after = time.perf_counter() - started, os.times()
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return Timing(wall, processor), done.stdout


def median(timings: Sequence[Timing]) -> Timing:
    """The median of each figure."""
    return Timing(
        statistics.median(each.wall for each in timings), statistics.median(each.processor for each in timings)
    )


def report(medians: Mapping[str, Timing]) -> None:
    """Print a line a command, and what the machine is and did meanwhile."""
    for name, each in medians.items():
        print(f"  {name:56} {each.wall:7.2f} s   {each.processor:7.2f} s of the processor")
    load = os.getloadavg()[0]
    print(
        f"  {time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores, load average {load:.1f} at the end"
    )
