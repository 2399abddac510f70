# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


@pytest.mark.parametrize(
    ("problem", "cure", "text"),
    [
        ("it is gone", "Create it", "Topic 'a': it is gone. Create it."),
        ("it is gone", "", "Topic 'a': it is gone."),
        ("it is gone.", "Is it there?", "Topic 'a': it is gone. Is it there?"),
    ],
)
def test_the_message_is_made_of_whole_sentences(problem: str, cure: str, text: str) -> None:
    assert str(DiagnosisError("Topic 'a'", problem, cure)) == text


def test_the_failure_tells_the_parts_and_what_the_library_said() -> None:
    error = DiagnosisError("Topic 'a'", "it is gone", "Create it")
    error.__cause__ = KeyError("a")
    assert error.as_failure() == {
        "msg": "Topic 'a': it is gone. Create it.",
        "subject": "Topic 'a'",
        "problem": "it is gone",
        "cure": "Create it",
        "details": "KeyError: 'a'",
    }


def test_a_fault_is_lasting_unless_said_otherwise() -> None:
    assert not DiagnosisError("Topic 'a'", "it is gone").transient
