# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument spec of one Argo CD application; its documentation is in the module gitops_application."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]

DEFAULT_NAMESPACE = "argocd"
DEFAULT_PROJECT = "default"


def _list(**more: Any) -> Spec:
    return {"type": "list", "elements": "str", **more}


def _suboptions(options: Spec, **more: Any) -> Spec:
    return {"type": "dict", "options": options, **more}


def _items(options: Spec) -> Spec:
    return {"type": "list", "elements": "dict", "options": options}


HELM = _suboptions(
    {
        "release_name": {"type": "str"},
        "values": {"type": "dict"},
        "value_files": _list(),
        "parameters": _items(
            {
                "name": {"type": "str", "required": True},
                "value": {"type": "str", "required": True},
                "force_string": {"type": "bool"},
            }
        ),
        "skip_crds": {"type": "bool"},
    }
)
KUSTOMIZE = _suboptions(
    {
        "images": _list(),
        "patches": _items(
            {
                "patch": {"type": "str"},
                "path": {"type": "str"},
                "target": _suboptions(
                    {
                        "group": {"type": "str"},
                        "version": {"type": "str"},
                        "kind": {"type": "str"},
                        "name": {"type": "str"},
                        "namespace": {"type": "str"},
                        "label_selector": {"type": "str"},
                        "annotation_selector": {"type": "str"},
                    }
                ),
            }
        ),
        "components": _list(),
        "name_prefix": {"type": "str"},
        "name_suffix": {"type": "str"},
        "namespace": {"type": "str"},
        "common_labels": {"type": "dict"},
        "common_annotations": {"type": "dict"},
    }
)
DIRECTORY = _suboptions(
    {
        "recurse": {"type": "bool"},
        "include": {"type": "str"},
        "exclude": {"type": "str"},
    }
)
SOURCE = _suboptions(
    {
        "repo_url": {"type": "str", "required": True},
        "path": {"type": "str"},
        "chart": {"type": "str"},
        "target_revision": {"type": "str"},
        "helm": HELM,
        "kustomize": KUSTOMIZE,
        "directory": DIRECTORY,
    },
    mutually_exclusive=[("path", "chart"), ("helm", "kustomize", "directory")],
    required_one_of=[("path", "chart")],
)
DESTINATION = _suboptions(
    {
        "server": {"type": "str"},
        "name": {"type": "str"},
        "namespace": {"type": "str"},
    },
    mutually_exclusive=[("server", "name")],
    required_one_of=[("server", "name")],
)
SYNC_POLICY = _suboptions(
    {
        "automated": _suboptions(
            {
                "enabled": {"type": "bool"},
                "prune": {"type": "bool"},
                "self_heal": {"type": "bool"},
                "allow_empty": {"type": "bool"},
            }
        ),
        "sync_options": _list(),
        "retry": _suboptions(
            {
                "limit": {"type": "int"},
                "refresh": {"type": "bool"},
                "backoff": _suboptions(
                    {
                        "duration": {"type": "str"},
                        "factor": {"type": "int"},
                        "max_duration": {"type": "str"},
                    }
                ),
            }
        ),
    }
)
IGNORE_DIFFERENCES = _items(
    {
        "group": {"type": "str"},
        "kind": {"type": "str", "required": True},
        "name": {"type": "str"},
        "namespace": {"type": "str"},
        "json_pointers": _list(),
        "jq_path_expressions": _list(),
        "managed_fields_managers": _list(),
    }
)
# What becomes the spec of the Application, option by option.
APPLICATION_SPEC: Spec = {
    "project": {"type": "str", "default": DEFAULT_PROJECT},
    "source": SOURCE,
    "destination": DESTINATION,
    "sync_policy": SYNC_POLICY,
    "ignore_differences": IGNORE_DIFFERENCES,
}
APPLICATION: Spec = {
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str", "default": DEFAULT_NAMESPACE},
    "labels": {"type": "dict"},
    "annotations": {"type": "dict"},
    "expected_revision": {"type": "str"},
    "history_id": {"type": "int"},
    **APPLICATION_SPEC,
}
