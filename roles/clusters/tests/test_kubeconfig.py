"""The kubeconfig of several clusters."""

from pathlib import Path
from typing import Any

from lab_clusters.kubeconfig import merged, write_private


def one(name: str) -> dict[str, Any]:
    return {
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}"}}],
        "users": [{"name": name, "user": {"token": name}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }


def test_all_clusters_are_in_it_and_the_first_is_the_current_one() -> None:
    whole = merged([one("hub"), one("east")])
    assert whole["current-context"] == "hub"
    for part in ("clusters", "users", "contexts"):
        assert [entry["name"] for entry in whole[part]] == ["hub", "east"]


def test_only_the_owner_can_read_it_and_the_same_content_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    assert write_private(path, "a")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not write_private(path, "a")
    assert write_private(path, "b")
    assert path.read_text() == "b"
    assert [found.name for found in tmp_path.iterdir()] == ["kubeconfig"]
