"""Artefacts on disk: whole or not there, and known to be as built."""

import json
import os
import time
from pathlib import Path

import pytest
from lab_artifacts.errors import ArtifactError
from lab_artifacts.store import MANIFEST, Store

NAME, KEY = "thing", "0123456789abcdef"


@pytest.fixture
def published(store: Store) -> Path:
    """The content folder of an artefact of two files and a link."""
    with store.building(NAME, KEY) as folder:
        out = folder / "out"
        (out / "sub").mkdir(parents=True)
        (out / "program").write_bytes(b"one")
        (out / "sub" / "data").write_bytes(b"two")
        (out / "link").symlink_to("program")
        store.publish(NAME, KEY, out, {"title": "Thing"})
    return store.content(NAME, KEY)


def test_a_published_artefact_is_sound(store: Store, published: Path) -> None:
    assert store.is_sound(NAME, KEY)
    assert (published / "link").read_bytes() == b"one"
    assert store.manifest(NAME, KEY)["title"] == "Thing"
    assert list((store.root / "building").iterdir()) == []


def test_a_missing_one_is_not(store: Store) -> None:
    assert not store.is_sound(NAME, KEY)


def test_another_time_alone_does_no_harm(store: Store, published: Path) -> None:
    os.utime(published / "program", (1, 1))
    assert store.is_sound(NAME, KEY)


def test_another_content_of_the_same_size_is_found(store: Store, published: Path) -> None:
    (published / "program").write_bytes(b"eno")
    assert not store.is_sound(NAME, KEY)


def test_another_size_is_found_even_with_the_old_time(store: Store, published: Path) -> None:
    before = (published / "program").stat()
    (published / "program").write_bytes(b"one more")
    os.utime(published / "program", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not store.is_sound(NAME, KEY)


@pytest.mark.parametrize("path", ["program", "sub/data", "link"])
def test_a_removed_file_is_found(store: Store, published: Path, path: str) -> None:
    (published / path).unlink()
    assert not store.is_sound(NAME, KEY)


def test_a_link_to_elsewhere_is_found(store: Store, published: Path) -> None:
    (published / "link").unlink()
    (published / "link").symlink_to("sub/data")
    assert not store.is_sound(NAME, KEY)


@pytest.mark.parametrize("text", ["", "{}", "{"])
def test_a_damaged_manifest_is_found(store: Store, published: Path, text: str) -> None:
    (published.parent / MANIFEST).write_text(text)
    assert not store.is_sound(NAME, KEY)


def test_publishing_again_replaces_it(store: Store, published: Path) -> None:
    (published / "program").write_bytes(b"damaged")
    with store.building(NAME, KEY) as folder:
        (folder / "out").mkdir()
        (folder / "out" / "program").write_bytes(b"new")
        store.publish(NAME, KEY, folder / "out", {})
    assert store.is_sound(NAME, KEY)
    assert sorted(path.name for path in published.iterdir()) == ["program"]


def test_a_recipe_that_makes_nothing_is_an_error(store: Store) -> None:
    with store.building(NAME, KEY) as folder:
        (folder / "out").mkdir()
        with pytest.raises(ArtifactError, match="thing: its recipe made no file"):
            store.publish(NAME, KEY, folder / "out", {})
    assert not store.artifact(NAME, KEY).exists()


def test_the_next_build_removes_what_a_killed_one_left(store: Store) -> None:
    left_over = store.root / "building" / f"{NAME}-{KEY}.abcdefgh"
    (left_over / "out").mkdir(parents=True)
    with store.building(NAME, KEY) as folder:
        assert not left_over.exists()
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def test_only_what_nobody_used_for_long_is_forgotten(store: Store, published: Path) -> None:
    old = time.time() - 3 * 86400
    os.utime(published.parent / MANIFEST, (old, old))
    assert store.forget(days=4) == []
    store.mark_used(NAME, KEY)
    assert store.forget(days=2) == []
    os.utime(published.parent / MANIFEST, (old, old))
    assert store.forget(days=2) == [NAME]
    assert not store.artifact(NAME, KEY).exists()


def test_a_build_that_goes_on_is_not_swept_away(store: Store) -> None:
    with store.locked(NAME, KEY), store.building(NAME, KEY) as running:
        store.forget(days=1)
        assert running.is_dir()
    left_over = store.root / "building" / f"{NAME}-{KEY}.abcdefgh"
    left_over.mkdir()
    store.forget(days=1)
    assert not left_over.exists()


def test_the_manifest_has_the_digest_of_each_file(store: Store, published: Path) -> None:
    files = json.loads((published.parent / MANIFEST).read_text())["files"]
    assert files["program"]["sha256"] == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert files["link"] == {"link": "program"}
