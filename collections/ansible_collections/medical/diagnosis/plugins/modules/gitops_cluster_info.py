#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gitops_cluster_info
short_description: Read the clusters that Argo CD deploys to
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Returns what Argo CD's cluster Secrets say, and when the tokens in them end; never a token.
options:
  names:
    description: Return clusters of these names only. Those that aren't there are left out.
    type: list
    elements: str
  namespace:
    description: Namespace of Argo CD, on the hub.
    type: str
    default: argocd
  label_selectors:
    description: Return only clusters whose Secret's labels match all of these, for example V(wave=canary).
    type: list
    elements: str
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
seealso:
  - module: medical.diagnosis.gitops_cluster
"""

EXAMPLES = r"""
- name: Read all clusters
  medical.diagnosis.gitops_cluster_info:
    context: hub
  register: known

- name: Name those whose token never ends
  ansible.builtin.debug:
    msg: "{{ known.clusters | selectattr('token_expires_at', 'equalto', '') | map(attribute='name') | list }}"
"""

RETURN = r"""
clusters:
  description: The clusters, by the names of their Secrets.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name under which applications have the cluster as their destination.
      type: str
      returned: always
      sample: facility-east
    server:
      description: Address of its API server.
      type: str
      returned: always
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
    labels:
      description: Labels of the Secret besides the one that makes it a cluster's.
      type: dict
      returned: always
      sample: {wave: canary}
    project:
      description: The only Argo CD project that may use it; empty for all.
      type: str
      returned: always
      sample: ""
    namespaces:
      description: The only namespaces that Argo CD works in; empty for all.
      type: list
      elements: str
      returned: always
      sample: []
    managed_service_account:
      description: Namespace and name of the C(ManagedServiceAccount) whose token it has; empty where something else wrote it.
      type: str
      returned: always
      sample: facility-east/argocd-manager
    account:
      description: Namespace and name, in the cluster, of the service account whose token it has; empty for other credentials.
      type: str
      returned: always
      sample: open-cluster-management-agent-addon/argocd-manager
    token_expires_at:
      description: When that token ends; empty where it never does, and for other credentials.
      type: str
      returned: always
      sample: "2026-11-25T14:02:11Z"
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.arguments import DEFAULT_NAMESPACE
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import decoded, token_in_use
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.kinds import SECRET
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import (
    ACCOUNT_ANNOTATION,
    TYPE_LABEL,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.token import claims_of
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_info


def read(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The clusters that the options ask for."""
    selectors = [f"{TYPE_LABEL}=cluster", *(params["label_selectors"] or [])]
    clusters = [describe(found) for found in connect(params).list(SECRET, params["namespace"], ",".join(selectors))]
    return [cluster for cluster in clusters if params["names"] is None or cluster["name"] in params["names"]]


def describe(found: Mapping[str, Any]) -> dict[str, Any]:
    """One cluster as the module returns it."""
    metadata = found["metadata"]
    data = {key: decoded(value) for key, value in (found.get("data") or {}).items()}
    claims = claims_of(token_in_use(found))
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != TYPE_LABEL}
    return {
        "name": data.get("name", ""),
        "server": data.get("server", ""),
        "namespace": metadata["namespace"],
        "secret": metadata["name"],
        "labels": labels,
        "project": data.get("project", ""),
        "namespaces": [name.strip() for name in data.get("namespaces", "").split(",") if name.strip()],
        "managed_service_account": (metadata.get("annotations") or {}).get(ACCOUNT_ANNOTATION, ""),
        "account": f"{claims.namespace}/{claims.account}" if claims.account else "",
        "token_expires_at": claims.expires_at,
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
    run_info(module, "clusters", lambda: read(module.params))


if __name__ == "__main__":
    main()
