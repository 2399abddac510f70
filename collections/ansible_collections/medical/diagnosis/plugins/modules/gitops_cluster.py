#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gitops_cluster
short_description: Register managed clusters with Argo CD, by tokens that are renewed
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Writes Argo CD's cluster Secrets for clusters that Open Cluster Management on the same hub manages, any number of them
    in one task.
  - Has the add-on managed-serviceaccount make an account in each cluster and report a token of it that ends, gives the
    account its rights there through a C(ManifestWork), waits for both, and only then writes the Secret. No long-lived token
    is made anywhere, and no access to the clusters from here is needed.
  - The add-on renews a token when a fifth of its validity is left, and the old one serves until its end. The service
    that O(token_sync) names (role C(medical.diagnosis.gitops_token_sync)) copies the new one into the Secret at once,
    whether Ansible runs or not.
  - Nothing is written before all clusters of the task are available on the hub and their add-ons answer.
  - On OpenShift with Advanced Cluster Management the C(GitOpsCluster) resource does this, and the module isn't needed.
options:
  clusters:
    description: The clusters.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the managed cluster, and that under which Argo CD's applications have it as their destination.
          - The Secret is called C(cluster-<name>), and takes over one of that name that is there.
        type: str
        required: true
      server:
        description:
          - Address of the cluster's API server as the hub reaches it, C(https) only. Needed with O(state=present).
          - Its certificate has to be signed by the cluster's own authority, which the add-on reports with the token.
        type: str
      labels:
        description: Labels of the Secret, by which generators of an C(ApplicationSet) select clusters.
        type: dict
      project:
        description: The only Argo CD project that may use the cluster. All may if not set.
        type: str
      validity:
        description:
          - How long a token is valid, for example V(24h) or V(90m); at least V(10m).
          - A cluster that the hub can't reach for longer needs no help when it is back, the add-on reports a new token.
          - A change holds from the next renewal on.
        type: str
        default: 24h
      namespaces:
        description:
          - The only namespaces of the cluster that Argo CD works in. They have to be there already, and Argo CD writes
            nothing that belongs to no namespace, such as custom resource definitions.
          - The whole cluster if not set.
        type: list
        elements: str
      cluster_role:
        description:
          - Cluster role in the cluster that the account gets, in O(clusters[].namespaces) if those are set.
          - Argo CD needs as much as what it writes. A facility's charts write custom resource definitions, cluster roles
            and webhooks, and nobody may give rights that he hasn't, which is why it is V(cluster-admin) if not set.
            With namespaces, V(admin) does for most charts.
        type: str
        default: cluster-admin
  state:
    description:
      - Whether Argo CD is to know the clusters.
      - With V(absent) only the names are looked at; the account and its rights go from the clusters, too. Applications
        that still go to one of them are an error, since Argo CD could never delete them again.
    type: str
    choices: [present, absent]
    default: present
  namespace:
    description: Namespace of Argo CD, on the hub.
    type: str
    default: argocd
  account:
    description: Name of the account that Argo CD acts as in the clusters.
    type: str
    default: argocd-manager
  token_sync:
    description:
      - Name of the service account, in O(namespace), of the service that renews the tokens in the Secrets. It is given the
        right to read and write the Secret of each cluster, and no other.
      - While the Secret has a token of the same account that is valid, a newer one is left to the service to write.
      - If empty, no service has access, and each run of the task writes the newest token.
    type: str
    default: gitops-token-sync
  wait_timeout:
    description: For how many seconds to wait for the hub and the clusters to do their parts, for all clusters together.
    type: int
    default: 180
extends_documentation_fragment:
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
notes:
  - Check mode tells what would be written, also on a hub where neither Argo CD nor the cluster's registration is there yet.
    It doesn't check that the cluster is available.
  - The API server is the hub's. The objects are written as field manager C(medical.diagnosis).
seealso:
  - module: medical.diagnosis.gitops_cluster_info
  - module: medical.diagnosis.gitops_application
"""

EXAMPLES = r"""
- name: Have Argo CD deploy to two facilities
  medical.diagnosis.gitops_cluster:
    context: hub
    clusters:
      - name: facility-east
        server: https://api.facility-east.example:6443
        labels: {wave: canary}
      - name: facility-west
        server: https://api.facility-west.example:6443
        labels: {wave: main}

- name: Keep Argo CD within two namespaces of a shared cluster
  medical.diagnosis.gitops_cluster:
    context: hub
    clusters:
      - name: clinic-south
        server: https://api.clinic-south.example:6443
        project: medical-diagnosis
        namespaces: [xraylab-1, xraylab-2]
        cluster_role: admin
        validity: 12h

- name: Have Argo CD forget a facility
  medical.diagnosis.gitops_cluster:
    context: hub
    clusters:
      - name: facility-west
    state: absent
"""

RETURN = r"""
clusters:
  description:
    - The clusters in the order of the task.
    - On failure, those of which something was written.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the cluster.
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
      description: Dotted paths of what an update wrote, the first part of each the kind of object. Values of the Secret appear by name.
      type: list
      elements: str
      returned: always
      sample: [ManagedServiceAccount.spec.rotation.validity, Secret.data.config]
    server:
      description: Address of its API server.
      type: str
      returned: O(state=present)
      sample: https://api.facility-east.example:6443
    namespace:
      description: Namespace of the cluster Secret.
      type: str
      returned: always
      sample: argocd
    secret:
      description: Name of the cluster Secret.
      type: str
      returned: always
      sample: cluster-facility-east
    account:
      description: Name of the account that Argo CD acts as in the cluster.
      type: str
      returned: always
      sample: argocd-manager
    account_namespace:
      description: Namespace of that account, in the cluster; empty while there is no token.
      type: str
      returned: O(state=present)
      sample: open-cluster-management-agent-addon
    token_expires_at:
      description: When the token in the Secret ends; empty while there is none.
      type: str
      returned: O(state=present)
      sample: "2026-11-25T14:02:11Z"
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.absent import AbsentClusters
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.arguments import CLUSTER, HUB
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import Registration
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.present import PresentClusters
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_changes


def service_for(params: Mapping[str, Any]) -> PresentClusters | AbsentClusters:
    """The service for the state that is wanted, connected."""
    service = AbsentClusters if params["state"] == "absent" else PresentClusters
    registrations = [
        Registration(options, params["namespace"], params["account"], params["token_sync"])
        for options in params["clusters"]
    ]
    return service(connect(params), registrations, wait_timeout=params["wait_timeout"])


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            **HUB,
            "clusters": {"type": "list", "elements": "dict", "required": True, "options": CLUSTER},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "wait_timeout": {"type": "int", "default": 180},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    service = cache(lambda: service_for(module.params))
    run_changes(module, "clusters", lambda: service().plan(), lambda changes: service().apply(changes))


if __name__ == "__main__":
    main()
