# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
COLLECTIONS = PLUGINS.parents[3]
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
#: Says in which process the module ran, and what became of its arguments.
PROBE = """
import os
from ansible.module_utils.basic import AnsibleModule

def main():
    module = AnsibleModule({"secret": {"no_log": True}, "items": {"type": "list"}}, supports_check_mode=True)
    if module.params["items"] == ["fail"]:
        module.fail_json(msg="as asked", secret=module.params["secret"])
    module.exit_json(changed=False, parent=os.getppid(), check=module.check_mode, **module.params)

if __name__ == "__main__":
    main()
"""
ACTION = """
from ansible_collections.medical.diagnosis.plugins.plugin_utils.in_process import InProcessAction
from ansible_collections.probe.probe.plugins.modules import where

class ActionModule(InProcessAction):
    module = where
"""
TASK = {"probe.probe.where": {"secret": "{{ 'hid' + 'den' }}", "items": ["{{ 1 + 1 }}", "hidden"]}}
# The same Python under another name: Ansible cannot know that it has the same libraries.
OTHER_PYTHON = str(Path(sys.executable).with_name("python3"))
TASKS: list[dict[str, Any]] = [
    {**TASK, "register": "here"},
    {**TASK, "register": "elsewhere", "environment": {"PLACE": "elsewhere"}},
    {**TASK, "register": "checked", "check_mode": True},
    {**TASK, "register": "other_python", "vars": {"ansible_python_interpreter": OTHER_PYTHON}},
    {"probe.probe.where": {"secret": "hidden", "items": ["fail"]}, "register": "failed", "ignore_errors": True},
    {"probe.probe.where": {"nonsense": 1}, "register": "refused", "ignore_errors": True},
    {
        "ansible.builtin.copy": {
            "content": "{{ [here, elsewhere, checked, other_python, failed, refused] | to_json }}",
            "dest": "{{ out }}",
        }
    },
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What each of the tasks has returned."""
    folder = tmp_path_factory.mktemp("in_process")
    plugins = folder / "ansible_collections/probe/probe/plugins"
    for kind, text in (("modules", PROBE), ("action", ACTION)):
        (plugins / kind).mkdir(parents=True)
        (plugins / kind / "where.py").write_text(text)
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "out": str(folder / "out.json")},
        "tasks": TASKS,
    }
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": f"{folder}:{COLLECTIONS}",
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    done = subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", folder / "play.yml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return list(json.loads((folder / "out.json").read_text()))


def test_every_module_is_run_so() -> None:
    assert sorted(path.stem for path in (PLUGINS / "action").glob("*.py")) == MODULES


def test_it_runs_in_a_worker_of_ansible_s_own(results: list[Any]) -> None:
    here, elsewhere, checked, other_python = results[:4]
    assert here["parent"] == checked["parent"]
    assert elsewhere["parent"] != here["parent"]
    assert other_python["parent"] != here["parent"]


def test_both_ways_return_the_same(results: list[Any]) -> None:
    here, elsewhere, checked, other_python = results[:4]
    for result in (elsewhere, other_python):
        assert {**result, "parent": 0} == {**here, "parent": 0}
    assert {**checked, "parent": 0} == {**here, "parent": 0, "check": True}


def test_what_is_secret_is_hidden(results: list[Any]) -> None:
    here = results[0]
    assert here["items"] == [2, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"]
    assert "hidden" not in json.dumps(results)


def test_failures_are_told(results: list[Any]) -> None:
    failed, refused = results[4:]
    assert (failed["failed"], failed["msg"]) == (True, "as asked")
    assert refused["failed"]
    assert "Unsupported parameters" in refused["msg"]
    assert "nonsense" in refused["msg"]
