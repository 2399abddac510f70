"""OCI image layouts written without a container engine: blobs, layers, one image a layout.

Follows the OCI image specification 1.0. Everything is deterministic: the same files give the same digest.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .errors import ArtifactError

# Of every file in a layer: zip, and so Python, can't tell an earlier time; no build's clock gets into a digest.
LAYER_TIME = 315532800
LAYER = "application/vnd.oci.image.layer.v1.tar"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Layer:
    """A layer that lies in a layout: its descriptor and the digest of its uncompressed tar archive."""

    descriptor: Mapping[str, Any]
    diff_id: str


class LayerWriter(io.RawIOBase):
    """A write-only stream for one tar archive that becomes a blob, compressed once and quickly while it is written."""

    def __init__(self, layout: Path, *, compressed: bool = True) -> None:
        """Write into `layout`, an existing folder."""
        super().__init__()
        self._blobs = layout / "blobs" / "sha256"
        self._blobs.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._blobs)
        self._temporary = Path(name)
        self._file = os.fdopen(handle, "wb")
        # Level 1: half the time of the default for a tenth more bytes, which never leave this machine.
        self._compress = zlib.compressobj(1, zlib.DEFLATED, 31) if compressed else None
        self._plain = hashlib.sha256()
        self._stored = hashlib.sha256()
        self._size = 0

    def writable(self) -> bool:
        """Tell tarfile and shutil that this stream takes data."""
        return True

    def write(self, data: Any) -> int:
        """Take a piece of the tar archive."""
        block = bytes(data)
        self._plain.update(block)
        self._store(self._compress.compress(block) if self._compress else block)
        return len(block)

    def finish(self) -> Layer:
        """Complete the blob and return it as a layer."""
        if self._compress:
            self._store(self._compress.flush())
        self._file.close()
        name = self._stored.hexdigest()
        self._temporary.chmod(0o644)
        self._temporary.rename(self._blobs / name)
        media_type = LAYER + "+gzip" if self._compress else LAYER
        return Layer(
            {"mediaType": media_type, "digest": f"sha256:{name}", "size": self._size},
            f"sha256:{self._plain.hexdigest()}",
        )

    def _store(self, data: bytes) -> None:
        self._stored.update(data)
        self._size += len(data)
        self._file.write(data)


def layer_of_command(
    layout: Path, command: list[str], *, log: IO[Any], environment: Mapping[str, str] | None = None
) -> Layer:
    """Return the tar archive that `command` writes to its standard output as a layer."""
    writer = LayerWriter(layout)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for; tells mypy
        while block := process.stdout.read(_BLOCK):
            writer.write(block)
    layer = writer.finish()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return layer


def layer_of_entries(layout: Path, entries: Iterable[Mapping[str, Any]], *, compressed: bool = True) -> Layer:
    """Return a layer of single files, folders and links.

    An entry has `to` and one of `from` (file or folder; `mode`, `preserve` for the permissions as they are), `link`
    (target), `text` (content) or `folder: true`; `owner` is a numeric user and group, root unless told.
    """
    writer = LayerWriter(layout, compressed=compressed)
    with tarfile.open(fileobj=writer, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        seen: set[str] = set()
        for entry in entries:
            _add_entry(archive, entry, seen)
    return writer.finish()


def _add_entry(archive: tarfile.TarFile, entry: Mapping[str, Any], seen: set[str]) -> None:
    target = str(PurePosixPath(entry["to"])).lstrip("/")
    for parent in reversed(PurePosixPath(target).parents[:-1]):
        if str(parent) not in seen:
            _add(archive, _described(str(parent), tarfile.DIRTYPE, 0o755), seen)
    owner = int(entry.get("owner", 0))
    mode = int(str(entry["mode"]), 8) if "mode" in entry else None
    if "link" in entry:
        link = _described(target, tarfile.SYMTYPE, 0o777)
        link.linkname = str(entry["link"])
        _add(archive, link, seen)
    elif "text" in entry:
        data = str(entry["text"]).encode()
        _add(archive, _described(target, tarfile.REGTYPE, mode or 0o644, owner, len(data)), seen, io.BytesIO(data))
    elif entry.get("folder"):
        _add(archive, _described(target, tarfile.DIRTYPE, mode or 0o755, owner), seen)
    else:
        source = Path(entry["from"])
        if not source.exists():
            raise ArtifactError(f"nothing to put at /{target}: {source} doesn't exist")
        paths = [source, *sorted(source.rglob("*"))] if source.is_dir() and not source.is_symlink() else [source]
        for path in paths:
            name = str(PurePosixPath(target) / path.relative_to(source)) if path != source else target
            _add_path(
                archive,
                path,
                name,
                seen,
                owner=owner,
                mode=mode if path == source else None,
                preserve=bool(entry.get("preserve")),
            )


def _add_path(
    archive: tarfile.TarFile, path: Path, name: str, seen: set[str], *, owner: int, mode: int | None, preserve: bool
) -> None:
    if path.is_symlink():
        link = _described(name, tarfile.SYMTYPE, 0o777, owner)
        link.linkname = str(path.readlink())
        _add(archive, link, seen)
        return
    status = path.stat()
    kept = stat.S_IMODE(status.st_mode) if preserve else None
    if path.is_dir():
        if name not in seen:
            _add(archive, _described(name, tarfile.DIRTYPE, mode or kept or 0o755, owner), seen)
        return
    # A checkout's permissions depend on its owner's umask: only "is a program" is kept of them.
    usual = 0o755 if status.st_mode & 0o100 else 0o644
    with path.open("rb") as file:
        _add(archive, _described(name, tarfile.REGTYPE, mode or kept or usual, owner, status.st_size), seen, file)


def _described(name: str, kind: bytes, mode: int, owner: int = 0, size: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode, member.uid, member.gid, member.size, member.mtime = (
        kind,
        mode,
        owner,
        owner,
        size,
        LAYER_TIME,
    )
    return member


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, seen: set[str], content: IO[bytes] | None = None) -> None:
    seen.add(member.name)
    archive.addfile(member, content)


class Image:
    """An OCI layout that holds one image."""

    def __init__(self, layout: Path) -> None:
        """Open the layout in a folder; nothing is read yet."""
        self.layout = layout

    @property
    def digest(self) -> str:
        """The digest by which a registry knows the image."""
        return str(self._descriptor()["digest"])

    def manifest(self) -> dict[str, Any]:
        """Return the image's manifest."""
        return self._json(self._descriptor()["digest"])

    def config(self) -> dict[str, Any]:
        """Return the image's configuration."""
        return self._json(self.manifest()["config"]["digest"])

    def blob(self, digest: str) -> Path:
        """Return the file of a blob."""
        return self.layout / "blobs" / digest.replace(":", "/")

    def share_blobs_of(self, base: Image) -> list[Layer]:
        """Take over the layers of `base` by hard links, so that they take no room and keep their digests."""
        layers = []
        for descriptor, diff_id in zip(base.manifest()["layers"], base.config()["rootfs"]["diff_ids"], strict=True):
            target = self.blob(descriptor["digest"])
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                target.hardlink_to(base.blob(descriptor["digest"]))
            layers.append(Layer(descriptor, diff_id))
        return layers

    def write(self, layers: Iterable[Layer], config: Mapping[str, Any], reference: str | None = None) -> None:
        """Complete the layout with an image of `layers`; `config` has the keys of the specification's `config` object."""
        layers = list(layers)
        configuration = self._put(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": dict(config),
                "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            }
        )
        manifest = self._put(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, **configuration},
                "layers": [dict(layer.descriptor) for layer in layers],
            }
        )
        described: dict[str, Any] = {"mediaType": MANIFEST, **manifest}
        if reference:
            # Both names that containerd looks for when it imports an archive.
            described["annotations"] = {
                "io.containerd.image.name": reference,
                "org.opencontainers.image.ref.name": reference,
            }
        write_index(self.layout, [described])

    def _descriptor(self) -> dict[str, Any]:
        descriptors = json.loads((self.layout / "index.json").read_text())["manifests"]
        if len(descriptors) != 1:
            raise ArtifactError(f"{self.layout} holds {len(descriptors)} images, not one")
        return dict(descriptors[0])

    def _json(self, digest: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.blob(digest).read_text())
        return loaded

    def _put(self, content: Mapping[str, Any]) -> dict[str, Any]:
        data = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        self.blob(digest).parent.mkdir(parents=True, exist_ok=True)
        self.blob(digest).write_bytes(data)
        return {"digest": digest, "size": len(data)}


def write_index(layout: Path, descriptors: list[dict[str, Any]]) -> None:
    """Write the two files that make a folder of blobs an OCI layout of these manifests."""
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": descriptors}))


def index_of(layout: Path) -> list[dict[str, Any]]:
    """Return the descriptors of the manifests in a layout."""
    return list(json.loads((layout / "index.json").read_text())["manifests"])
