"""Images of nodes as files."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from lab_clusters.engine import Engine, image_name
from lab_clusters.errors import ClusterError


def test_the_image_s_name_comes_from_its_archive(tmp_path: Path) -> None:
    archive = tmp_path / "node.tar"
    manifest = json.dumps([{"Config": "c.json", "RepoTags": ["node:v1-abc"], "Layers": []}]).encode()
    with tarfile.open(archive, "w") as members:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        members.addfile(member, io.BytesIO(manifest))
    assert image_name(archive) == "node:v1-abc"


def test_a_client_s_error_is_told() -> None:
    with pytest.raises(ClusterError, match=r"`docker version` failed: .*nowhere"):
        Engine("unix:///nowhere").run("version")
