# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access control lists of Kafka: entries compared as a whole, there or not there. No network here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

RESOURCE_TYPES = ("topic", "group", "cluster", "transactional_id", "delegation_token", "user")
PATTERN_TYPES = ("literal", "prefixed")
PERMISSIONS = ("allow", "deny")
OPERATIONS = (
    "all",
    "read",
    "write",
    "create",
    "delete",
    "alter",
    "describe",
    "cluster_action",
    "describe_configs",
    "alter_configs",
    "idempotent_write",
    "create_tokens",
    "describe_tokens",
)
# The one resource of type cluster.
CLUSTER = "kafka-cluster"


@dataclass(frozen=True, order=True)
class Acl:
    """One entry: whether ``principal`` may do one operation on the resources that match."""

    principal: str
    resource_type: str
    resource_name: str
    pattern_type: str
    operation: str
    permission: str
    host: str

    @property
    def name(self) -> str:
        """The entry in words."""
        pattern = " prefixed" if self.pattern_type == "prefixed" else ""
        where = "" if self.host == "*" else f" from {self.host}"
        resource = f"{self.resource_type}{pattern} '{self.resource_name}'"
        return f"{self.permission} {self.principal} {self.operation} {resource}{where}"


def expand(wanted: Sequence[Mapping[str, Any]]) -> list[Acl]:
    """The single entries of module options, each of which may name several operations; without doubles."""
    found: dict[Acl, None] = {}
    for options in wanted:
        resource_name = _resource_name(options)
        for operation in options["operations"]:
            entry = Acl(
                principal=options["principal"],
                resource_type=options["resource_type"],
                resource_name=resource_name,
                pattern_type=options["pattern_type"],
                operation=operation,
                permission=options["permission"],
                host=options["host"],
            )
            found[entry] = None
    return list(found)


def plan_present(wanted: Sequence[Acl], current: Iterable[Acl], purge_principals: Iterable[str]) -> list[Change]:
    """What is to become of the entries.

    :param current: all there are.
    :param purge_principals: those whose other entries are to go.
    :returns: changes in the order of ``wanted``, then the removals; the payload is the Acl.
    """
    there, purged = set(current), set(purge_principals)
    changes = [_change(entry, entry in there, True) for entry in wanted]
    strangers = sorted(entry for entry in there - set(wanted) if entry.principal in purged)
    return changes + [_change(entry, True, False) for entry in strangers]


def plan_absent(wanted: Sequence[Acl], current: Iterable[Acl]) -> list[Change]:
    """What is to become of entries that should not be there."""
    there = set(current)
    return [_change(entry, entry in there, False) for entry in wanted]


def _resource_name(options: Mapping[str, Any]) -> str:
    name = options.get("resource_name")
    if options["resource_type"] == "cluster":
        if name not in (None, CLUSTER):
            raise DiagnosisError(
                f"ACL of {options['principal']}",
                f"there is no cluster '{name}' to give rights on",
                f"Leave resource_name out for the cluster: it is always {CLUSTER}",
            )
        return CLUSTER
    if not name:
        raise DiagnosisError(
            f"ACL of {options['principal']}",
            f"it has no resource_name for its {options['resource_type']}",
            "Name one, or * for all",
        )
    return str(name)


def _change(entry: Acl, there: bool, wanted: bool) -> Change:
    state = asdict(entry)
    return Change(
        name=entry.name, before=state if there else None, after=state if wanted else None, result=state, payload=entry
    )


def matching(entries: Iterable[Acl], **conditions: str | None) -> Iterator[Acl]:
    """The entries whose fields are as the conditions say, where these aren't None; sorted."""
    asked = {name: value for name, value in conditions.items() if value is not None}
    return iter(sorted(entry for entry in entries if asked.items() <= asdict(entry).items()))
