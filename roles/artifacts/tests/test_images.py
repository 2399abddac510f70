"""OCI layouts: deterministic, sharing layers, and understood by the tools that take them."""

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lab_artifacts.errors import ArtifactError
from lab_artifacts.filesystem import extract, layer_of_changes, layer_of_tree, snapshot
from lab_artifacts.oci import Image, LayerWriter, layer_of_command, layer_of_entries


def image(
    folder: Path, entries: list[dict[str, Any]], config: dict[str, Any] | None = None, base: Image | None = None
) -> Image:
    made = Image(folder)
    folder.mkdir()
    layers = made.share_blobs_of(base) if base else []
    made.write([*layers, layer_of_entries(folder, entries)], config or {})
    return made


def members(layout: Image, layer: int = -1) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(layout.blob(layout.manifest()["layers"][layer]["digest"])) as archive:
        return {member.name: member for member in archive}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o700)
    return path


def test_the_same_files_give_the_same_digest(tmp_path: Path, program: Path) -> None:
    first = image(tmp_path / "1", [{"from": program, "to": "/usr/bin/program"}])
    program.touch()
    second = image(tmp_path / "2", [{"from": program, "to": "/usr/bin/program"}])
    assert first.digest == second.digest
    program.write_text("#!/bin/false\n")
    assert image(tmp_path / "3", [{"from": program, "to": "/usr/bin/program"}]).digest != first.digest


def test_entries_are_what_they_say(tmp_path: Path, program: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "data").write_text("x")
    (tree / "deep" / "data").chmod(0o600)
    made = image(
        tmp_path / "image",
        [
            {"from": program, "to": "/usr/bin/program"},
            {"from": program, "to": "/usr/bin/plain", "mode": "0644"},
            {"link": "program", "to": "/usr/bin/alias"},
            {"text": "hello\n", "to": "/etc/hello"},
            {"folder": True, "to": "/data", "mode": "0700", "owner": 999},
            {"from": tree, "to": "/tree"},
            {"from": tree, "to": "/kept", "preserve": True},
        ],
    )
    found = members(made)
    assert (found["usr/bin/program"].mode, found["usr/bin/program"].uid) == (0o755, 0)
    assert found["usr/bin/plain"].mode == 0o644
    assert found["usr/bin/alias"].linkname == "program"
    assert found["etc/hello"].size == 6
    assert (found["data"].mode, found["data"].uid, found["data"].gid) == (0o700, 999, 999)
    assert found["tree/deep/data"].mode == 0o644
    assert found["kept/deep/data"].mode == 0o600
    assert found["usr/bin"].isdir(), "parents are there, so that no engine chooses their permissions"
    assert list(found).index("usr/bin") < list(found).index("usr/bin/program")


def test_a_missing_source_is_an_error_that_names_both_ends(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"nothing to put at /usr/bin/x: /gone/x doesn't exist"):
        image(tmp_path / "image", [{"from": "/gone/x", "to": "/usr/bin/x"}])


def test_the_layers_of_a_base_keep_their_digest_and_take_no_room(tmp_path: Path, program: Path) -> None:
    base = image(tmp_path / "base", [{"from": program, "to": "/usr/bin/program"}], {"Env": ["A=1"]})
    top = image(tmp_path / "top", [{"text": "x", "to": "/x"}], base=base)
    shared = base.manifest()["layers"][0]["digest"]
    assert top.manifest()["layers"][0]["digest"] == shared
    assert top.blob(shared).samefile(base.blob(shared))
    assert len(top.config()["rootfs"]["diff_ids"]) == 2


