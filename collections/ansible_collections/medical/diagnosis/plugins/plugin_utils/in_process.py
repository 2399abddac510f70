# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the collection's modules in Ansible's own worker process where a new one would only be the same again.

These modules speak to servers, so they mostly run on the machine that Ansible runs on. There, a process of their own costs
more than their work: packing, starting Python and importing the client libraries. Ansible imports an action plugin before it
forks its workers, so the libraries that a module imports are there in each of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.basic import AnsibleModule
from ansible.plugins.action import ActionBase
from ansible.vars.clean import remove_internal_keys


class InProcessAction(ActionBase):  # type: ignore[misc]
    """Runs ``module`` in this process, or as any other module where the task asks for another place, user or environment."""

    _supports_async = True
    #: the Python module that has ``main()`` and ``AnsibleModule``.
    module: ModuleType

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the module returns."""
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        if self._is_the_same_here(variables):
            result.update(self._run_here(variables))
        else:
            result.update(self._execute_module(task_vars=variables, wrap_async=self._task.async_val))
        return result

    def _is_the_same_here(self, variables: Mapping[str, Any]) -> bool:
        return not (
            self._task.async_val
            or self._connection.transport != "local"
            or self._connection.become
            or self._compute_environment_string()
            or not self._is_this_python(variables)
        )

    def _is_this_python(self, variables: Mapping[str, Any]) -> bool:
        delegate = self._task.delegate_to
        if delegate:
            variables = variables.get("ansible_delegated_vars", {}).get(delegate, {})
        interpreter = self._templar.template(variables.get("ansible_python_interpreter"))
        return bool(interpreter) and Path(interpreter) == Path(sys.executable)

    def _run_here(self, variables: dict[str, Any]) -> dict[str, Any]:
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, variables)
        # As on the way to a process of its own: plain values, which neither side can change for the other.
        plain = json.loads(json.dumps(arguments, default=str))
        returned: dict[str, Any] = {}

        class InProcessModule(AnsibleModule):  # type: ignore[misc]
            """Takes its arguments from the task and gives its result to it."""

            def _load_params(self) -> None:
                self.params = plain

            def _record_module_result(self, o: dict[str, Any]) -> None:
                returned.update(o)

        self.module.AnsibleModule = InProcessModule  # type: ignore[attr-defined]
        try:
            self.module.main()
        except SystemExit:
            # How a module ends, well or not; which of them its result says.
            pass
        finally:
            self.module.AnsibleModule = AnsibleModule  # type: ignore[attr-defined]
        if not returned:
            raise AnsibleError(f"{self._task.action} ended without a result.")
        remove_internal_keys(returned)
        return returned
