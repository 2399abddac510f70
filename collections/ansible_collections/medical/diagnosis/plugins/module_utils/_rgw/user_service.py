# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users compared and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.user import User, plan_absent, plan_present
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.user_client import UserClient


class UserService:
    """What the modules do with users.

    :param own_key: the access key that the client acts with.
    """

    def __init__(self, client: UserClient, own_key: str) -> None:
        self._client = client
        self._own_key = own_key

    def read(self, uids: Sequence[str]) -> dict[str, User]:
        """Uid -> user, of those that exist."""
        found = ((uid, self._client.get(uid)) for uid in uids)
        return {uid: user for uid, user in found if user is not None}

    def describe(self, uids: Sequence[str] | None) -> list[dict[str, Any]]:
        """The users as the info module returns them, without secrets; all where none are named."""
        found = self.read(self._client.uids() if uids is None else uids)
        return [{"uid": uid, **user.state} for uid, user in found.items()]

    def plan_present(self, wanted: Sequence[Mapping[str, Any]], purge_keys: bool) -> list[Change]:
        """What is to become of users that should be as ``wanted`` (module options)."""
        return plan_present(wanted, self.read([options["uid"] for options in wanted]), self._own_key, purge_keys)

    def plan_absent(self, wanted: Sequence[Mapping[str, Any]]) -> list[Change]:
        """What is to become of users that should not be there."""
        return plan_absent(wanted, self.read([options["uid"] for options in wanted]), self._own_key)

    def apply(self, changes: Sequence[Change], purge_data: bool) -> Iterator[Change]:
        """Write what differs, yielding each change when it is done."""
        for change in changes:
            if change.action == "delete":
                self._client.delete(change.name, purge_data)
            elif change.changed:
                for call in change.payload:
                    self._client.call(change.name, call)
            yield change
