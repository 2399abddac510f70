# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach a Kubernetes API server; the argument spec is in module_utils/_kubernetes/arguments.py."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Kubeconfig file that tells how to reach the API server, or several joined by V(:).
      - If not set, the value of the environment variable E(K8S_AUTH_KUBECONFIG) is used, then that of E(KUBECONFIG), then V(~/.kube/config).
      - Inside a pod that has no such file, the pod's service account is used.
    type: path
  context:
    description:
      - Context of that file.
      - If not set, the value of the environment variable E(K8S_AUTH_CONTEXT) is used, then the file's current context.
    type: str
  host:
    description:
      - Address of the API server, for example V(https://api.hub.example:6443). Where it is set, no kubeconfig file is read.
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
      - File with the private key of O(client_cert).
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
  timeout:
    description: How many seconds to wait for a connection, and then for the answer to one request.
    type: float
    default: 10.0
  retry_timeout:
    description:
      - For how many seconds to repeat a request that failed for a passing reason, such as a connection refused or an answer 503.
      - V(0) means not to repeat it.
    type: float
    default: 30.0
requirements:
  - kubernetes >= 31.0
"""
