# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a broker tells, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import KafkaConnection

_CURES = {
    "SecurityDisabledError": "The brokers have no authorizer: set authorizer.class.name in their configuration",
    "UnsupportedVersionError": "The brokers are too old for it",
    "IncompatibleBrokerVersion": "The brokers are too old for it",
    "InvalidReplicationFactorError": "Ask for no more replicas than there are brokers",
}


def told_by_broker(connection: KafkaConnection, subject: str, doing: str, error: Exception) -> DiagnosisError:
    """The error for a fault of kafka-python or of a broker.

    :param subject: the object the request was about.
    :param doing: what was tried, an infinitive: ``create it``.
    """
    kind = type(error).__name__
    if isinstance(error, lib.errors.AuthorizationError):
        user = f"user '{connection.username}'" if connection.username else "this client"
        return DiagnosisError(
            subject, f"{user} may not {doing}", "Act as an administrator, or give it the right by an ACL", code=kind
        )
    return DiagnosisError(
        subject,
        f"the broker didn't {doing} ({_words(error)})",
        _CURES.get(kind, ""),
        code=kind,
        transient=bool(getattr(error, "retriable", False)),
    )


def told_by_code(
    connection: KafkaConnection, subject: str, doing: str, code: int, message: str | None
) -> DiagnosisError:
    """The same for an error code in an answer; ``message`` is the broker's own words, if any."""
    kind = lib.errors.for_code(code)
    return told_by_broker(connection, subject, doing, kind(message) if message else kind())


def _words(error: Exception) -> str:
    """What the error says, without its number, and without saying its name twice."""
    kind = type(error).__name__.removesuffix("Error")
    said = ", ".join(str(argument) for argument in error.args if argument)
    return f"{kind}: {said.rstrip('.')}" if said else kind
