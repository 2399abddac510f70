#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_preflight
short_description: Look at a hub and its facilities before anything is changed
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Looks at all clusters of a task at once and returns every finding, each with what was found, what is expected and what
    to do. It changes nothing.
  - What is wrong with a cluster is a finding and never fails the task; a cluster that doesn't answer has that finding, and the
    others are looked at all the same. So one run tells everything. Whether findings are a reason to stop is the playbook's
    to say.
  - An expectation that isn't set is not checked.
  - Without being asked, it checks of each cluster whether its API server answers and takes the credentials, whether its clock
    is in step with this machine's, when its certificate and the certificate or token of the connection end, whether its
    name can be used, whether it is a cluster of its own, and whether another hub manages it already.
options:
  clusters:
    description:
      - The hub and its facilities. Its connection is told as in the other modules, for each cluster.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the cluster, as findings call it and as the hub shall know it.
        type: str
        required: true
      role:
        description: What the cluster is in the fleet.
        type: str
        choices: [hub, facility]
        default: facility
      problem:
        description:
          - What is known to be wrong with the cluster's settings; it becomes a finding, and the cluster isn't asked.
          - For a caller that makes the list out of an inventory in which a facility's variables don't work out.
        type: str
      kubernetes_version:
        description: Which versions of Kubernetes will do.
        type: dict
        suboptions:
          minimum:
            description: The oldest, such as V(1.28). An older one is an error.
            type: str
          maximum:
            description: The newest that was tried. A newer one is a warning.
            type: str
      permissions:
        description: What the user of the connection must be allowed to do. Every verb is asked for on every resource of an entry.
        type: list
        elements: dict
        suboptions:
          verbs:
            description: Verbs of the API, or V(*).
            type: list
            elements: str
            required: true
          group:
            description: API group; empty for the core of Kubernetes, V(*) for all.
            type: str
            default: ""
          resources:
            description: Resources in the plural, subresources behind a slash, or V(*).
            type: list
            elements: str
            required: true
          namespace:
            description: Where; everywhere if not set.
            type: str
      api_groups:
        description: API groups that the cluster must serve, such as V(operators.coreos.com).
        type: list
        elements: str
      storage_class:
        description: Storage class that must be there; empty for one that is the default.
        type: str
      capacity:
        description: What must be free, as quantities of Kubernetes. Free is what schedulable nodes have and no pod has requested.
        type: dict
        suboptions:
          cpu:
            description: Processor time, such as V(1500m).
            type: str
          memory:
            description: Memory, such as V(4Gi).
            type: str
          pods:
            description: Number of pods.
            type: str
      own_namespaces:
        description: Namespaces that the capacity is for. What pods in them request counts as free, so that a second run needs no second room.
        type: list
        elements: str
      endpoints:
        description: What this machine must reach besides the API server.
        type: list
        elements: dict
        suboptions:
          name:
            description: What it is, as findings call it.
            type: str
            required: true
          url:
            description:
              - Its address. V(http://) and V(https://) are asked for an answer, and any but a server's own trouble (5xx) will do.
              - V(tcp://host:port) and V(tls://host:port) only have to let one in.
            type: str
            required: true
          required:
            description: Whether it is an error if it doesn't answer. Otherwise, it is a warning.
            type: bool
            default: true
          validate_certs:
            description: Whether its certificate must be valid.
            type: bool
            default: true
          ca_cert:
            description: File with the certificate authorities to trust instead of the machine's.
            type: path
      kubeconfig:
        description:
          - Kubeconfig file that tells how to reach the API server, or several joined by V(:).
          - If not set, the value of the environment variable E(K8S_AUTH_KUBECONFIG) is used, then that of E(KUBECONFIG), then V(~/.kube/config).
        type: path
      context:
        description:
          - Context of that file.
          - If not set, the value of the environment variable E(K8S_AUTH_CONTEXT) is used, then the file's current context.
        type: str
      host:
        description:
          - Address of the API server. Where it is set, no kubeconfig file is read.
          - If not set, the value of the environment variable E(K8S_AUTH_HOST) is used.
        type: str
      api_key:
        description:
          - Bearer token to authenticate with.
          - If not set, the value of the environment variable E(K8S_AUTH_API_KEY) is used.
        type: str
      client_cert:
        description:
          - File with the client certificate to authenticate with.
          - If not set, the value of the environment variable E(K8S_AUTH_CERT_FILE) is used.
        type: path
        aliases: [cert_file]
      client_key:
        description:
          - File with the private key of O(clusters[].client_cert).
          - If not set, the value of the environment variable E(K8S_AUTH_KEY_FILE) is used.
        type: path
        aliases: [key_file]
      ca_cert:
        description:
          - File with the certificate authorities to trust.
          - If not set, the value of the environment variable E(K8S_AUTH_SSL_CA_CERT) is used, then what the kubeconfig file says.
        type: path
        aliases: [ssl_ca_cert]
      validate_certs:
        description:
          - Whether the API server's certificate must be valid. Turn it off for a test only.
          - If not set, the value of the environment variable E(K8S_AUTH_VERIFY_SSL) is used, then what the kubeconfig file says, then V(true).
        type: bool
        aliases: [verify_ssl]
  max_clock_skew:
    description: How many seconds a cluster's clock may be off this machine's.
    type: float
    default: 5.0
  certificate_days:
    description: There is a warning about a certificate that ends in less than this many days.
    type: int
    default: 30
  token_minutes:
    description: There is a warning about a token that ends in less than this many minutes.
    type: int
    default: 60
  timeout:
    description: How many seconds to wait for a connection, and then for the answer to one request.
    type: float
    default: 5.0
  retry_timeout:
    description: For how many seconds to repeat a request that failed for a passing reason.
    type: float
    default: 1.0
  total_timeout:
    description: After how many seconds to give up whatever hasn't answered, name servers included.
    type: float
    default: 60.0
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
requirements:
  - kubernetes >= 31.0
notes:
  - The questions about permissions are C(SelfSubjectAccessReview) objects, which the API server answers and doesn't keep.
  - Where a facility has a klusterlet, the kubeconfig in its Secret is read to tell which hub it belongs to.
seealso:
  - module: medical.diagnosis.gitops_application
"""

EXAMPLES = r"""
- name: Look at the hub and a facility
  medical.diagnosis.fleet_preflight:
    clusters:
      - name: hub
        role: hub
        context: hub
      - name: facility-east
        context: facility-east
        kubernetes_version: {minimum: "1.28"}
        permissions:
          - verbs: [create, patch, delete]
            group: apps
            resources: [deployments, statefulsets]
            namespace: xraylab-1
        storage_class: ""
        capacity: {cpu: "1", memory: 3Gi, pods: "25"}
        own_namespaces: [xraylab-1, knative-serving]
        endpoints:
          - name: object store
            url: https://s3.facility-east.example
          - name: brokers
            url: tls://kafka.facility-east.example:9094
  register: preflight

- name: Stop where something would fail later
  ansible.builtin.assert:
    that: preflight.errors == 0
    fail_msg: "{{ preflight.findings | selectattr('level', 'eq', 'error') }}"
"""

RETURN = r"""
findings:
  description: Every finding, cluster by cluster in the order of the task.
  returned: success
  type: list
  elements: dict
  contains:
    cluster:
      description: Name of the cluster.
      type: str
      returned: always
      sample: facility-east
    check:
      description:
        - What was looked at. V(inventory), V(name), V(connection), V(version), V(credentials), V(server certificate), V(clock),
          V(identity), V(permissions), V(API groups), V(storage class), V(cpu), V(memory), V(pods), V(registration), or the name of
          an endpoint.
        - V(capacity) where nodes or pods couldn't be read.
      type: str
      returned: always
      sample: storage class
    level:
      description: V(ok); V(warning) for what works and wants a look; V(error) for what would fail later.
      type: str
      returned: always
      sample: error
    found:
      description: What is there.
      type: str
      returned: always
      sample: there are fast, standard
    expected:
      description: What is wanted.
      type: str
      returned: always
      sample: "'ceph-block'"
    cure:
      description: What to do; empty where nothing has to be done.
      type: str
      returned: always
      sample: Correct its name in the inventory, or create it in the cluster.
errors:
  description: How many findings are errors.
  returned: success
  type: int
  sample: 1
warnings_found:
  description: How many findings are warnings.
  returned: success
  type: int
  sample: 0
clusters_with_errors:
  description: The clusters that have them, in the order of the task.
  returned: success
  type: list
  elements: str
  sample: [facility-east]
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.arguments import CLUSTER
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.cluster import Limits
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, WARNING, Finding
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.service import Preflight
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import errors_told, require_libraries


def look(params: Mapping[str, Any]) -> list[Finding]:
    """Every finding about the clusters of the task."""
    limits = Limits(
        timeout=params["timeout"],
        retry_timeout=params["retry_timeout"],
        clock_skew=params["max_clock_skew"],
        certificate_notice=timedelta(days=params["certificate_days"]),
        token_notice=timedelta(minutes=params["token_minutes"]),
    )
    return Preflight(params["clusters"], limits, datetime.now(timezone.utc), params["total_timeout"]).findings()


def summary(findings: Sequence[Finding]) -> dict[str, Any]:
    """What the module returns."""
    levels = [finding.verdict.level for finding in findings]
    return {
        "findings": [finding.as_item() for finding in findings],
        "errors": levels.count(ERROR),
        "warnings_found": levels.count(WARNING),
        "clusters_with_errors": list(
            dict.fromkeys(finding.cluster for finding in findings if finding.verdict.level == ERROR)
        ),
    }


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "clusters": {"type": "list", "elements": "dict", "required": True, "options": CLUSTER},
            "max_clock_skew": {"type": "float", "default": 5.0},
            "certificate_days": {"type": "int", "default": 30},
            # a number, whatever its name says
            "token_minutes": {"type": "int", "default": 60, "no_log": False},
            "timeout": {"type": "float", "default": 5.0},
            "retry_timeout": {"type": "float", "default": 1.0},
            "total_timeout": {"type": "float", "default": 60.0},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    with errors_told(module):
        findings = look(module.params)
    module.exit_json(changed=False, **summary(findings))


if __name__ == "__main__":
    main()
