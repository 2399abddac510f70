#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: managed_cluster_info
short_description: Read the clusters that are registered with a hub
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Returns the C(ManagedCluster) objects of a hub of Open Cluster Management or Red Hat Advanced Cluster Management, with
    what the hub says about each, when its agent last showed life, and which add-on agents it has.
options:
  names:
    description: Return clusters of these names only. Those that aren't there are left out.
    type: list
    elements: str
  label_selectors:
    description: Return only clusters whose labels match all of these, for example V(region=east).
    type: list
    elements: str
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
seealso:
  - module: medical.diagnosis.managed_cluster
"""

EXAMPLES = r"""
- name: Read the clusters of the canary wave
  medical.diagnosis.managed_cluster_info:
    context: hub
    label_selectors: [wave=canary]
  register: canaries

- name: Name those whose agent is silent
  ansible.builtin.debug:
    msg: "{{ item.name }}: last seen {{ item.lease_age }} s ago"
  loop: "{{ canaries.clusters | rejectattr('available') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
clusters:
  description: The clusters, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the managed cluster.
      type: str
      returned: always
      sample: facility-east
    labels:
      description: Its labels.
      type: dict
      returned: always
      sample: {region: east}
    annotations:
      description: Its annotations.
      type: dict
      returned: always
      sample: {}
    cluster_set:
      description: The C(ManagedClusterSet) that it belongs to; empty for none.
      type: str
      returned: always
      sample: facilities
    cluster_uid:
      description: Identity of the cluster, the UID of its namespace C(kube-system); empty where nobody has told.
      type: str
      returned: always
      sample: 2f0d5f9e-6f0b-4b57-8b51-0d6f5a3a9f3c
    version:
      description: Its Kubernetes version; empty before it has joined.
      type: str
      returned: always
      sample: v1.34.4
    accepted:
      description: Whether the hub has accepted it.
      type: bool
      returned: always
      sample: true
    joined:
      description: Whether its agent has ever joined.
      type: bool
      returned: always
      sample: true
    available:
      description: Whether its agent is alive and its API server well.
      type: bool
      returned: always
      sample: true
    conditions:
      description: All that the hub says about it.
      type: list
      elements: dict
      returned: always
      sample:
        - type: ManagedClusterConditionAvailable
          status: "True"
          reason: ManagedClusterAvailable
          message: Managed cluster is available
          since: "2026-11-24T18:16:21Z"
    created:
      description: When it was registered.
      type: str
      returned: always
      sample: "2026-11-24T18:16:02Z"
    being_deleted:
      description: Whether somebody is taking it out.
      type: bool
      returned: always
      sample: false
    claims:
      description: What its agent claims of it, by name.
      type: dict
      returned: always
      sample: {}
    capacity:
      description: What its nodes have.
      type: dict
      returned: always
      sample: {cpu: "2", memory: 16384Mi}
    allocatable:
      description: What its nodes have for pods.
      type: dict
      returned: always
      sample: {cpu: "2", memory: 16284Mi}
    taints:
      description: Its taints, which keep placements away.
      type: list
      elements: dict
      returned: always
      sample: []
    lease_renewed:
      description: When its agent last showed life, by its own clock; empty where it never has.
      type: str
      returned: always
      sample: "2026-11-24T18:20:21.123456Z"
    lease_age:
      description: Seconds since then, by the clock of the machine that runs the module.
      type: int
      returned: always
      sample: 12
    agents:
      description: Its add-on agents, each with whether it is available.
      type: list
      elements: dict
      returned: always
      sample: [{name: managed-serviceaccount, available: true}]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.info import read_clusters
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "names": {"type": "list", "elements": "str"},
            "label_selectors": {"type": "list", "elements": "str"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    params = module.params
    run_info(
        module, "clusters", lambda: read_clusters(connect(params), params["names"], params["label_selectors"] or [])
    )


if __name__ == "__main__":
    main()
