# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway's users over its Admin Ops API (signed requests)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.faults import no_gateway
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.signed import SignedSession
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.user import AdminCall, User
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    import requests
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection

_PATH = "/admin/user"
# What the gateway says of a user with buckets when it is asked to remove it.
_HAS_BUCKETS = frozenset({"BucketAlreadyExists", "BucketNotEmpty"})
_CURES = {
    "KeyExists": ("another user has this access key", "Choose another access key, or take it from that user first"),
    "EmailExists": ("another user has this email", "Choose another email, or leave it out"),
    "UserAlreadyExists": ("it was created by somebody else just now", "Run the task again"),
    "InvalidCapability": (
        "the gateway doesn't know one of the capabilities",
        "Name those of its version: users, buckets, metadata, usage, zone, info, ratelimit, topics, ...",
    ),
}


class UserClient:
    """Reads and writes users; every fault is a DiagnosisError."""

    def __init__(self, connection: RgwConnection) -> None:
        self._connection = connection
        self._session = SignedSession(connection)

    def uids(self) -> list[str]:
        """The uids of all users."""
        told = self._read(self._connection.subject, "list users", {"list": "", "max-entries": "1000"})
        found = list(told["keys"])
        while told.get("truncated"):
            page = {"list": "", "max-entries": "1000", "marker": told["marker"]}
            told = self._read(self._connection.subject, "list users", page)
            found += told["keys"]
        return found

    def get(self, uid: str) -> User | None:
        """The user, or None where there is none."""
        try:
            return User.from_admin(uid, self._read(f"User '{uid}'", "read it", {"uid": uid}))
        except DiagnosisError as error:
            if error.code == "NoSuchUser":
                return None
            raise

    def call(self, uid: str, call: AdminCall) -> None:
        """Do one step of a plan."""
        try:
            self._send(call.method, f"User '{uid}'", call.doing, call.params)
        except DiagnosisError as error:
            if error.code in _CURES:
                problem, cure = _CURES[error.code]
                raise DiagnosisError(
                    f"User '{uid}'", f"couldn't {call.doing}: {problem}", cure, code=error.code
                ) from error
            raise

    def delete(self, uid: str, purge_data: bool) -> None:
        """Remove the user, with ``purge_data`` together with its buckets and objects."""
        try:
            params = {"uid": uid, "purge-data": str(purge_data).lower()}
            self._send("DELETE", f"User '{uid}'", "remove it", params)
        except DiagnosisError as error:
            if error.code in _HAS_BUCKETS:
                raise DiagnosisError(
                    f"User '{uid}'",
                    "it still owns buckets",
                    "Remove these first, or set purge_data to remove them with all that is in them",
                    code=error.code,
                ) from error
            raise

    def _read(self, subject: str, doing: str, params: dict[str, str]) -> dict[str, Any]:
        answer = self._send("GET", subject, doing, params)
        try:
            told = answer.json()
        except ValueError as error:
            raise no_gateway(self._connection, subject) from error
        if not isinstance(told, dict):
            raise no_gateway(self._connection, subject)
        return told

    def _send(self, method: str, subject: str, doing: str, params: Mapping[str, str]) -> requests.Response:
        # Decoding twice harms only a value that looks as if it were quoted: a + in a secret key would become a space.
        if any(unquote_plus(value) != value for value in params.values()) and self._decodes_twice:
            params = {name: quote(value, safe="") for name, value in params.items()}
        return self._session.send(method, _PATH, subject, doing, params)

    @cached_property
    def _decodes_twice(self) -> bool:
        """Whether the gateway decodes parameters once too often, as Ceph 20.2 does and 18.2 doesn't.

        Found out by asking for a user that exists under a name that is quoted once too often.
        """
        subject = self._connection.subject
        listed = self._session.send("GET", _PATH, subject, "list users", {"list": "", "max-entries": "1"})
        uid = str(listed.json()["keys"][0])
        quoted = "".join(f"%{byte:02X}" for byte in uid.encode())
        try:
            self._session.send("GET", _PATH, subject, "read a user", {"uid": quoted})
        except DiagnosisError as error:
            if error.code == "NoSuchUser":
                return False
            raise
        return True
