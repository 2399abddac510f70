"""Makes the artefacts that are missing: in order of need, two at a time where that gains."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from . import host, steps
from .build import Build, Progress, duration
from .errors import ArtifactError
from .oci import Image
from .recipe import Recipe, in_order, key_of
from .store import Store

# A machine of two cores: one build that compiles, and beside it one that mostly waits.
AT_ONCE = 2
# Seconds between progress lines of a build that goes on.
PROGRESS_INTERVAL = 10
# Lines of a failed build's log that its error quotes.
TAIL = 15
# An artefact that nobody asked for in so many days is removed: every change of a source makes new ones.
KEEP_DAYS = 14


@dataclass
class Outcome:
    """What a run found and did, by name of artefact; times in seconds."""

    paths: dict[str, Path] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    built: dict[str, dict[str, float]] = field(default_factory=dict)
    missing: list[Recipe] = field(default_factory=list)


class Engine:
    """Builds the artefacts of a table from a checkout into a store."""

    def __init__(
        self,
        recipes: Mapping[str, Recipe],
        repository: Path,
        store: Store,
        environment: Mapping[str, str],
        progress: Progress,
    ) -> None:
        """Take the whole table; which of it is wanted is said later."""
        self._recipes = recipes
        self._repository = repository
        self._store = store
        self._environment = environment
        self._progress = progress
        self._keys: dict[str, str] = {}

    def inspect(self, wanted: list[str]) -> Outcome:
        """Return what there is of `wanted` and which builds it lacks, in their order; write nothing."""
        order = in_order(self._recipes, wanted)
        for recipe in order:
            self._keys[recipe.name] = key_of(recipe, self._repository, self._keys)
        outcome = Outcome(keys={name: self._keys[name] for name in wanted})
        needed = set(wanted)
        # From the last to the first: what only a present artefact needs doesn't have to be there.
        for recipe in reversed(order):
            if recipe.name not in needed or host.provides(recipe.host_program, self._environment):
                continue
            if not self._store.is_sound(recipe.name, self._key(recipe)):
                outcome.missing.insert(0, recipe)
                needed.update(recipe.needs)
        for name in wanted:
            recipe = self._recipes[name]
            outcome.paths[name] = self._store.content(name, self._keys[name]) / recipe.path
            if recipe.image and recipe not in outcome.missing:
                outcome.digests[name] = Image(outcome.paths[name]).digest
        return outcome

    def make(self, wanted: list[str]) -> Outcome:
        """Build what is missing of `wanted`; ArtifactError tells which build failed, why, and where its log is."""
        outcome = self.inspect(wanted)
        if outcome.missing:
            names = ", ".join(recipe.name for recipe in outcome.missing)
            self._progress.say(f"to build: {names}")
            self._build_all(outcome)
        for name, path in outcome.paths.items():
            if self._recipes[name].image:
                outcome.digests[name] = Image(path).digest
        for recipe in in_order(self._recipes, wanted):
            if self._store.artifact(recipe.name, self._key(recipe)).is_dir():
                self._store.mark_used(recipe.name, self._key(recipe))
        self._store.forget(KEEP_DAYS)
        return outcome

    def _build_all(self, outcome: Outcome) -> None:
        missing = outcome.missing
        waiting = {recipe.name: recipe for recipe in missing}
        running: dict[Future[dict[str, float]], Recipe] = {}
        position = {recipe.name: number for number, recipe in enumerate(missing, start=1)}
        failures: list[ArtifactError] = []
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            while (waiting and not failures) or running:
                while (
                    not failures and len(running) < AT_ONCE and (recipe := self._next(waiting, list(running.values())))
                ):
                    del waiting[recipe.name]
                    label = f"{recipe.title} ({position[recipe.name]} of {len(missing)})"
                    running[pool.submit(self._build, recipe, label)] = recipe
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    recipe = running.pop(future)
                    try:
                        outcome.built[recipe.name] = future.result()
                    except ArtifactError as error:
                        failures.append(error)
        if failures:
            raise failures[0]

    def _next(self, waiting: Mapping[str, Recipe], running: list[Recipe]) -> Recipe | None:
        """Return what can start now: its needs are there, and beside one compilation goes only what mostly waits."""
        unfinished = {*waiting, *(recipe.name for recipe in running)}
        compiling = any(recipe.compile for recipe in running)
        for recipe in waiting.values():
            if not unfinished.intersection(recipe.needs) and not (compiling and recipe.compile):
                return recipe
        return None

    def _build(self, recipe: Recipe, label: str) -> dict[str, float]:
        name, key = recipe.name, self._key(recipe)
        started, cpu_before = time.monotonic(), time.thread_time()
        done = threading.Event()
        reporter = threading.Thread(target=self._report, args=(label, started, done), daemon=True)
        reporter.start()
        try:
            with self._store.locked(name, key):
                if self._store.is_sound(name, key):  # another checkout has built it while this one waited
                    self._progress.say(f"{recipe.title} taken from another build")
                    return {"wall": time.monotonic() - started, "cpu": 0.0}
                self._store.discard(name, key)
                spent = self._take_steps(recipe, key)
        finally:
            done.set()
            reporter.join()
        figures = {
            "wall": round(time.monotonic() - started, 1),
            "cpu": round(spent + time.thread_time() - cpu_before, 1),
        }
        self._progress.say(f"{label} built in {duration(figures['wall'])}")
        return figures

    def _take_steps(self, recipe: Recipe, key: str) -> float:
        log = self._store.log(recipe.name, key)
        started = time.monotonic()
        with self._store.building(recipe.name, key) as folder, log.open("w") as file:
            build = Build(
                recipe.name,
                key,
                self._repository,
                folder / "out",
                folder / "work",
                self._folders(recipe),
                file,
                self._environment,
            )
            build.out.mkdir()
            build.work.mkdir()
            try:
                for step in recipe.steps:
                    steps.take(build, step)
                facts = {
                    "title": recipe.title,
                    "wall_seconds": time.monotonic() - started,
                    "cpu_seconds": build.cpu_seconds,
                }
                self._store.publish(recipe.name, key, build.out, facts)
            except (ArtifactError, OSError, subprocess.SubprocessError) as error:
                file.write(f"failed: {error}\n")
                file.flush()
                raise ArtifactError(_explained(recipe, error, log)) from error
            return build.cpu_seconds

    def _folders(self, recipe: Recipe) -> dict[str, Path]:
        folders = {}
        for need in recipe.needs:
            needed = self._recipes[need]
            if not host.provides(needed.host_program, self._environment):
                folders[need] = self._store.content(need, self._keys[need]) / needed.path
        return folders

    def _report(self, label: str, started: float, done: threading.Event) -> None:
        while not done.wait(PROGRESS_INTERVAL):
            self._progress.say(f"building {label}, {duration(time.monotonic() - started)}")

    def _key(self, recipe: Recipe) -> str:
        return self._keys[recipe.name]


def _explained(recipe: Recipe, error: Exception, log: Path) -> str:
    last = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL:])
    return (
        f"{recipe.title} ({recipe.name}) could not be built: {error}\n"
        f"The whole log: {log}\nIts last lines:\n{last}\n"
        "Run the same command again to resume: what was finished is kept. When a download failed, check that this machine reaches "
        f"its package registries; {_free(log)}."
    )


def _free(path: Path) -> str:
    gibibytes = shutil.disk_usage(path).free / 2**30
    return f"{gibibytes:.1f} GiB are free where the cache is"


def environment_of_process(extra_path: list[str]) -> dict[str, str]:
    """Return this process's environment with more folders in front of PATH and a clock that stands still in archives."""
    path = os.pathsep.join([*extra_path, os.environ.get("PATH", os.defpath)])
    return {
        **os.environ,
        "PATH": path,
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "315532800",
        "DEBIAN_FRONTEND": "noninteractive",
    }
