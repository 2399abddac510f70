#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: managed_cluster
short_description: Register clusters with a hub, and take them out with proof
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Registers clusters with a hub of Open Cluster Management or Red Hat Advanced Cluster Management (ACM), any number of
    them in one task. All are compared first, then those that differ are written, then all are waited for together.
  - A cluster counts as registered when the hub has accepted it, its agent has joined, and the agent has shown life since
    the import.
  - The agent's request for a certificate is approved only if the hub's account for newcomers has made it, for client
    authentication and no more, with the subject of the very cluster and, where the klusterlet is one agent (mode
    V(Singleton)), of the very Klusterlet that this task has installed there.
  - A cluster that another hub manages, or that this hub knows by another name, and a name that another cluster has are
    refused before anything is written. A cluster's identity is the UID of its namespace C(kube-system); it is kept as
    annotation C(medical.diagnosis/cluster-uid) of the C(ManagedCluster).
  - An import that stopped half-way is gone on with, and RV(clusters[].resumed) says what there was of it.
  - Two runs never write to the same managed cluster at once. A C(Lease) C(managed-cluster-NAME) in O(hub_namespace) says
    which run is at it; the second one fails with its name. The lease of a run that died ends after 30 seconds.
  - With O(state=absent) first the hub takes back what it has put into the cluster, then the klusterlet and its namespaces
    go, then the C(ManagedCluster) and its namespace on the hub, then the operator. RV(clusters[].proof) says what was
    looked for and what of it is gone. Nothing else in the cluster is touched; a namespace of the operator in which
    somebody else runs something is left.
options:
  clusters:
    description: The clusters.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the managed cluster on the hub. A DNS-1123 label, since the hub makes a namespace of this name.
        type: str
        required: true
      labels:
        description:
          - Labels of the C(ManagedCluster).
          - Those that others have set stay; one that an earlier task has set and this one leaves out is removed.
        type: dict
        default: {}
      annotations:
        description: Annotations of the C(ManagedCluster), treated like O(clusters[].labels).
        type: dict
        default: {}
      cluster_set:
        description:
          - The C(ManagedClusterSet) that the cluster belongs to, which has to be there.
          - If not set, the hub decides (Open Cluster Management takes V(default)).
        type: str
      accepted:
        description: Whether the hub accepts the cluster. With V(false) the agent is kept out, and not waited for.
        type: bool
        default: true
      import:
        description:
          - How to reach the cluster and how its agent gets there.
          - If not set, only the C(ManagedCluster) is written, for a cluster that imports itself.
          - One of O(clusters[].import.kubeconfig), O(clusters[].import.context) and O(clusters[].import.host) is needed.
        type: dict
        suboptions:
          method:
            description:
              - V(klusterlet) installs O(clusters[].import.definitions) in the cluster, with a bootstrap kubeconfig whose
                token ends after an hour.
              - V(auto_import_secret) hands ACM's import controller a kubeconfig of the cluster, and leaves it to that.
            type: str
            choices: [klusterlet, auto_import_secret]
            default: klusterlet
          kubeconfig:
            description: Kubeconfig file that tells how to reach the cluster. The hub's O(kubeconfig) if not set.
            type: path
          context:
            description: Context of that file; its current one if not set.
            type: str
          host:
            description: Address of the cluster's API server. Where it is set, no kubeconfig file is read.
            type: str
          api_key:
            description: Bearer token to authenticate with.
            type: str
          client_cert:
            description: File with the client certificate to authenticate with.
            type: path
          client_key:
            description: File with the private key of O(clusters[].import.client_cert).
            type: path
          ca_cert:
            description: File with the certificate authorities to trust.
            type: path
          validate_certs:
            description: Whether the API server's certificate must be valid. Turn it off for a test only.
            type: bool
          server:
            description:
              - Address of the cluster's API server as the hub reaches it, for
                O(clusters[].import.method=auto_import_secret).
              - The one that this machine uses if not set.
            type: str
          definitions:
            description:
              - The objects that OCM's klusterlet chart renders, its C(crds) and the operator's namespace included, without
                the bootstrap Secret. One of them is the C(Klusterlet).
              - With O(state=absent) they are what is removed once the klusterlet is gone, as far as this module has
                applied them.
              - Needed with O(clusters[].import.method=klusterlet) and O(state=present).
            type: list
            elements: dict
            default: []
  state:
    description: Whether the clusters are to be registered.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - With O(state=absent), whether to take a cluster out on the hub alone where its own API server can't be reached, and
        to give up on what a dead agent can't take away any more. RV(clusters[].proof) says what was left behind.
    type: bool
    default: false
  hub_server:
    description: Address of the hub's API server as the managed clusters reach it. The one that this machine uses if not set.
    type: str
  hub_ca_cert:
    description:
      - The certificate authorities by which managed clusters trust O(hub_server), as PEM text. An empty text stands for
        those that every machine trusts.
      - If not set, those by which the hub's own pods trust its API server.
    type: str
  hub_namespace:
    description: Namespace of the hub's operator, with the account for newcomers. The leases of this module are in it, too.
    type: str
    default: open-cluster-management
  bootstrap_service_account:
    description: The account in O(hub_namespace) that klusterlets register with.
    type: str
    default: cluster-bootstrap
  wait:
    description:
      - Whether to wait until all clusters are registered, or gone.
      - Without, nobody approves the agents' requests for certificates until the task runs again, and of a cluster that is
        to go, only that is taken away which can be at once.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait, for all clusters together.
    type: int
    default: 300
