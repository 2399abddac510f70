#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_condition
short_description: Wait until Kubernetes objects have reached a condition or a phase
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Waits for objects of any kind, all together, such as what an operator makes of its custom resources.
  - A failure names the object, the condition or phase it is in, the operator's own message and what to do. It comes as
    soon as an object is in a phase that counts as failed, rather than at the end of O(wait_timeout).
  - An object whose operator hasn't seen its newest generation yet is waited for, whatever its status says.
  - The module only reads.
options:
  resources:
    description: The objects.
    type: list
    elements: dict
    required: true
    suboptions:
      api_version:
        description: C(apiVersion) of the object.
        type: str
        required: true
      kind:
        description: Kind of the object.
        type: str
        required: true
      name:
        description: Name of the object.
        type: str
        required: true
      namespace:
        description: Namespace of the object; leave it out for kinds that have none.
        type: str
      condition:
        description: Condition that has to have O(resources[].status).
        type: str
        default: Ready
      status:
        description: Status that the condition has to have; V("False") for one that is good when it is gone, such as C(Progressing).
        type: str
        choices: ["True", "False"]
        default: "True"
      phases:
        description: Phases (C(status.phase)) that are as good as it gets. If set, O(resources[].condition) is not looked at.
        type: list
        elements: str
        default: []
      failed_phases:
        description: Phases that count as failed.
        type: list
        elements: str
        default: []
      failed_timeout:
        description:
          - For how many seconds a failed phase, or a condition that is the opposite of what it has to be, has to last before
            the task fails.
          - If not set, a failed phase fails the task at once and a condition is waited for until the end of O(wait_timeout),
            since many operators say that they aren't ready while they are at work.
        type: int
  wait:
    description: Whether to wait. If not, the objects are looked at once and nothing fails.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait, for all objects together.
    type: int
    default: 600
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
notes:
  - In check mode the objects are looked at once, since what would create them hasn't run either.
seealso:
  - module: medical.diagnosis.operator_subscription
  - module: kubernetes.core.k8s_info
"""

EXAMPLES = r"""
- name: Wait until the hub runs
  medical.diagnosis.resource_condition:
    context: hub
    resources:
      - api_version: operator.open-cluster-management.io/v1
        kind: MultiClusterHub
        namespace: open-cluster-management
        name: multiclusterhub
        phases: [Running]
    wait_timeout: 1800

- name: Wait until a facility's storage, Kafka and event source are there
  medical.diagnosis.resource_condition:
    context: facility-east
    resources:
      - api_version: ocs.openshift.io/v1
        kind: StorageCluster
        namespace: openshift-storage
        name: ocs-storagecluster
        phases: [Ready]
        failed_phases: [Error]
        failed_timeout: 120
      - api_version: kafka.strimzi.io/v1beta2
        kind: Kafka
        namespace: xraylab-1
        name: xray-cluster
      - api_version: sources.knative.dev/v1beta1
        kind: KafkaSource
        namespace: xraylab-1
        name: xray-images
"""

RETURN = r"""
resources:
  description: The objects in the order of the task, as they were last seen.
  returned: success
  type: list
  elements: dict
  contains:
    api_version:
      description: C(apiVersion) of the object.
      type: str
      returned: always
      sample: kafka.strimzi.io/v1beta2
    kind:
      description: Kind of the object.
      type: str
      returned: always
      sample: Kafka
    namespace:
      description: Namespace of the object; empty for none.
      type: str
      returned: always
      sample: xraylab-1
    name:
      description: Name of the object.
      type: str
      returned: always
      sample: xray-cluster
    exists:
      description: Whether it is there.
      type: bool
      returned: always
      sample: true
    reached:
      description: Whether it is as far as was asked for.
      type: bool
      returned: always
      sample: true
    detail:
      description: What is still missing, in words.
      type: str
      returned: always
      sample: ""
    phase:
      description: Its phase; empty for none.
      type: str
      returned: always
      sample: ""
    conditions:
      description: Its conditions.
      type: list
      elements: dict
      returned: always
      sample:
        - type: Ready
          status: "True"
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._conditions.service import ResourceConditions
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_info

RESOURCE_OPTIONS: dict[str, dict[str, Any]] = {
    "api_version": {"type": "str", "required": True},
    "kind": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "namespace": {"type": "str"},
    "condition": {"type": "str", "default": "Ready"},
    "status": {"type": "str", "choices": ["True", "False"], "default": "True"},
    "phases": {"type": "list", "elements": "str", "default": []},
    "failed_phases": {"type": "list", "elements": "str", "default": []},
    "failed_timeout": {"type": "int"},
}


def read(params: Mapping[str, Any], *, wait: bool) -> list[dict[str, Any]]:
    """The objects that the options name, once they are as far as is asked for."""
    service = ResourceConditions(connect(params), params["resources"])
    return service.wait(params["wait_timeout"]) if wait else service.read()


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "resources": {"type": "list", "elements": "dict", "required": True, "options": RESOURCE_OPTIONS},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    wait = module.params["wait"] and not module.check_mode
    run_info(module, "resources", lambda: read(module.params, wait=wait))


if __name__ == "__main__":
    main()
