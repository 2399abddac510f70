#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gitops_application_info
short_description: Read Argo CD applications
version_added: 0.1.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Returns Argo CD's C(Application) objects with what Argo CD says about them, what isn't as it should be, and the
    revisions that were synced before.
options:
  names:
    description: Return applications of these names only. Those that aren't there are left out.
    type: list
    elements: str
  namespace:
    description: Namespace of the C(Application) objects, on the cluster that Argo CD runs in.
    type: str
    default: argocd
  label_selectors:
    description: Return only applications whose labels match all of these, for example V(facility=east).
    type: list
    elements: str
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
seealso:
  - module: medical.diagnosis.gitops_application
"""

EXAMPLES = r"""
- name: Read all applications
  medical.diagnosis.gitops_application_info:
    context: hub
  register: fleet

- name: Name those that aren't synced and healthy
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.sync_status }}, {{ item.health_status }}"
  loop: "{{ fleet.applications }}"
  loop_control:
    label: "{{ item.name }}"
  when: item.sync_status != 'Synced' or item.health_status != 'Healthy'
"""

RETURN = r"""
applications:
  description: The applications, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the application.
      type: str
      returned: always
      sample: facility-east-database
    namespace:
      description: Namespace of the C(Application) object.
      type: str
      returned: always
      sample: argocd
    labels:
      description: Labels of the C(Application) object.
      type: dict
      returned: always
      sample: {facility: east}
    project:
      description: Argo CD project of the application.
      type: str
      returned: always
      sample: medical-diagnosis
    source:
      description: Where its manifests come from, as in the C(Application). Empty for one of several sources.
      type: dict
      returned: always
      sample:
        repoURL: https://git.hub.example/medical-diagnosis.git
        targetRevision: main
        path: gitops/facility/database
    sources:
      description: Where its manifests come from, for one of several sources.
      type: list
      elements: dict
      returned: always
      sample: []
    destination:
      description: Where it goes.
      type: dict
      returned: always
      sample: {name: facility-east, namespace: xraylab-1}
    automated:
      description: Whether Argo CD syncs it by itself.
      type: bool
      returned: always
      sample: true
    sync_status:
      description: V(Synced), V(OutOfSync) or V(Unknown).
      type: str
      returned: always
      sample: Synced
    health_status:
      description: V(Healthy), V(Progressing), V(Degraded), V(Suspended), V(Missing) or V(Unknown).
      type: str
      returned: always
      sample: Healthy
    target_revision:
      description: Branch, tag, commit or version range that is asked for.
      type: str
      returned: always
      sample: main
    revision:
      description: Commit or version that it stood for when Argo CD last looked; empty if it never has.
      type: str
      returned: always
      sample: 7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d
    reconciled_at:
      description: When Argo CD last compared it with the repository.
      type: str
      returned: always
      sample: "2026-11-24T14:02:11Z"
    conditions:
      description: Argo CD's errors and warnings about it.
      type: list
      elements: dict
      returned: always
      sample: []
    out_of_sync:
      description: The resources that aren't as the repository says.
      type: list
      elements: dict
      returned: always
      sample: []
    unhealthy:
      description: The resources that aren't healthy, where Argo CD writes the health of each down.
      type: list
      elements: dict
      returned: always
      sample: []
    operation:
      description: The newest sync, with its phase, message, failures, revision, start and end.
      type: dict
      returned: always
      sample:
        phase: Succeeded
        message: successfully synced (all tasks run)
        failures: []
        revision: 7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d
        started_at: "2026-11-24T14:02:12Z"
        finished_at: "2026-11-24T14:02:19Z"
    images:
      description: The container images that its resources use.
      type: list
      elements: str
      returned: always
      sample: ["registry.hub.example/medical/postgresql@sha256:0a3f6d6c0f0e2c5b1b7a4d9c8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f"]
    history:
      description:
        - The revisions that were synced, oldest first, each with the source of then.
        - The V(id) is what O(medical.diagnosis.gitops_application#module:applications[].history_id) goes back to.
      type: list
      elements: dict
      returned: always
      sample:
        - id: 0
          revision: 7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d
          deployed_at: "2026-11-24T14:02:19Z"
          source:
            repoURL: https://git.hub.example/medical-diagnosis.git
            targetRevision: main
            path: gitops/facility/database
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.application import Application
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.arguments import DEFAULT_NAMESPACE
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_info


def read(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The applications that the options ask for."""
    found = connect(params).list(APPLICATION, params["namespace"], ",".join(params["label_selectors"] or []))
    names = params["names"]
    return [describe(entry) for entry in found if names is None or entry["metadata"]["name"] in names]


def describe(found: Mapping[str, Any]) -> dict[str, Any]:
    """One application as the module returns it."""
    application = Application(found)
    metadata, spec = found["metadata"], application.spec
    return {
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "labels": metadata.get("labels") or {},
        "project": spec["project"],
        "source": spec.get("source") or {},
        "sources": spec.get("sources") or [],
        "destination": spec["destination"],
        "automated": application.is_automated,
        "images": application.images,
        "history": application.history,
        **application.as_result(),
    }


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "names": {"type": "list", "elements": "str"},
            "namespace": {"type": "str", "default": DEFAULT_NAMESPACE},
            "label_selectors": {"type": "list", "elements": "str"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    run_info(module, "applications", lambda: read(module.params))


if __name__ == "__main__":
    main()
