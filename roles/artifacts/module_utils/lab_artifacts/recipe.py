"""What an artefact is made of: the table's rows, the order they are built in and the key that addresses a result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from .errors import ArtifactError

# Part of every key: raise it when the engine itself starts to make something else of the same recipe.
FORMAT = 1
# What tools leave behind in a source folder; it must not change a key.
IGNORED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".DS_Store"}
KEY_LENGTH = 16


@dataclass(frozen=True)
class Recipe:
    """One row of the table.

    `inputs` are files or folders relative to the repository whose content is part of the key; `needs` are names of other
    artefacts; `steps` are single-key mappings, step name to its arguments; `path` is the delivered file or folder inside
    the artefact; `reference` names the image of an archive for docker; `compile` marks work that keeps all cores busy by itself.
    """

    name: str
    title: str
    steps: tuple[Mapping[str, Any], ...]
    needs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    path: str = "."
    image: bool = False
    reference: str | None = None
    compile: bool = False
    host_program: Mapping[str, Any] | None = field(default=None, hash=False)

    @classmethod
    def parse(cls, name: str, row: Mapping[str, Any]) -> Recipe:
        """Return the recipe in `row`; ArtifactError names a field that isn't known or is missing."""
        known = {"title", "steps", "needs", "inputs", "path", "image", "reference", "compile", "host_program"}
        if unknown := sorted(set(row) - known):
            raise ArtifactError(
                f"recipe {name}: unknown field {', '.join(unknown)}; known are {', '.join(sorted(known))}"
            )
        steps = tuple(row.get("steps") or ())
        if not steps or any(not isinstance(step, Mapping) or len(step) != 1 for step in steps):
            raise ArtifactError(f"recipe {name}: `steps` must be a list of single steps such as {{run: [...]}}")
        image = bool(row.get("image", False))
        return cls(
            name=name,
            title=str(row.get("title", name)),
            steps=steps,
            needs=tuple(row.get("needs") or ()),
            inputs=tuple(row.get("inputs") or ()),
            path=str(row.get("path", "image" if image else ".")),
            image=image,
            reference=row.get("reference"),
            compile=bool(row.get("compile", False)),
            host_program=row.get("host_program"),
        )

    def copied_from(self, reference: str) -> Recipe:
        """Return the recipe that copies the public image `reference` instead of building this artefact."""
        step = (
            {"copy_image": {"from": reference}}
            if self.image
            else {"copy_image": {"from": reference, "archive": self.path, "reference": self.reference}}
        )
        return replace(self, title=f"{self.title} ({reference})", steps=(step,), needs=(), inputs=(), compile=False)


def table(rows: Mapping[str, Mapping[str, Any]], upstream: Mapping[str, str]) -> dict[str, Recipe]:
    """Return the recipes in `rows`; those named in `upstream` copy that public image instead."""
    recipes = {name: Recipe.parse(name, row) for name, row in rows.items()}
    for name, reference in upstream.items():
        if name not in recipes:
            raise ArtifactError(f"there is a public image {reference} for {name}, but no recipe of that name")
        recipes[name] = recipes[name].copied_from(reference)
    return recipes


def in_order(recipes: Mapping[str, Recipe], wanted: list[str]) -> list[Recipe]:
    """Return `wanted` and everything they need, each after what it needs; else in the order of the request."""
    graph: dict[str, tuple[str, ...]] = {}
    pending = list(wanted)
    while pending:
        name = pending.pop()
        if name in graph:
            continue
        if name not in recipes:
            raise ArtifactError(f"no recipe makes {name!r}; there are: {', '.join(sorted(recipes))}")
        graph[name] = recipes[name].needs
        pending.extend(recipes[name].needs)
    try:
        # static_order alone would be right, but not in the order of priority that the caller asked for.
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise ArtifactError(f"recipes need each other in a circle: {' -> '.join(error.args[1])}") from error
    ordered: dict[str, Recipe] = {}

    def add(name: str) -> None:
        for need in graph[name]:
            add(need)
        ordered.setdefault(name, recipes[name])

    for name in wanted:
        add(name)
    return list(ordered.values())


def input_files(repository: Path, entry: str) -> Iterator[Path]:
    """Yield the files of one input, sorted, without what tools leave behind; ArtifactError when it doesn't exist."""
    root = repository / entry
    if root.is_file():
        yield root
        return
    if not root.is_dir():
        raise ArtifactError(f"input {entry} doesn't exist in {repository}")
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if IGNORED.intersection(parts) or any(part.endswith((".pyc", ".egg-info")) for part in parts):
            continue
        if path.is_file() or path.is_symlink():
            yield path


def key_of(recipe: Recipe, repository: Path, keys_of_needs: Mapping[str, str]) -> str:
    """Return the hexadecimal key of what `recipe` makes of its inputs as they are now."""
    content = {
        str(path.relative_to(repository)): [digest(path), bool(path.stat().st_mode & 0o100)]
        for entry in recipe.inputs
        for path in input_files(repository, entry)
    }
    described = {
        "format": FORMAT,
        "name": recipe.name,
        "path": recipe.path,
        "steps": recipe.steps,
        "inputs": content,
        "needs": {need: keys_of_needs[need] for need in recipe.needs},
    }
    text = json.dumps(described, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
