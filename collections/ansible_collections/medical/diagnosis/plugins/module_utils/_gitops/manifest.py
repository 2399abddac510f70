# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of one application to the manifest of its ``Application``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.arguments import APPLICATION_SPEC
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION

# Where camel case of the option isn't what the kind calls it.
FIELDS = {"repo_url": "repoURL", "values": "valuesObject"}
# Argo CD's own writes drop a false, a zero and an empty string, which mean the same to it as nothing, except for these.
MEANINGFUL_ZERO = frozenset({"enabled", "factor"})
# Argo CD takes these out of the spec where they say nothing.
DROPPED_EMPTY = frozenset({"values", "helm", "kustomize", "directory", "sync_policy"})


def application_manifest(options: Mapping[str, Any]) -> dict[str, Any]:
    """The ``Application`` that the options of one application (see :mod:`arguments`) ask for."""
    metadata = {"name": options["name"], "namespace": options["namespace"]}
    for part in ("labels", "annotations"):
        if options[part]:
            metadata[part] = {key: str(value) for key, value in options[part].items()}
    return {
        "apiVersion": APPLICATION.api_version,
        "kind": APPLICATION.name,
        "metadata": metadata,
        "spec": _fields(options, APPLICATION_SPEC),
    }


def _fields(options: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are given, under the names of the kind. Free mappings such as Helm's values stay as they are."""
    fields = {}
    for option, rules in spec.items():
        value = options.get(option)
        if value is None or (value in (False, 0, "") and option not in MEANINGFUL_ZERO):
            continue
        if "options" in rules:
            value = _nested(value, rules["options"])
        if value in ({}, []) and (option in DROPPED_EMPTY or isinstance(value, list)):
            continue
        fields[FIELDS.get(option) or _camel(option)] = value
    return fields


def _nested(value: Any, spec: Mapping[str, Any]) -> Any:
    return [_fields(item, spec) for item in value] if isinstance(value, list) else _fields(value, spec)


def _camel(option: str) -> str:
    first, *rest = option.split("_")
    return first + "".join(word.capitalize() for word in rest)
