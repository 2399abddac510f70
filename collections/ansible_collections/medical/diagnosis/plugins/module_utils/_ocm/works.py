# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ManifestWorks have put into a managed cluster, and what of that stays there when they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind

ORPHAN = "Orphan"
SELECTIVE = "SelectivelyOrphan"

Object = Mapping[str, Any]


def applied_resources(applied_work: Object, work: Object | None) -> Iterator[tuple[Kind, str | None, str, bool]]:
    """Kind, namespace and name of each resource of an AppliedManifestWork, and whether it stays when that goes.

    :param work: the ManifestWork on the hub that it came from, which says what stays; None where it is gone.
    """
    for resource in (applied_work.get("status") or {}).get("appliedResources") or []:
        # the resource's own kind isn't told, so people read the plural
        kind = Kind(resource.get("group") or "", resource["version"], resource["resource"], resource["resource"], "it")
        yield kind, resource.get("namespace") or None, resource["name"], _stays(resource, work)


def _stays(resource: Object, work: Object | None) -> bool:
    option = ((work or {}).get("spec") or {}).get("deleteOption") or {}
    policy = option.get("propagationPolicy")
    if policy == SELECTIVE:
        rules = (option.get("selectivelyOrphans") or {}).get("orphaningRules") or []
        return any(_matches(rule, resource) for rule in rules)
    return bool(policy == ORPHAN)


def _matches(rule: Object, resource: Object) -> bool:
    parts = ("group", "resource", "namespace", "name")
    return all((rule.get(part) or "") == (resource.get(part) or "") for part in parts)
