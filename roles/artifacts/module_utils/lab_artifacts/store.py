"""Where artefacts lie: complete ones only, each with a manifest that tells whether it is still what was built."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import ArtifactError
from .recipe import digest

MANIFEST = "manifest.json"
CONTENT = "content"


class Store:
    """The cache folder. An artefact `name` with key `key` is the folder `artifacts/<name>/<key>`, there or not at all."""

    def __init__(self, root: Path) -> None:
        """Make the folders that are missing; they belong to whoever owns the folder above, not to root under sudo."""
        self.root = root
        for folder in ("artifacts", "building", "locks", "logs"):
            made = root / folder
            if not made.is_dir():
                made.mkdir(parents=True, exist_ok=True)
        self._give_to_owner(root)

    def artifact(self, name: str, key: str) -> Path:
        """Return the folder of an artefact, whether it exists or not."""
        return self.root / "artifacts" / name / key

    def content(self, name: str, key: str) -> Path:
        """Return the folder of an artefact's files."""
        return self.artifact(name, key) / CONTENT

    def log(self, name: str, key: str) -> Path:
        """Return the log file of an artefact's build."""
        return self.root / "logs" / f"{name}-{key}.log"

    def manifest(self, name: str, key: str) -> dict[str, Any]:
        """Return what was written down when the artefact was published."""
        loaded: dict[str, Any] = json.loads((self.artifact(name, key) / MANIFEST).read_text())
        return loaded

    def is_sound(self, name: str, key: str) -> bool:
        """Tell whether the artefact is there and as built.

        Size and modification time answer for most files; where the time differs (a restored backup, a copy) the digest decides.
        """
        try:
            files = self.manifest(name, key)["files"]
        except (OSError, ValueError, KeyError):
            return False
        content = self.content(name, key)
        return all(_is_as_built(content / path, facts) for path, facts in files.items())

    def mark_used(self, name: str, key: str) -> None:
        """Remember that an artefact was asked for today."""
        os.utime(self.artifact(name, key) / MANIFEST)

    def forget(self, days: float) -> list[str]:
        """Remove artefacts nobody asked for in `days` days, and what builds that were killed left; return their names."""
        forgotten = []
        for manifest in self.root.glob(f"artifacts/*/*/{MANIFEST}"):
            if time.time() - manifest.stat().st_mtime > days * 86400:
                name, key = manifest.parts[-3:-1]
                with self.locked(name, key):
                    self.discard(name, key)
                self.log(name, key).unlink(missing_ok=True)
                forgotten.append(name)
        for left_over in (self.root / "building").iterdir():
            with (self.root / "locks" / f"{left_over.name.rpartition('.')[0]}.lock").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # its build goes on
                remove_tree(left_over)
        return forgotten

    @contextmanager
    def locked(self, name: str, key: str) -> Iterator[None]:
        """Hold the artefact's lock, so that two checkouts build it once; the kernel frees it when the holder dies."""
        path = self.root / "locks" / f"{name}-{key}.lock"
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def building(self, name: str, key: str) -> Iterator[Path]:
        """Give an empty folder to build in and remove it afterwards, and first those of builds that were interrupted."""
        parent = self.root / "building"
        for left_over in parent.glob(f"{name}-{key}.*"):
            remove_tree(left_over)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-{key}.", dir=parent))
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            remove_tree(folder)

    def publish(self, name: str, key: str, built: Path, facts: dict[str, Any]) -> None:
        """Move the files in `built` to their place in one rename, with a manifest of every file's size, time and digest."""
        files: dict[str, dict[str, Any]] = {}
        for path in sorted(built.rglob("*")):
            relative = str(path.relative_to(built))
            if path.is_symlink():
                files[relative] = {"link": str(path.readlink())}
            elif path.is_file():
                status = path.stat()
                files[relative] = {"size": status.st_size, "mtime": status.st_mtime_ns, "sha256": digest(path)}
        if not files:
            raise ArtifactError(f"{name}: its recipe made no file")
        with tempfile.TemporaryDirectory(
            prefix=f"{name}-{key}.", dir=self.root / "building", ignore_cleanup_errors=True
        ) as made:
            whole = Path(made) / "artifact"
            whole.mkdir()
            built.rename(whole / CONTENT)
            text = json.dumps({"name": name, "key": key, **facts, "files": files}, indent=1, sort_keys=True)
            (whole / MANIFEST).write_text(text + "\n")
            self._give_to_owner(whole)
            place = self.artifact(name, key)
            if not place.parent.is_dir():
                place.parent.mkdir(parents=True, exist_ok=True)
                self._give_to_owner(place.parent)
            self.discard(name, key)
            whole.rename(place)

    def discard(self, name: str, key: str) -> None:
        """Remove an artefact that isn't sound (any more)."""
        place = self.artifact(name, key)
        if place.exists():
            # Renamed first: what is half removed must never be taken for an artefact.
            doomed = self.root / "building" / f"{name}-{key}.discarded-{time.time_ns()}"
            place.rename(doomed)
            remove_tree(doomed)

    def _give_to_owner(self, path: Path) -> None:
        """Hand files made under sudo to the user whose home the cache is in."""
        above = self.root
        while not above.exists() or above == self.root:
            above = above.parent
        owner = above.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            subprocess.run(["chown", "--recursive", f"{owner.st_uid}:{owner.st_gid}", str(path)], check=True)


def remove_tree(path: Path) -> None:
    """Remove a folder, but nothing that another file system has mounted in it."""
    subprocess.run(["rm", "--recursive", "--force", "--one-file-system", str(path)], check=True)


def _is_as_built(path: Path, facts: dict[str, Any]) -> bool:
    if "link" in facts:
        return path.is_symlink() and str(path.readlink()) == facts["link"]
    try:
        status = path.stat()
    except OSError:
        return False
    if status.st_size != facts["size"]:
        return False
    return bool(status.st_mtime_ns == facts["mtime"] or digest(path) == facts["sha256"])
