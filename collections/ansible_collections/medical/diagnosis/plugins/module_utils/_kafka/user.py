# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kafka user with its SCRAM credentials, and what is to become of it. No network here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

# Mechanism -> iterations of the user's credential for it.
Credentials = Mapping[str, int]

SCRAM_MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512")
# Fewer than the first the brokers refuse; more than the second they would have to compute at every login.
LEAST_ITERATIONS, MOST_ITERATIONS = 4096, 16384


def plan_present(
    wanted: Sequence[Mapping[str, Any]],
    current: Mapping[str, Credentials],
    update_password: bool,
    password_differs: Callable[[str, str, str], bool],
) -> list[Change]:
    """What is to become of users that should be as ``wanted`` (module options).

    :param current: users there are -> their credentials.
    :param update_password: whether the password of a credential that exists matters.
    :param password_differs: whether the cluster has another password for (user, password, mechanism); asked only
        where nothing else has to be written anyway.
    :returns: changes in the order of ``wanted``; the payload is the options to write, iterations filled in.
    """
    changes = []
    for options in wanted:
        name, mechanism = options["name"], options["mechanism"]
        before = current.get(name)
        iterations = options.get("iterations") or (before or {}).get(mechanism, LEAST_ITERATIONS)
        _check(options, iterations)
        after = {**(before or {}), mechanism: iterations}
        hidden: tuple[str, ...] = ()
        if before is not None and before.get(mechanism) == iterations and update_password:
            hidden = ("password",) if password_differs(name, options["password"], mechanism) else ()
        changes.append(
            Change(
                name=name,
                before=None if before is None else {"mechanisms": dict(before)},
                after={"mechanisms": after},
                result={"mechanisms": after},
                hidden=hidden,
                payload={**options, "iterations": iterations},
            )
        )
    return changes


def plan_absent(wanted: Sequence[Mapping[str, Any]], current: Mapping[str, Credentials]) -> list[Change]:
    """What is to become of users that should not be there; the payload is the mechanisms to remove, all there are."""
    changes = []
    for options in wanted:
        before = current.get(options["name"])
        state = None if before is None else {"mechanisms": dict(before)}
        changes.append(Change(name=options["name"], before=state, after=None, payload=list(before or ())))
    return changes


def _check(options: Mapping[str, Any], iterations: int) -> None:
    subject = f"Kafka user '{options['name']}'"
    if not options.get("password"):
        raise DiagnosisError(subject, "it has no password", "Give it one, or use state: absent")
    if not LEAST_ITERATIONS <= iterations <= MOST_ITERATIONS:
        raise DiagnosisError(
            subject,
            f"{iterations} iterations are not what the brokers take",
            f"Choose {LEAST_ITERATIONS} to {MOST_ITERATIONS}",
        )
