# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
    run_info,
)

CHANGES = [Change(name=name, before=None, after={"a": 1}) for name in ("one", "two")]


class ModuleEndError(Exception):
    """The module has ended, with these results."""

    def __init__(self, *, failed: bool, results: dict[str, Any]) -> None:
        super().__init__(results)
        self.failed = failed
        self.results = results


class Module:
    """What of AnsibleModule the frame uses."""

    def __init__(self, *, check_mode: bool = False) -> None:
        self.check_mode = check_mode
        self._diff = True

    def exit_json(self, **results: Any) -> NoReturn:
        raise ModuleEndError(failed=False, results=results)

    def fail_json(self, **results: Any) -> NoReturn:
        raise ModuleEndError(failed=True, results=results)


def write_all(changes: Sequence[Change]) -> Iterator[Change]:
    yield from changes


def write_one_and_fail(changes: Sequence[Change]) -> Iterator[Change]:
    yield changes[0]
    raise DiagnosisError("two", "it is refused")


def run(module: Module, apply: Any) -> ModuleEndError:
    with pytest.raises(ModuleEndError) as left:
        run_changes(module, "things", lambda: CHANGES, apply)
    return left.value


def test_changes_are_written_and_reported() -> None:
    left = run(Module(), write_all)
    assert not left.failed
    assert left.results["changed"] is True
    assert [item["name"] for item in left.results["things"]] == ["one", "two"]
    assert len(left.results["diff"]) == 2


def test_check_mode_reports_the_same_and_writes_nothing() -> None:
    rehearsed = run(Module(check_mode=True), lambda _: pytest.fail("written"))
    assert rehearsed.results == run(Module(), write_all).results


def test_a_failure_half_way_tells_what_was_written_before_it() -> None:
    left = run(Module(), write_one_and_fail)
    assert left.failed
    assert left.results["msg"] == "two: it is refused."
    assert left.results["changed"] is True
    assert [item["name"] for item in left.results["things"]] == ["one"]


def test_information_is_returned_and_changes_nothing() -> None:
    with pytest.raises(ModuleEndError) as left:
        run_info(Module(), "things", lambda: [1, 2])
    assert left.value.results == {"changed": False, "things": [1, 2]}


def test_an_error_in_the_options_is_told() -> None:
    with pytest.raises(ModuleEndError) as left, errors_told(Module()):
        raise DiagnosisError("Option", "it is wrong")
    assert left.value.failed
    assert left.value.results["msg"] == "Option: it is wrong."


def test_a_missing_library_is_named_and_one_that_is_there_is_not() -> None:
    with pytest.raises(ModuleEndError) as left:
        require_libraries(Module(), {"requests": None, "boto3": "Traceback: no boto3"})
    assert "boto3" in left.value.results["msg"]
    assert left.value.results["exception"] == "Traceback: no boto3"
    require_libraries(Module(), {"requests": None})
