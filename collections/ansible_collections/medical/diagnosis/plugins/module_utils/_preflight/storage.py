# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether volumes will find a storage class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict

CHECK = "storage class"
DEFAULT_ANNOTATION = "storageclass.kubernetes.io/is-default-class"


def judge_storage(classes: Iterable[Mapping[str, Any]], wanted: str) -> Verdict:
    """The verdict about a class by name, or about the default class where ``wanted`` is empty."""
    found = {one["metadata"]["name"]: _is_default(one) for one in classes}
    defaults = sorted(name for name, is_default in found.items() if is_default)
    expected = f"'{wanted}'" if wanted else "a default class"
    there = f"there {'is' if len(found) == 1 else 'are'} {', '.join(sorted(found))}" if found else "there is none"
    if wanted:
        if wanted in found:
            return Verdict(CHECK, OK, wanted, expected)
        return Verdict(CHECK, ERROR, there, expected, "Correct its name in the inventory, or create it in the cluster.")
    if not defaults:
        cure = f"Name one in the inventory, or give one the annotation {DEFAULT_ANNOTATION}=true."
        return Verdict(CHECK, ERROR, there if not found else f"{there}, none is the default", expected, cure)
    if len(defaults) > 1:
        cure = "Kubernetes takes the newest of them: leave one the default, or name one in the inventory."
        return Verdict(CHECK, WARNING, f"{len(defaults)} defaults: {', '.join(defaults)}", expected, cure)
    return Verdict(CHECK, OK, f"{defaults[0]} (default)", expected)


def _is_default(storage_class: Mapping[str, Any]) -> bool:
    return (storage_class["metadata"].get("annotations") or {}).get(DEFAULT_ANNOTATION) == "true"
