#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kafka_topic
short_description: Manage the topics of a Kafka cluster
version_added: 0.1.0
description:
  - Creates, changes and removes topics of a Kafka cluster over its own protocol; many topics in as few requests as one.
  - Partitions are only ever added, because Kafka can't take any away. Asking for fewer than there are is an error.
  - In check mode the brokers check what would be written, so that a setting they would refuse is an error there, too.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.kafka
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kafka
options:
  topics:
    description: The topics. What isn't set of a topic that exists stays as it is; of a new one it is the brokers' default.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the topic.
        type: str
        required: true
      partitions:
        description: Number of partitions.
        type: int
      replication_factor:
        description: Number of replicas of each partition. Of a topic that exists it can't be changed by this module.
        type: int
      config:
        description:
          - Settings of the topic, for example V(retention.ms), as a dictionary. A list is written with commas.
          - A setting whose value is null is given back to the brokers' default. Settings that aren't named stay, unless O(purge_config=true).
        type: dict
  purge_config:
    description: With O(state=present), whether to give back settings that aren't named, of topics whose O(topics[].config) is set.
    type: bool
    default: false
  state:
    description: Whether the topics should be there. With V(absent) only the names are looked at, and the topics go with all their records.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: medical.diagnosis.kafka_topic_info
"""

EXAMPLES = r"""
- name: Have the topics of the pipeline
  medical.diagnosis.kafka_topic:
    bootstrap_servers: xray-cluster-kafka-bootstrap.xraylab-1:9092
    username: admin
    password: "{{ kafka_admin_password }}"
    security_protocol: SASL_PLAINTEXT
    topics:
      - name: xray-images
        partitions: 3
        replication_factor: 3
        config:
          retention.ms: 604800000
          min.insync.replicas: 2
      - name: xray-images-dead
        partitions: 1
        replication_factor: 3
        config:
          cleanup.policy: [compact, delete]

- name: Give the retention back to the brokers' default
  medical.diagnosis.kafka_topic:
    topics:
      - name: xray-images
        config:
          retention.ms:

- name: Remove a topic with its records
  medical.diagnosis.kafka_topic:
    topics:
      - name: xray-images-old
    state: absent
"""

RETURN = r"""
topics:
  description: What became of each topic, in the order they were given. In check mode, what would become of it.
  returned: always
  type: list
  elements: dict
  sample:
    - name: xray-images
      action: update
      changed: true
      differences: [config.retention.ms, partitions]
      partitions: 3
      replication_factor: 3
      config:
        retention.ms: "604800000"
  contains:
    name:
      description: Name of the topic.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(none).
      type: str
    changed:
      description: Whether anything was to be done.
      type: bool
    differences:
      description: What an update changes, a setting as V(config.<name>).
      type: list
      elements: str
    partitions:
      description: Number of partitions. This and the following are returned with O(state=present). Empty in check mode where the brokers decide.
      type: int
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
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
)

TOPIC_ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "partitions": {"type": "int"},
    "replication_factor": {"type": "int"},
    "config": {"type": "dict"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **KAFKA_ARGUMENTS,
            "topics": {"type": "list", "elements": "dict", "required": True, "options": TOPIC_ARGUMENTS},
            "purge_config": {"type": "bool", "default": False},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    topics = module.params["topics"]
    with errors_told(module):
        connection = KafkaConnection.from_params(module.params)
    with KafkaClient(connection) as client:
        service = TopicService(TopicClient(client))

        def plan() -> list[Change]:
            if module.params["state"] == "absent":
                return service.plan_absent(topics)
            return service.plan_present(topics, module.params["purge_config"], module.check_mode)

        run_changes(module, "topics", plan, service.apply)


if __name__ == "__main__":
    main()
