"""A bare repository that commits are composed in, apart from any checkout's own."""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .errors import GitError

# Nothing but the content may tell in a commit's id: no clock, no person, no settings of this machine.
FIXED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "medical.diagnosis",
    "GIT_AUTHOR_EMAIL": "lab@medical-diagnosis.internal",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00+0000",
    "GIT_COMMITTER_NAME": "medical.diagnosis",
    "GIT_COMMITTER_EMAIL": "lab@medical-diagnosis.internal",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00+0000",
}
MESSAGE = "What Argo CD syncs"


@dataclass(frozen=True)
class Remote:
    """A branch on a server that wants a user and a password from those who push."""

    url: str
    branch: str
    user: str
    password: str

    @property
    def environment(self) -> dict[str, str]:
        """Git's settings with the password, which everybody on the machine could read on a command line."""
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {token}",
            "GIT_TERMINAL_PROMPT": "0",
        }


@dataclass(frozen=True)
class Repository:
    """The bare repository at `path`."""

    path: Path

    def git(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run `git ARGUMENTS` on this repository and return what it prints; GitError says what went wrong."""
        # a calling Git's own variables, as in a hook, would lead to its repository
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        result = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            env={**inherited, **FIXED, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise GitError(f"`git {' '.join(arguments)}` failed: {(result.stderr or result.stdout).strip()}")
        return result.stdout.strip()

    def ensure(self) -> None:
        """Create the repository if it is missing."""
        if not (self.path / "HEAD").exists():
            self.git("init", "--quiet", "--bare", "--initial-branch=main")

    def tree(self, folder: Path, paths: Sequence[str], added: Mapping[str, str]) -> str:
        """Return the id of a tree with `paths` of `folder` and, at each place of `added`, the folder or file there.

        What the folder's `.gitignore` names is left out, but not from what is added, which is taken as it is.
        """
        with self._index(folder) as stage:
            stage("add", "--all", "--", *paths)
            for place, source in sorted(added.items()):
                stage("rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--", place)
                stage("read-tree", f"--prefix={place}/", self._tree_of(place, Path(source)))
            return stage("write-tree")

    def _tree_of(self, place: str, source: Path) -> str:
        """Return the id of a tree with a folder's content, or with one file under its own name."""
        if not source.exists():
            raise GitError(f"{source}, which is to be pushed as {place}, does not exist.")
        folder, name = (source, ".") if source.is_dir() else (source.parent, source.name)
        with self._index(folder) as stage:
            stage("add", "--all", "--force", "--", name)
            return stage("write-tree")

    @contextmanager
    def _index(self, folder: Path) -> Iterator[Callable[..., str]]:
        """Give a `git` that works on a folder's files with an index of its own, which is forgotten afterwards."""
        with tempfile.TemporaryDirectory() as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            yield partial(self.git, "-C", str(folder), f"--work-tree={folder}", environment=index)

    def commit(self, tree: str) -> str:
        """Return the id of the one commit that holds this tree, whenever and wherever it is made."""
        return self.git("commit-tree", tree, "-m", MESSAGE)

    def revision_of(self, remote: Remote) -> str:
        """Return the commit that the remote's branch is at, empty if it has none."""
        answer = self.git("ls-remote", remote.url, f"refs/heads/{remote.branch}", environment=remote.environment)
        return answer.split("\t", 1)[0]

    def push(self, commit: str, remote: Remote) -> None:
        """Make the remote's branch this commit, whatever it was."""
        target = f"{commit}:refs/heads/{remote.branch}"
        self.git("push", "--quiet", "--force", remote.url, target, environment=remote.environment)

    def changes(self, before: str, after: str) -> str:
        """Return the names of the files that differ, with how; empty if this repository has never had `before`."""
        try:
            return self.git("diff-tree", "-r", "--name-status", before, after)
        except GitError:
            return ""
