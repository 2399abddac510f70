#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Push content that lies in several places to a branch of a Git server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: git_content
short_description: Push content that lies in several places to a Git server
description:
  - Composes one commit of parts of a checkout, as its files are now, and of folders and files elsewhere, and makes it
    the server's branch. The commit's id comes from the content alone.
  - Pushes nothing if the branch is at that commit. The checkout's own repository is neither needed nor touched.
options:
  checkout:
    description: The checkout.
    type: path
    required: true
  paths:
    description: What of it is pushed, but for what its C(.gitignore) names.
    type: list
    elements: str
    required: true
  added:
    description: Folders of the repository, and the folder or file elsewhere that fills each of them.
    type: dict
    default: {}
  repository:
    description: A bare repository to compose the commit in; created if it is missing.
    type: path
    required: true
  url:
    description: Address of the repository on the server.
    type: str
    required: true
  branch:
    description: The branch.
    type: str
    default: main
  user:
    description: Who pushes.
    type: str
    required: true
  password:
    description: Password of that user.
    type: str
    required: true
  timeout:
    description: Seconds to wait for the server to answer.
    type: int
    default: 60
author: medical.diagnosis contributors
"""

EXAMPLES = r"""
- name: Push the charts
  git_content:
    checkout: "{{ playbook_dir }}/.."
    paths: [gitops]
    added:
      gitops/facility/knative-serving/release: /tmp/knative-serving
    repository: ~/.local/state/lab/content.git
    url: http://127.0.0.1:8080/charts.git
    user: lab
    password: "{{ password }}"
"""

RETURN = r"""
revision:
  description: Id of the commit.
  type: str
  returned: always
"""

import time
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.lab_git.errors import GitError
from ansible.module_utils.lab_git.repository import Remote, Repository

POLL_SECONDS = 1.0


def wait_for_revision(repository: Repository, remote: Remote, seconds: float) -> str:
    """Return the commit that the remote's branch is at, as soon as the server answers; GitError if it doesn't."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return str(repository.revision_of(remote))
        except GitError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)


def main() -> None:
    """Run the module."""
    text = {"type": "str", "required": True}
    path = {"type": "path", "required": True}
    module = AnsibleModule(
        argument_spec={
            "checkout": path,
            "paths": {"type": "list", "elements": "str", "required": True},
            "added": {"type": "dict", "default": {}},
            "repository": path,
            "url": text,
            "branch": {"type": "str", "default": "main"},
            "user": text,
            "password": {"type": "str", "required": True, "no_log": True},
            "timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    arguments = module.params
    repository = Repository(Path(arguments["repository"]))
    remote = Remote(arguments["url"], arguments["branch"], arguments["user"], arguments["password"])
    try:
        repository.ensure()
        commit = repository.commit(repository.tree(Path(arguments["checkout"]), arguments["paths"], arguments["added"]))
        before = wait_for_revision(repository, remote, arguments["timeout"])
        changed = commit != before
        if changed and not module.check_mode:
            repository.push(commit, remote)
        prepared = repository.changes(before, commit) if changed and before else ""
    except GitError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=changed, revision=commit, diff={"prepared": f"{prepared}\n" if prepared else ""})


if __name__ == "__main__":
    main()
