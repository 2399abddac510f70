#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kafka_topic_info
short_description: Read the topics of a Kafka cluster
version_added: 0.1.0
description:
  - Returns topics of a Kafka cluster with their partitions, where these are, and the topics' own settings.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.kafka
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kafka
options:
  names:
    description: Names of the topics to return. One that doesn't exist is just not returned. Without this option, all but Kafka's own.
    type: list
    elements: str
seealso:
  - module: medical.diagnosis.kafka_topic
"""

EXAMPLES = r"""
- name: Read all topics
  medical.diagnosis.kafka_topic_info:
    bootstrap_servers: xray-cluster-kafka-bootstrap.xraylab-1:9092
    username: admin
    password: "{{ kafka_admin_password }}"
    security_protocol: SASL_PLAINTEXT
  register: found

- name: See that every partition has a leader
  ansible.builtin.assert:
    that: found.topics | map(attribute='partitions') | flatten | selectattr('leader', 'lt', 0) | length == 0
"""

RETURN = r"""
topics:
  description: The topics, in the order of O(names), or else by name.
  returned: always
  type: list
  elements: dict
  sample:
    - name: xray-images
      partitions:
        - partition: 0
          leader: 1
          replicas: [1, 2, 3]
          in_sync: [1, 2, 3]
      replication_factor: 3
      config:
        retention.ms: "604800000"
  contains:
    name:
      description: Name of the topic.
      type: str
    partitions:
      description: Its partitions.
      type: list
      elements: dict
      contains:
        partition:
          description: Number of the partition.
          type: int
        leader:
          description: Id of the broker that leads it, V(-1) for none.
          type: int
        replicas:
          description: Ids of the brokers that have it.
          type: list
          elements: int
        in_sync:
          description: Ids of those of them that are up to date.
          type: list
          elements: int
    replication_factor:
      description: Number of replicas of each partition.
      type: int
    config:
      description: The settings that are the topic's own.
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import (
    KAFKA_ARGUMENTS,
    KafkaConnection,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.topic_client import TopicClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.topic_service import TopicService
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import errors_told, require_libraries, run_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**KAFKA_ARGUMENTS, "names": {"type": "list", "elements": "str"}},
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    with errors_told(module):
        connection = KafkaConnection.from_params(module.params)
    with KafkaClient(connection) as client:
        service = TopicService(TopicClient(client))
        run_info(module, "topics", lambda: service.describe(module.params["names"]))


if __name__ == "__main__":
    main()
