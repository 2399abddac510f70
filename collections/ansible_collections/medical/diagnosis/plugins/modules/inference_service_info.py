#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: inference_service_info
short_description: Read Knative services that run a model
version_added: 0.1.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Returns Knative services with their revisions, told in the terms of those who run a model. Which image, by digest, each
    revision runs, how the traffic is split between them, between which bounds they scale, whether they are ready and, if
    not, why.
  - Can wait until the services are ready. A service counts as ready only once Knative has seen its newest generation; a
    C(Ready) that is left over from an older one doesn't.
options:
  names:
    description:
      - Return services of these names only. Those that aren't there are left out, or waited for with O(wait=true).
      - Needs O(namespace).
    type: list
    elements: str
  namespace:
    description: Return services of this namespace only; those of all namespaces if not set.
    type: str
  label_selectors:
    description: Return only services whose labels match all of these, for example V(app.kubernetes.io/part-of=pipeline).
    type: list
    elements: str
  wait:
    description: Whether to wait until all of the services are ready.
    type: bool
    default: false
  wait_timeout:
    description: For how many seconds to wait, for all services together.
    type: int
    default: 120
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
seealso:
  - module: medical.diagnosis.gitops_application
"""

EXAMPLES = r"""
- name: Wait until a facility's model serves in its newest revision
  medical.diagnosis.inference_service_info:
    context: facility-east
    namespace: xraylab-1
    names: [risk-assessment]
    wait: true
  register: inference

- name: Say which model reads how much of the films
  ansible.builtin.debug:
    msg: "{{ item.percent }} % {{ item.revision }} {{ item.tag }}"
  loop: "{{ inference.services[0].traffic }}"

- name: Read all services of the cluster
  medical.diagnosis.inference_service_info:
    context: facility-east
"""

RETURN = r"""
services:
  description: The services, by namespace and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the service.
      type: str
      returned: always
      sample: risk-assessment
    namespace:
      description: Namespace of the service.
      type: str
      returned: always
      sample: xraylab-1
    labels:
      description: Labels of the service.
      type: dict
      returned: always
      sample: {app.kubernetes.io/part-of: pipeline}
    url:
      description: Address of the service; empty while it has none.
      type: str
      returned: always
      sample: http://risk-assessment.xraylab-1.svc.cluster.local
    address:
      description: Address inside of the cluster; empty while it has none.
      type: str
      returned: always
      sample: http://risk-assessment.xraylab-1.svc.cluster.local
    ready:
      description: Whether it is ready in its newest generation.
      type: bool
      returned: always
      sample: true
    message:
      description: Why it isn't ready; empty where it is.
      type: str
      returned: always
      sample: 'Ready is False (RevisionFailed): Revision "risk-assessment-00002" failed with message: container exited'
    conditions:
      description: Knative's conditions of the service, each with type, status, reason, message and since when.
      type: list
      elements: dict
      returned: always
      sample:
        - type: Ready
          status: "True"
          reason: ""
          message: ""
          since: "2026-11-24T14:05:40Z"
    image:
      description: The image that is asked for.
      type: str
      returned: always
      sample: registry.hub.example/medical/risk-assessment@sha256:5f2b0f9c1a7d4e8b6c3a2f1e0d9c8b7a6f5e4d3c2b1a09f8e7d6c5b4a3f2e1d0
    scale:
      description:
        - How it is asked to scale. V(null) leaves one to the cluster's default.
        - V(min), V(max) and V(initial) are numbers of pods, V(target) is the requests a pod is meant to have at a time, and
          V(container_concurrency) those that it may have at most (V(0) is no limit).
      type: dict
      returned: always
      sample: {min: 1, max: 4, initial: null, target: null, container_concurrency: 8}
    latest_created_revision:
      description: The newest revision.
      type: str
      returned: always
      sample: risk-assessment-00002
    latest_ready_revision:
      description: The newest revision that has become ready.
      type: str
      returned: always
      sample: risk-assessment-00002
    revisions:
      description: The revisions, oldest first.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: Name of the revision.
          type: str
          returned: always
          sample: risk-assessment-00002
        created_at:
          description: When it was made.
          type: str
          returned: always
          sample: "2026-11-24T14:05:31Z"
        ready:
          description: Whether it is ready.
          type: bool
          returned: always
          sample: true
        message:
          description: Why it isn't ready; empty where it is.
          type: str
          returned: always
          sample: ""
        problems:
          description: What keeps its pods from running, where it isn't ready.
          type: list
          elements: str
          returned: always
          sample: []
        image:
          description: The image that it was made with.
          type: str
          returned: always
          sample: registry.hub.example/medical/risk-assessment:1.0.0
        image_digest:
          description: Digest of the image that it runs; empty where Knative was told not to resolve the tag.
          type: str
          returned: always
          sample: sha256:5f2b0f9c1a7d4e8b6c3a2f1e0d9c8b7a6f5e4d3c2b1a09f8e7d6c5b4a3f2e1d0
        scale:
          description: As RV(services[].scale), of the revision.
          type: dict
          returned: always
          sample: {min: 1, max: 4, initial: null, target: null, container_concurrency: 8}
        replicas:
          description: Pods that it has.
          type: int
          returned: always
          sample: 1
        desired_replicas:
          description: Pods that it is meant to have now.
          type: int
          returned: always
          sample: 1
    traffic:
      description: How requests are split.
      type: list
      elements: dict
      returned: always
      contains:
        revision:
          description: The revision that gets this share.
          type: str
          returned: always
          sample: risk-assessment-00001
        percent:
          description: The share.
          type: int
          returned: always
          sample: 90
        tag:
          description: Name by which this revision can be asked directly; empty for none.
          type: str
          returned: always
          sample: candidate
        url:
          description: Address of the tag; empty for none.
          type: str
          returned: always
          sample: http://candidate-risk-assessment.xraylab-1.svc.cluster.local
        latest:
          description: Whether the share goes to whatever revision is the newest that is ready.
          type: bool
          returned: always
          sample: false
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._inference.reader import InferenceServiceReader
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_info


def read(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The services that the options ask for, once they are ready where that is asked for too."""
    reader = InferenceServiceReader(
        connect(params),
        names=params["names"],
        namespace=params["namespace"],
        label_selector=",".join(params["label_selectors"] or []),
    )
    if params["wait"]:
        reader.wait(params["wait_timeout"])
    return reader.read()


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "names": {"type": "list", "elements": "str"},
            "namespace": {"type": "str"},
            "label_selectors": {"type": "list", "elements": "str"},
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 120},
        },
        required_by={"names": ["namespace"]},
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    run_info(module, "services", lambda: read(module.params))


if __name__ == "__main__":
    main()
