# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call a cluster, several at a time: clusters answer slowly, and one that doesn't answer holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

AT_ONCE = 8

T = TypeVar("T")


def side_by_side(calls: Iterable[Callable[[], T]]) -> list[T]:
    """What the calls return, in order.

    :raises DiagnosisError: when all are done, for all that failed.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(call) for call in calls]
    errors = [future.exception() for future in futures]
    told = [error for error in errors if isinstance(error, DiagnosisError)]
    if len(told) > 1 and len(told) == len([error for error in errors if error is not None]):
        cures = dict.fromkeys(error.cure for error in told if error.cure)
        problem = "; ".join(f"{error.subject}: {error.problem}" for error in told)
        raise DiagnosisError(f"{len(told)} managed clusters", problem, " ".join(cures))
    return [future.result() for future in futures]
