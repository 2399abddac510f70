#!/usr/bin/python
"""Ansible module: build the lab's artefacts that are missing."""

DOCUMENTATION = r"""
---
module: lab_artifacts
short_description: Build the lab's images and programs from package registries, content-addressed
description:
  - Makes the wanted artefacts and what they need, unless the cache has them already.
  - An artefact's key covers its recipe, the content of its inputs and the keys of what it needs, so a change of any builds it anew
    and nothing else does. Two checkouts can share a cache and build at the same time.
  - An interruption leaves no half artefact; the next run goes on after the last finished one.
options:
  recipes:
    description: The table, name of artefact to its recipe. See the role's README for the fields and the steps.
    type: dict
    required: true
  wanted:
    description: Names of the artefacts to have, the most urgent first.
    type: list
    elements: str
    required: true
  upstream:
    description: Public images to copy instead of building the artefact of that name.
    type: dict
    default: {}
  repository:
    description: The checkout that inputs are relative to.
    type: path
    required: true
  cache:
    description: The folder that keeps artefacts, logs and builds under way.
    type: path
    required: true
  tools_path:
    description: Folders to look for programs in before PATH.
    type: list
    elements: path
    default: []
  progress:
    description: A file to append progress lines to, one for every step that ends and every ten seconds.
    type: path
author:
  - medical.diagnosis contributors
"""

EXAMPLES = r"""
- name: Have the node image
  lab_artifacts:
    recipes: "{{ artifacts_recipes }}"
    wanted: [node, kind]
    repository: "{{ playbook_dir | dirname }}"
    cache: ~/.cache/medical-diagnosis
"""

RETURN = r"""
paths:
  description: Where each wanted artefact lies. In check mode a missing one has the path it would get.
  returned: always
  type: dict
  sample: {kind: /home/u/.cache/medical-diagnosis/artifacts/kind/0123456789abcdef/content/kind}
digests:
  description: Of each wanted image that is there, the digest a registry knows it by.
  returned: always
  type: dict
  sample: {redis: "sha256:…"}
keys:
  description: The key of each wanted artefact.
  returned: always
  type: dict
missing:
  description: What was, or in check mode would be, built.
  returned: always
  type: list
  elements: str
built:
  description: Wall and processor seconds of each build.
  returned: always
  type: dict
  sample: {kind: {wall: 4.1, cpu: 6.0}}
"""

import os
import select
import signal
import sys
import threading
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.lab_artifacts.build import Progress
from ansible.module_utils.lab_artifacts.engine import Engine, environment_of_process
from ansible.module_utils.lab_artifacts.errors import ArtifactError
from ansible.module_utils.lab_artifacts.recipe import table
from ansible.module_utils.lab_artifacts.store import Store


def end_with_the_reader() -> None:
    """End this module and all its builds when Ansible, which reads its output, is gone.

    Ansible runs a module in a session of its own, so that Ctrl-C reaches Ansible alone.
    """
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)

    def watch() -> None:
        reader = select.poll()
        reader.register(sys.stdout.fileno(), 0)  # no event asked for: errors and hang-ups always come
        reader.poll()
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Build what is missing, or in check mode say what would be built."""
    module = AnsibleModule(
        argument_spec={
            "recipes": {"type": "dict", "required": True},
            "wanted": {"type": "list", "elements": "str", "required": True},
            "upstream": {"type": "dict", "default": {}},
            "repository": {"type": "path", "required": True},
            "cache": {"type": "path", "required": True},
            "tools_path": {"type": "list", "elements": "path", "default": []},
            "progress": {"type": "path"},
        },
        supports_check_mode=True,
    )
    options = module.params
    end_with_the_reader()
    try:
        recipes = table(options["recipes"], options["upstream"])
        progress = Progress(Path(options["progress"]) if options["progress"] else None)
        store = Store(Path(options["cache"]))
        engine = Engine(
            recipes, Path(options["repository"]), store, environment_of_process(options["tools_path"]), progress
        )
        outcome = engine.inspect(options["wanted"]) if module.check_mode else engine.make(options["wanted"])
    except ArtifactError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=bool(outcome.missing),
        paths={name: str(path) for name, path in outcome.paths.items()},
        digests=outcome.digests,
        keys=outcome.keys,
        missing=[recipe.name for recipe in outcome.missing],
        built=outcome.built,
    )


if __name__ == "__main__":
    main()
