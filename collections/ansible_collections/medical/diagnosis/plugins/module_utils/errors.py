# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error type of the collection: which object, what happened, what to do."""

from __future__ import annotations

from typing import Any


class DiagnosisError(Exception):
    """A fault told to people.

    :param subject: the object it is about, as people call it: ``Kafka topic 'xray-images'``.
    :param problem: what happened, a clause that goes on after the subject and a colon.
    :param cure: what to do about it, one or more sentences; empty where nothing sensible can be said.
    :param code: the server's own name for the fault, such as ``NoSuchBucket``, for callers that know a way on.
    :param transient: whether the same call may well succeed in a moment; :mod:`retry` repeats only these.

    Raise it ``from`` the library's error, whose type and text then follow in ``details`` for whoever has to dig.
    """

    def __init__(self, subject: str, problem: str, cure: str = "", *, code: str = "", transient: bool = False) -> None:
        super().__init__(subject, problem, cure)
        self.subject = subject
        self.problem = problem
        self.cure = cure
        self.code = code
        self.transient = transient

    def __str__(self) -> str:
        return f"{self.subject}: {_sentence(self.problem)} {_sentence(self.cure)}".strip()

    def as_failure(self) -> dict[str, Any]:
        """The keyword arguments of ``AnsibleModule.fail_json``: msg, subject, problem, cure, details."""
        failure = {"msg": str(self), "subject": self.subject, "problem": self.problem, "cure": self.cure}
        if self.__cause__ is not None:
            failure["details"] = f"{type(self.__cause__).__name__}: {self.__cause__}"
        return failure


def _sentence(text: str) -> str:
    """``text`` with a full stop where it has no closing mark."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
