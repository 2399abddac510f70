# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of every module: libraries there or a hint, errors told to people, check mode in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change, Report


def require_libraries(module: AnsibleModule, import_errors: Mapping[str, str | None]) -> None:
    """Fail with what to install where a Python library is missing.

    :param import_errors: name of the library as pip knows it -> traceback of its import, or None where that went well.
    """
    for library, error in import_errors.items():
        if error is not None:
            module.fail_json(msg=missing_required_lib(library), exception=error)


@contextmanager
def errors_told(module: AnsibleModule) -> Iterator[None]:
    """Turn a DiagnosisError of the block into the module's failure: for what comes before the run, such as options."""
    try:
        yield
    except DiagnosisError as error:
        module.fail_json(**error.as_failure())


def run_changes(
    module: AnsibleModule,
    key: str,
    plan: Callable[[], Sequence[Change]],
    apply: Callable[[Sequence[Change]], Iterable[Change]],
) -> None:
    """Plan, write unless in check mode, and leave the module with the report.

    :param key: the name under which the items are returned.
    :param plan: reads the server and says what is to become of each object; must not write.
    :param apply: writes the changes and yields each one, including those that need nothing, as soon as it is done.
        So when it fails half-way, the failure still tells truly what was changed before it.
    """
    report = Report(key)
    try:
        changes = plan()
        for change in changes if module.check_mode else apply(changes):
            report.record(change)
    except DiagnosisError as error:
        module.fail_json(**error.as_failure(), **report.as_result(diff=module._diff))
    module.exit_json(**report.as_result(diff=module._diff))


def run_info(module: AnsibleModule, key: str, read: Callable[[], Any]) -> None:
    """Leave the module with what ``read`` returns under ``key``; nothing is ever changed."""
    with errors_told(module):
        found = read()
    module.exit_json(changed=False, **{key: found})
