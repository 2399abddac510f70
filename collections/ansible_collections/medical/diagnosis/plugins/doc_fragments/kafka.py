# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach a Kafka cluster; the argument spec is in module_utils/_kafka/arguments.py."""

    DOCUMENTATION = r"""
options:
  bootstrap_servers:
    description:
      - Brokers to start from, each V(host:port), as a list or separated by commas.
      - If not set, the value of the environment variable E(KAFKA_BOOTSTRAP) is used; one of the two is needed.
    type: list
    elements: str
  username:
    description:
      - User to authenticate as. It needs O(security_protocol=SASL_PLAINTEXT) or O(security_protocol=SASL_SSL).
      - If not set, the value of the environment variable E(KAFKA_USERNAME) is used.
    type: str
  password:
    description:
      - Password of that user.
      - If not set, the value of the environment variable E(KAFKA_PASSWORD) is used.
    type: str
  security_protocol:
    description:
      - How to talk to the brokers.
      - If not set, the value of the environment variable E(KAFKA_SECURITY_PROTOCOL) is used.
    type: str
    choices: [PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL]
    default: PLAINTEXT
  sasl_mechanism:
    description:
      - How to authenticate where O(security_protocol) is one with SASL.
      - If not set, the value of the environment variable E(KAFKA_SASL_MECHANISM) is used.
    type: str
    choices: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
    default: SCRAM-SHA-512
  validate_certs:
    description: Whether the brokers' certificates must be valid, where O(security_protocol) is one with SSL. Turn it off for a test only.
    type: bool
    default: true
  ca_path:
    description: File with the certificate authorities to trust instead of the machine's.
    type: path
  client_cert:
    description: File with the certificate to show to the brokers, for mutual TLS.
    type: path
  client_key:
    description: File with the private key of O(client_cert).
    type: path
  timeout:
    description: How many seconds to wait for the first broker that answers, and then for the answer to one request.
    type: float
    default: 10.0
  retry_timeout:
    description:
      - For how many seconds to repeat a request that failed for a passing reason, such as a broker that is just starting.
      - V(0) means not to repeat it.
    type: float
    default: 30.0
requirements:
  - kafka-python >= 3.0
"""