extends_documentation_fragment:
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
notes:
  - The connection options are about the hub.
  - The objects are written as field manager C(medical.diagnosis) by server-side apply.
  - In check mode the API servers themselves say what would become of each object (a server-side dry run). Where the hub
    isn't installed yet, all clusters would be created.
seealso:
  - module: medical.diagnosis.managed_cluster_info
"""

EXAMPLES = r"""
- name: Register two facilities with the hub
  medical.diagnosis.managed_cluster:
    context: hub
    hub_server: https://api.hub.example:6443
    clusters:
      - name: facility-east
        labels: {region: east, wave: canary}
        cluster_set: facilities
        import:
          context: facility-east
          definitions: "{{ klusterlet_definitions['facility-east'] }}"
      - name: facility-west
        labels: {region: west}
        cluster_set: facilities
        import:
          context: facility-west
          definitions: "{{ klusterlet_definitions['facility-west'] }}"

- name: Have ACM import a cluster
  medical.diagnosis.managed_cluster:
    context: hub
    clusters:
      - name: riverside
        labels: {cloud: auto-detect, vendor: auto-detect}
        import:
          method: auto_import_secret
          kubeconfig: /etc/medical-diagnosis/riverside.kubeconfig
    wait_timeout: 600

- name: Take a facility out
  medical.diagnosis.managed_cluster:
    context: hub
    clusters:
      - name: facility-west
        import:
          context: facility-west
          definitions: "{{ klusterlet_definitions['facility-west'] }}"
    state: absent
  register: detached

- name: Show the proof
  ansible.builtin.debug:
    var: detached.clusters[0].proof

- name: Forget a facility that has burnt down
  medical.diagnosis.managed_cluster:
    context: hub
    clusters:
      - name: facility-north
    state: absent
    force: true
