# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users compared and written, all in one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user import plan_absent, plan_present
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user_client import UserClient


class UserService:
    """What the modules do with users."""

    def __init__(self, client: UserClient) -> None:
        self._client = client

    def describe(self, names: Sequence[str] | None) -> list[dict[str, Any]]:
        """The users as the info module returns them; all where none are named."""
        found = self._client.get(names)
        order = sorted(found) if names is None else [name for name in names if name in found]
        return [{"name": name, "mechanisms": dict(found[name])} for name in order]

    def plan_present(self, wanted: Sequence[Mapping[str, Any]], update_password: bool) -> list[Change]:
        """What is to become of users that should be as ``wanted`` (module options)."""
        current = self._client.get([options["name"] for options in wanted])
        return plan_present(wanted, current, update_password, self._client.password_differs)

    def plan_absent(self, wanted: Sequence[Mapping[str, Any]]) -> list[Change]:
        """What is to become of users that should not be there."""
        return plan_absent(wanted, self._client.get([options["name"] for options in wanted]))

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write what differs, then yield each change that was done; raises the first fault after them."""
        writes = [change.payload for change in changes if change.action in ("create", "update")]
        removals = {change.name: change.payload for change in changes if change.action == "delete"}
        faults = self._client.write(writes) if writes else {}
        if removals:
            faults |= self._client.delete(removals)
        for change in changes:
            if change.name not in faults:
                yield change
        for fault in faults.values():
            raise fault