@pytest.mark.skipif(not shutil.which("skopeo"), reason="skopeo isn't installed: the role installs it")
def test_skopeo_takes_the_layout_and_agrees_on_the_digest(tmp_path: Path, program: Path) -> None:
    made = image(
        tmp_path / "image",
        [{"from": program, "to": "/usr/bin/program"}],
        {"Entrypoint": ["/usr/bin/program"], "User": "65532"},
    )
    shown = json.loads(
        subprocess.run(["skopeo", "inspect", f"oci:{made.layout}"], check=True, capture_output=True).stdout
    )
    assert shown["Digest"] == made.digest
    archive = tmp_path / "archive.tar"
    subprocess.run(
        ["skopeo", "copy", "--quiet", f"oci:{made.layout}", f"docker-archive:{archive}:test/image:1"], check=True
    )
    config = json.loads(
        subprocess.run(
            ["skopeo", "inspect", "--config", f"docker-archive:{archive}"], check=True, capture_output=True
        ).stdout
    )
    assert config["config"] == {"Entrypoint": ["/usr/bin/program"], "User": "65532"}
    assert config["rootfs"] == made.config()["rootfs"]


class TestChanges:
    """The layer of what an installation changed, applied to what was there before, gives what is there after."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "root"
        for folder in ("usr/bin", "usr/share/doc", "etc"):
            (root / folder).mkdir(parents=True)
        (root / "usr/bin/kept").write_text("kept")
        (root / "usr/share/doc/page").write_text("page")
        (root / "etc/removed").write_text("removed")
        (root / "etc/changed").write_text("before")
        return root

    def test_a_layer_has_what_changed_and_nothing_else(self, root: Path, tmp_path: Path) -> None:
        before = snapshot(root)
        (root / "etc/changed").write_text("after!")
        (root / "etc/removed").unlink()
        shutil.rmtree(root / "usr/share/doc")
        (root / "usr/bin/added").write_text("added")
        (root / "usr/bin/linked").hardlink_to(root / "usr/bin/added")
        (root / "usr/bin/alias").symlink_to("added")
        with (tmp_path / "log").open("w") as log:
            layer = layer_of_changes(tmp_path / "layout", root, before, log)
        with tarfile.open(tmp_path / "layout" / "blobs" / layer.descriptor["digest"].replace(":", "/")) as archive:
            found = {member.name.removeprefix("./"): member for member in archive}
        assert {name for name, member in found.items() if not member.isdir()} == {
            "etc/changed",
            "etc/.wh.removed",
            "usr/share/.wh.doc",
            "usr/bin/added",
            "usr/bin/linked",
            "usr/bin/alias",
        }
        assert sorted([found["usr/bin/added"].islnk(), found["usr/bin/linked"].islnk()]) == [False, True]
        assert found["usr/bin/alias"].linkname == "added"

    def test_nothing_changed_is_an_empty_layer(self, root: Path, tmp_path: Path) -> None:
        before = snapshot(root)
        (root / "usr/bin/kept").read_text()
        with (tmp_path / "log").open("w") as log:
            layer = layer_of_changes(tmp_path / "layout", root, before, log)
        with tarfile.open(tmp_path / "layout" / "blobs" / layer.descriptor["digest"].replace(":", "/")) as archive:
            assert archive.getnames() == []

    def test_a_tree_survives_packing_and_unpacking(self, root: Path, tmp_path: Path) -> None:
        (root / "usr/bin/kept").chmod(0o4755)
        with (tmp_path / "log").open("w") as log:
            layer = layer_of_tree(tmp_path / "layout", root, log)
            (tmp_path / "copy").mkdir()
            extract(
                tmp_path / "layout" / "blobs" / layer.descriptor["digest"].replace(":", "/"), tmp_path / "copy", log
            )
        assert (tmp_path / "copy/usr/bin/kept").stat().st_mode & 0o7777 == 0o4755
        assert sorted(snapshot(root)) == sorted(snapshot(tmp_path / "copy"))

    def test_a_command_that_fails_is_an_error(self, root: Path, tmp_path: Path) -> None:
        with (tmp_path / "log").open("w") as log, pytest.raises(subprocess.CalledProcessError):
            layer_of_command(tmp_path / "layout", ["tar", "--create", f"--directory={root}", "gone"], log=log)


def test_a_stopped_layer_is_no_blob(tmp_path: Path) -> None:
    writer = LayerWriter(tmp_path)
    writer.write(b"half")
    assert all(len(path.name) != 64 for path in (tmp_path / "blobs" / "sha256").iterdir())
