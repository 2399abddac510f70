# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster's access control lists, read and written in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl import Acl
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.faults import told_by_broker
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient


class AclClient:
    """Reads and writes access control lists; every fault is a DiagnosisError."""

    def __init__(self, client: KafkaClient) -> None:
        self._client = client

    def get(self) -> list[Acl]:
        """All entries there are."""
        names = lib.admin
        everything = names.ACLFilter(
            principal=None,
            host=None,
            operation=names.ACLOperation.ANY,
            permission_type=names.ACLPermissionType.ANY,
            resource_pattern=names.ResourcePatternFilter(
                names.ResourceType.ANY, None, names.ACLResourcePatternType.ANY
            ),
        )
        answer = self._client.call(
            self._client.connection.subject, "read access control lists", lambda admin: admin.describe_acls(everything)
        )
        return [_from_kafka(entry) for entry in answer[0]]

    def create(self, entries: Sequence[Acl]) -> None:
        """Add entries; all of them or an error that names one."""
        told = self._client.call(
            self._client.connection.subject,
            "add access control lists",
            lambda admin: admin.create_acls([_to_kafka(entry, lib.admin.ACL) for entry in entries]),
        )
        if told["failed"]:
            written = {_from_kafka(entry) for entry in told["succeeded"]}
            failed = next(entry for entry in entries if entry not in written)
            raise self._fault(failed, "add it", told["failed"][0])

    def delete(self, entries: Sequence[Acl]) -> None:
        """Remove entries; all of them or an error that names one."""
        told = self._client.call(
            self._client.connection.subject,
            "remove access control lists",
            lambda admin: admin.delete_acls([_to_kafka(entry, lib.admin.ACLFilter) for entry in entries]),
        )
        for entry, (*_matched, kind) in zip(entries, told):
            if kind is not lib.errors.NoError:
                raise self._fault(entry, "remove it", kind)

    def _fault(self, entry: Acl, doing: str, kind: Any) -> DiagnosisError:
        return told_by_broker(self._client.connection, f"ACL '{entry.name}'", doing, kind())


def _to_kafka(entry: Acl, kind: Any) -> Any:
    """The entry as kafka-python's ``ACL``, or as the ``ACLFilter`` that matches it alone."""
    names = lib.admin
    return kind(
        principal=entry.principal,
        host=entry.host,
        operation=names.ACLOperation[entry.operation.upper()],
        permission_type=names.ACLPermissionType[entry.permission.upper()],
        resource_pattern=names.ResourcePattern(
            names.ResourceType[entry.resource_type.upper()],
            entry.resource_name,
            names.ACLResourcePatternType[entry.pattern_type.upper()],
        ),
    )


def _from_kafka(entry: Any) -> Acl:
    pattern = entry.resource_pattern
    return Acl(
        principal=entry.principal,
        resource_type=pattern.resource_type.name.lower(),
        resource_name=pattern.resource_name,
        pattern_type=pattern.pattern_type.name.lower(),
        operation=entry.operation.name.lower(),
        permission=entry.permission_type.name.lower(),
        host=entry.host,
    )
