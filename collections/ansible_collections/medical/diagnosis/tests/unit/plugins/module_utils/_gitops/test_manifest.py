# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.arguments import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.manifest import application_manifest

SOURCE = {"repo_url": "https://git.example/a.git", "path": "charts/a"}
DESTINATION = {"name": "facility-east", "namespace": "xraylab-1"}


def validate(**options: Any) -> Any:
    """What Ansible makes of the options of one application."""
    spec = {"applications": {"type": "list", "elements": "dict", "options": APPLICATION}}
    return ArgumentSpecValidator(spec).validate({"applications": [options]})


def manifest(**options: Any) -> dict[str, Any]:
    result = validate(**{"name": "a", "source": SOURCE, "destination": DESTINATION, **options})
    assert not result.error_messages
    return application_manifest(result.validated_parameters["applications"][0])


def test_names_of_the_kind() -> None:
    source = {
        **SOURCE,
        "target_revision": "main",
        "helm": {
            "release_name": "r",
            "values": {"snake_case": {"min_scale": 0}, "off": False, "nothing": None, "empty": {}},
            "value_files": ["a.yaml"],
            "parameters": [{"name": "image.tag", "value": "1", "force_string": True}],
        },
    }
    policy = {
        "automated": {"prune": True, "self_heal": True},
        "sync_options": ["ServerSideApply=true"],
        "retry": {"limit": -1, "refresh": True, "backoff": {"duration": "5s", "factor": 2, "max_duration": "1m"}},
    }
    ignored = [
        {"group": "apps", "kind": "Deployment", "json_pointers": ["/spec/replicas"], "jq_path_expressions": [".x"]}
    ]
    assert manifest(source=source, sync_policy=policy, ignore_differences=ignored)["spec"] == {
        "project": "default",
        "source": {
            "repoURL": "https://git.example/a.git",
            "path": "charts/a",
            "targetRevision": "main",
            "helm": {
                "releaseName": "r",
                "valuesObject": {"snake_case": {"min_scale": 0}, "off": False, "nothing": None, "empty": {}},
                "valueFiles": ["a.yaml"],
                "parameters": [{"name": "image.tag", "value": "1", "forceString": True}],
            },
        },
        "destination": {"name": "facility-east", "namespace": "xraylab-1"},
        "syncPolicy": {
            "automated": {"prune": True, "selfHeal": True},
            "syncOptions": ["ServerSideApply=true"],
            "retry": {"limit": -1, "refresh": True, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "1m"}},
        },
        "ignoreDifferences": [
            {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"], "jqPathExpressions": [".x"]}
        ],
    }


def test_kustomize_and_directory() -> None:
    patch = {"target": {"kind": "ConfigMap", "label_selector": "a=b"}, "patch": "- op: remove"}
    kustomize = {"images": ["a=b@sha256:1"], "patches": [patch], "common_labels": {"some_key": "x"}}
    assert manifest(source={**SOURCE, "kustomize": kustomize})["spec"]["source"]["kustomize"] == {
        "images": ["a=b@sha256:1"],
        "patches": [{"target": {"kind": "ConfigMap", "labelSelector": "a=b"}, "patch": "- op: remove"}],
        "commonLabels": {"some_key": "x"},
    }
    directory = {"recurse": True, "exclude": "*.md"}
    assert manifest(source={**SOURCE, "directory": directory})["spec"]["source"]["directory"] == directory


def test_labels_and_annotations_are_strings() -> None:
    metadata = manifest(labels={"wave": 1}, annotations={"on": True})["metadata"]
    assert metadata == {"name": "a", "namespace": "argocd", "labels": {"wave": "1"}, "annotations": {"on": "True"}}


def test_an_empty_automated_policy_means_something_and_other_empty_things_do_not() -> None:
    spec = manifest(
        source={**SOURCE, "helm": {"values": {}, "parameters": []}},
        sync_policy={"automated": {"prune": False}, "sync_options": []},
        ignore_differences=[],
    )["spec"]
    assert "helm" not in spec["source"]
    assert "ignoreDifferences" not in spec
    assert spec["syncPolicy"] == {"automated": {}}
    assert "syncPolicy" not in manifest(sync_policy={})["spec"]


def test_a_retry_limit_of_zero_is_a_retry_policy_without_retries() -> None:
    assert manifest(sync_policy={"retry": {"limit": 0}})["spec"]["syncPolicy"] == {"retry": {}}


def test_switching_the_automated_policy_off_is_said() -> None:
    assert manifest(sync_policy={"automated": {"enabled": False}})["spec"]["syncPolicy"] == {
        "automated": {"enabled": False}
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"source": {**SOURCE, "chart": "b"}}, "mutually exclusive: path|chart"),
        ({"source": {"repo_url": "x"}}, "one of the following is required: path, chart"),
        ({"source": {**SOURCE, "helm": {}, "kustomize": {}}}, "mutually exclusive: helm|kustomize|directory"),
        ({"destination": {"name": "a", "server": "https://a"}}, "mutually exclusive: server|name"),
        ({"destination": {"namespace": "a"}}, "one of the following is required: server, name"),
        ({"sync_policy": {"automatic": {}}}, "automatic. Supported parameters include: automated"),
    ],
)
def test_options_that_do_not_go_together(options: dict[str, Any], message: str) -> None:
    result = validate(**{"name": "a", "source": SOURCE, "destination": DESTINATION, **options})
    assert message in "; ".join(result.error_messages)
