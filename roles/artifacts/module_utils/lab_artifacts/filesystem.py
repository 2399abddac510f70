"""What changed in a root filesystem, as the layer of an image."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from .oci import LAYER_TIME, Layer, layer_of_command

# Of each path what tells a change: type and permissions, owner, size, modification time, target of a link.
Snapshot = Mapping[str, tuple[int, int, int, int, int, str]]


def snapshot(root: Path) -> Snapshot:
    """Return the state of every path under `root`, by path relative to it."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            is_folder = stat.S_ISDIR(status.st_mode)
            target = str(path.readlink()) if stat.S_ISLNK(status.st_mode) else ""
            # A folder's size and time change with what is in it, which has entries of its own.
            size, time = (0, 0) if is_folder else (status.st_size, status.st_mtime_ns)
            found[str(path.relative_to(root))] = (status.st_mode, status.st_uid, status.st_gid, size, time, target)
    return found


def layer_of_changes(layout: Path, root: Path, before: Snapshot, log: IO[Any]) -> Layer:
    """Return a layer with what was added or changed in `root` since `before`, and whiteouts for what was removed."""
    after = snapshot(root)
    changed = {path for path, state in after.items() if before.get(path) != state}
    for path in before.keys() - after.keys():
        parent = str(Path(path).parent)
        if parent != "." and parent not in after:
            continue  # the folder itself is gone: one whiteout for all
        whiteout = str(Path(path).with_name(f".wh.{Path(path).name}"))
        (root / whiteout).touch()
        changed.add(whiteout)
    # Parents too, so that an engine which makes missing ones doesn't choose permissions of its own.
    for path in list(changed):
        changed.update(str(parent) for parent in Path(path).parents if str(parent) != ".")
    with tempfile.NamedTemporaryFile("w") as names:
        names.write("".join(f"./{path}\0" for path in sorted(changed)))
        names.flush()
        command = [*_tar(root), "--no-recursion", "--null", f"--files-from={names.name}"]
        return layer_of_command(layout, command, log=log)


def layer_of_tree(layout: Path, root: Path, log: IO[Any]) -> Layer:
    """Return a layer with everything under `root`."""
    return layer_of_command(layout, [*_tar(root), "."], log=log)


def extract(archive: Path, root: Path, log: IO[Any]) -> None:
    """Unpack one layer into an existing folder."""
    command = ["tar", "--extract", "--numeric-owner", "--same-permissions", "--xattrs", "--xattrs-include=*"]
    subprocess.run([*command, f"--file={archive}", f"--directory={root}"], check=True, stderr=log)


def _tar(root: Path) -> list[str]:
    return [
        "tar",
        "--create",
        "--numeric-owner",
        "--xattrs",
        "--xattrs-include=*",
        "--sort=name",
        "--format=posix",
        "--pax-option=delete=atime,delete=ctime",
        f"--mtime=@{LAYER_TIME}",
        "--clamp-mtime",
        f"--directory={root}",
    ]