"""

RETURN = r"""
clusters:
  description:
    - The clusters in the order of the task, in the state in which they were last seen.
    - On failure, those that had been dealt with.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the managed cluster.
      type: str
      returned: always
      sample: facility-east
    action:
      description: V(create), V(update), V(delete) or V(none); in check mode, what would be done.
      type: str
      returned: always
      sample: create
    changed:
      description: Whether there was anything to write.
      type: bool
      returned: always
      sample: true
    differences:
      description:
        - Dotted paths of what an update wrote; below C(cluster) on the hub, below C(agent) in the cluster.
      type: list
      elements: str
      returned: always
      sample: [cluster.metadata.labels.wave]
    accepted:
      description: Whether the hub has accepted it.
      type: bool
      returned: O(state=present)
      sample: true
    joined:
      description: Whether its agent has ever joined.
      type: bool
      returned: O(state=present)
      sample: true
    available:
      description: Whether its agent is alive and its API server well.
      type: bool
      returned: O(state=present)
      sample: true
    conditions:
      description: All that the hub says about it.
      type: list
      elements: dict
      returned: O(state=present)
      sample:
        - type: ManagedClusterConditionAvailable
          status: "True"
          reason: ManagedClusterAvailable
          message: Managed cluster is available
          since: "2026-11-24T18:16:21Z"
    labels:
      description: All its labels, those of others included.
      type: dict
      returned: O(state=present)
      sample: {cluster.open-cluster-management.io/clusterset: facilities, region: east}
    cluster_set:
      description: The C(ManagedClusterSet) that it belongs to; empty for none.
      type: str
      returned: O(state=present)
      sample: facilities
    cluster_uid:
      description: Identity of the cluster, the UID of its namespace C(kube-system); empty where nobody has told.
      type: str
      returned: O(state=present)
      sample: 2f0d5f9e-6f0b-4b57-8b51-0d6f5a3a9f3c
    version:
      description: Its Kubernetes version; empty before it has joined.
      type: str
      returned: O(state=present)
      sample: v1.34.4
    resumed:
      description: What there was of an earlier import that hadn't come to its end.
      type: list
      elements: str
      returned: O(state=present)
      sample: ["ManagedCluster 'facility-east' has never joined", "Klusterlet 'klusterlet' that hasn't registered"]
    approved_requests:
      description: Names of the certificate requests that were approved.
      type: list
      elements: str
      returned: O(state=present)
      sample: [facility-east-x7k2p]
    proof:
      description: What there was of the registration, on the hub and in the cluster, and what has become of it.
      type: dict
      returned: O(state=absent)
      contains:
        looked_for:
          description: The objects that were found when the task began.
          type: list
          elements: str
          returned: always
          sample: ["hub: ManagedCluster 'facility-west'", "cluster: Klusterlet 'klusterlet'"]
        gone:
          description: Those of them that aren't there any more.
          type: list
          elements: str
          returned: always
          sample: ["hub: ManagedCluster 'facility-west'", "cluster: Klusterlet 'klusterlet'"]
        there:
          description: Those of them that are.
          type: list
          elements: str
          returned: always
          sample: []
        left_behind:
          description: What was left on purpose, each with the reason.
          type: list
          elements: dict
          returned: always
          sample: []
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.absent import AbsentClusters
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.access import HubAccess
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.arguments import (
    CLUSTER,
    DEFAULT_BOOTSTRAP_ACCOUNT,
    DEFAULT_HUB_NAMESPACE,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.present import PresentClusters
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_changes


def service_for(params: Mapping[str, Any]) -> PresentClusters | AbsentClusters:
    """The service for the state that is wanted, connected."""
    hub = HubAccess(params)
    wait_timeout = params["wait_timeout"] if params["wait"] else None
    if params["state"] == "absent":
        return AbsentClusters(hub, params["clusters"], wait_timeout=wait_timeout, force=params["force"])
    return PresentClusters(hub, params["clusters"], wait_timeout=wait_timeout)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "clusters": {"type": "list", "elements": "dict", "required": True, "options": CLUSTER},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "force": {"type": "bool", "default": False},
            "hub_server": {"type": "str"},
            "hub_ca_cert": {"type": "str"},
            "hub_namespace": {"type": "str", "default": DEFAULT_HUB_NAMESPACE},
            "bootstrap_service_account": {"type": "str", "default": DEFAULT_BOOTSTRAP_ACCOUNT},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 300},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    service = cache(lambda: service_for(module.params))
    run_changes(module, "clusters", lambda: service().plan(), lambda changes: service().apply(changes))


if __name__ == "__main__":
    main()
