# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rights the user of a connection has to have, one question to the API server each, and what the answers mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, Verdict

CHECK = "permissions"
# More of them in a table hide the message; the first ones say what is wrong.
SHOWN = 4


@dataclass(frozen=True)
class Permission:
    """One verb on one resource.

    :param resource: its plural, with a subresource behind a slash.
    :param namespace: where; empty for everywhere.
    """

    verb: str
    group: str
    resource: str
    namespace: str = ""

    def review(self) -> dict[str, Any]:
        """The ``SelfSubjectAccessReview`` that asks for it."""
        parts = self.resource.partition("/")
        attributes = {"verb": self.verb, "group": self.group, "resource": parts[0], "subresource": parts[2]}
        return {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {**attributes, "namespace": self.namespace}},
        }

    def __str__(self) -> str:
        if self == EVERYTHING:
            return "everything (cluster-admin)"
        resource = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {resource}" + (f" in {self.namespace}" if self.namespace else "")


#: Who may do this may do all else, too.
EVERYTHING = Permission("*", "*", "*")


def permissions_of(rules: Sequence[Mapping[str, Any]]) -> Iterator[Permission]:
    """Every single permission that a list of rules stands for."""
    for rule in rules:
        for resource in rule["resources"]:
            for verb in rule["verbs"]:
                yield Permission(verb, rule["group"], resource, rule["namespace"] or "")


def judge_permissions(user: str, wanted: Sequence[Permission], missing: Sequence[Permission]) -> Verdict:
    """The verdict about the permissions that ``user`` lacks of those that are wanted."""
    expected = str(wanted[0]) if len(wanted) == 1 else f"{len(wanted)} permissions"
    if not missing:
        return Verdict(CHECK, OK, "all of them" if len(wanted) > 1 else "may do it", expected)
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    found = f"{user or 'this user'} may not {', '.join(map(str, missing[:SHOWN]))}{more}"
    cure = "Bind a ClusterRole that allows it to this user, or name another user's kubeconfig or context."
    return Verdict(CHECK, ERROR, found, expected, cure)
