# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access control lists compared and written, in at most one request for additions and one for removals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl import (
    expand,
    matching,
    plan_absent,
    plan_present,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl_client import AclClient


class AclService:
    """What the modules do with access control lists."""

    def __init__(self, client: AclClient) -> None:
        self._client = client

    def describe(self, **conditions: str | None) -> list[dict[str, Any]]:
        """The entries that meet the conditions, as the info module returns them."""
        return [asdict(entry) for entry in matching(self._client.get(), **conditions)]

    def plan_present(self, wanted: Sequence[Mapping[str, Any]], purge_principals: Sequence[str]) -> list[Change]:
        """What is to become of entries that should be there (module options), and of others of the principals."""
        return plan_present(expand(wanted), self._client.get(), purge_principals)

    def plan_absent(self, wanted: Sequence[Mapping[str, Any]]) -> list[Change]:
        """What is to become of entries that should not be there."""
        return plan_absent(expand(wanted), self._client.get())

    def apply(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Write what differs: additions first, so that nobody is locked out in between."""
        additions = [change for change in changes if change.action == "create"]
        removals = [change for change in changes if change.action == "delete"]
        if additions:
            self._client.create([change.payload for change in additions])
        yield from (change for change in changes if change.action != "delete")
        if removals:
            self._client.delete([change.payload for change in removals])
        yield from removals
