"""Commits made of content that lies in several places, with real repositories."""

import subprocess
from pathlib import Path

import pytest
from lab_git.errors import GitError
from lab_git.repository import Remote, Repository


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with charts, something ignored among them, and other things beside them."""
    folder = tmp_path / "checkout"
    (folder / "gitops/chart").mkdir(parents=True)
    (folder / "gitops/chart/Chart.yaml").write_text("name: chart\n")
    (folder / "gitops/chart/left.pyc").write_text("x")
    (folder / ".gitignore").write_text("*.pyc\n")
    (folder / "README.md").write_text("# not for Argo CD\n")
    git(folder, "init", "--quiet")
    return folder


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with what somebody else has released, some of it under a name that the checkout ignores."""
    folder = tmp_path / "release"
    (folder / "deep").mkdir(parents=True)
    (folder / "core.yaml").write_text("kind: List\n")
    (folder / "deep/more.pyc").write_text("kept\n")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "content.git")
    made.ensure()
    return made


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    served = tmp_path / "served.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(served))
    return Remote(str(served), "main", "lab", "secret")


def files(repository: Repository, revision: str) -> list[str]:
    return repository.git("ls-tree", "-r", "--name-only", revision).splitlines()


def test_the_parts_are_together_in_one_tree(repository: Repository, checkout: Path, release: Path) -> None:
    tree = repository.tree(checkout, ["gitops"], {"gitops/added/release": str(release)})
    assert files(repository, tree) == [
        "gitops/added/release/core.yaml",
        "gitops/added/release/deep/more.pyc",
        "gitops/chart/Chart.yaml",
    ]


def test_what_is_added_takes_the_place_of_what_lies_there(
    repository: Repository, checkout: Path, release: Path
) -> None:
    stale = checkout / "gitops/added/release/old.yaml"
    stale.parent.mkdir(parents=True)
    stale.write_text("old\n")
    tree = repository.tree(checkout, ["gitops"], {"gitops/added/release": str(release)})
    assert "gitops/added/release/old.yaml" not in files(repository, tree)


def test_a_single_file_can_be_added(repository: Repository, checkout: Path, release: Path) -> None:
    tree = repository.tree(checkout, ["gitops"], {"gitops/added": str(release / "core.yaml")})
    assert files(repository, tree) == ["gitops/added/core.yaml", "gitops/chart/Chart.yaml"]


def test_missing_content_is_told_with_its_place(repository: Repository, checkout: Path) -> None:
    with pytest.raises(GitError, match="/nowhere, which is to be pushed as gitops/x, does not exist"):
        repository.tree(checkout, ["gitops"], {"gitops/x": "/nowhere"})


def test_the_same_content_is_the_same_commit_anywhere(
    tmp_path: Path, repository: Repository, checkout: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repository.commit(repository.tree(checkout, ["gitops"], {"gitops/r": str(release)}))
    # somebody else's settings and clock, in another repository
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-02-02T00:00:00+0000")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gitconfig").write_text("[core]\nautocrlf = true\n[user]\nname = Else\n")
    other = Repository(tmp_path / "other.git")
    other.ensure()
    assert other.commit(other.tree(checkout, ["gitops"], {"gitops/r": str(release)})) == first


def test_other_content_is_another_commit_and_the_difference_is_told(repository: Repository, checkout: Path) -> None:
    before = repository.commit(repository.tree(checkout, ["gitops"], {}))
    (checkout / "gitops/chart/Chart.yaml").write_text("name: other\n")
    after = repository.commit(repository.tree(checkout, ["gitops"], {}))
    assert after != before
    assert repository.changes(before, after) == "M\tgitops/chart/Chart.yaml"
    assert repository.changes("0" * 40, after) == ""


def test_the_checkout_s_own_repository_is_not_touched(repository: Repository, checkout: Path) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in (checkout / ".git").rglob("*"))
    repository.commit(repository.tree(checkout, ["gitops"], {}))
    assert sorted((path, path.stat().st_mtime_ns) for path in (checkout / ".git").rglob("*")) == before


def test_a_push_makes_the_branch_the_commit_whatever_it_was(
    repository: Repository, checkout: Path, remote: Remote
) -> None:
    assert repository.revision_of(remote) == ""
    for name in ("one", "two"):
        (checkout / "gitops/chart/Chart.yaml").write_text(f"name: {name}\n")
        commit = repository.commit(repository.tree(checkout, ["gitops"], {}))
        repository.push(commit, remote)
        assert repository.revision_of(remote) == commit


def test_a_server_that_is_not_there_is_told(repository: Repository) -> None:
    with pytest.raises(GitError, match="ls-remote"):
        repository.revision_of(Remote("http://127.0.0.1:9/none.git", "main", "lab", "secret"))
