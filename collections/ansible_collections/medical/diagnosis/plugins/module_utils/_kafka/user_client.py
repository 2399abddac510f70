# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster's SCRAM users, read and written in batches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.login import Verdict, try_login
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user import Credentials
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import retry

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient

# How a broker's words for a missing right end, after much about the request.
_LACKING = re.compile(r"needs (\w+) permission")


class UserClient:
    """Reads and writes users; every fault is a DiagnosisError."""

    def __init__(self, client: KafkaClient) -> None:
        self._client = client

    def get(self, names: Sequence[str] | None) -> dict[str, Credentials]:
        """User -> credentials, of those named that exist, or of all."""
        if names is None:
            # A broker gives no answer at all to a question for everybody by someone who may not ask (Kafka 4.1).
            self._describe([self._client.connection.username or "anybody"])
        # An empty list means nobody to us and everybody to a broker.
        told = {} if names == [] else self._describe(names)
        return {
            user: {_name(info["mechanism"]): info["iterations"] for info in entry["credential_infos"]}
            for user, entry in told.items()
            if entry["credential_infos"]
        }

    def _describe(self, names: Sequence[str] | None) -> dict[str, Any]:
        found = self._client.call(
            self._client.connection.subject,
            "read users",
            lambda admin: admin.describe_user_scram_credentials(names),
        )
        return dict(found)

    def write(self, users: Sequence[Mapping[str, Any]]) -> dict[str, DiagnosisError]:
        """Set users' credentials (module options); returns faults by user, those not in it were written."""
        return self._alter(
            [
                (
                    user["mechanism"],
                    lib.admin.UserScramCredentialUpsertion(
                        user["name"], user["mechanism"], user["password"], iterations=user["iterations"]
                    ),
                )
                for user in users
            ],
            "write it",
        )

    def delete(self, mechanisms: Mapping[str, Sequence[str]]) -> dict[str, DiagnosisError]:
        """Remove users' credentials for the mechanisms; returns faults by user."""
        return self._alter(
            [
                (mechanism, lib.admin.UserScramCredentialDeletion(user, mechanism))
                for user, names in mechanisms.items()
                for mechanism in names
            ],
            "remove it",
        )

    def password_differs(self, user: str, password: str, mechanism: str) -> bool:
        """Whether the cluster has another password for the user, found out by logging in with this one.

        :raises DiagnosisError: where that can't be found out over this connection.
        """
        connection = self._client.connection
        subject = f"Kafka user '{user}'"
        cure = "Use a listener of the brokers with it, or set update_password to on_create"
        if not connection.sasl:
            raise DiagnosisError(
                subject, f"its password can't be compared over {connection.security_protocol}, without SASL", cure
            )
        verdict = retry(lambda: try_login(connection, user, password, mechanism), connection.backoff)
        if verdict is Verdict.NO_SUCH_MECHANISM:
            raise DiagnosisError(
                subject, f"its password can't be compared: the listener doesn't offer {mechanism}", cure
            )
        return verdict is Verdict.REJECTED

    def _alter(self, alterations: Sequence[tuple[str, Any]], doing: str) -> dict[str, DiagnosisError]:
        """Send pairs of mechanism and alteration: a request for each mechanism, as none may name a user twice."""
        faults: dict[str, DiagnosisError] = {}
        for mechanism in sorted({alteration[0] for alteration in alterations}):
            batch = [alteration for own, alteration in alterations if own == mechanism]
            told = self._send(batch)
            faults |= {user: self._fault(user, doing, said) for user, said in told.items() if said is not None}
        return faults

    def _send(self, batch: Sequence[Any]) -> dict[str, str | None]:
        told = self._client.call(
            self._client.connection.subject,
            "change users",
            lambda admin: admin.alter_user_scram_credentials(batch),
        )
        return dict(told)

    def _fault(self, user: str, doing: str, said: str) -> DiagnosisError:
        subject = f"Kafka user '{user}'"
        lacking = _LACKING.search(said)
        if lacking:
            return DiagnosisError(
                subject,
                f"user '{self._client.connection.username}' may not {doing}",
                f"Act as an administrator, or give it the right to {lacking[1].lower()} the cluster by an ACL",
            )
        return DiagnosisError(subject, f"the broker didn't {doing} ({said.rstrip('.')})")


def _name(mechanism: Any) -> str:
    return str(mechanism.name).replace("_", "-")
