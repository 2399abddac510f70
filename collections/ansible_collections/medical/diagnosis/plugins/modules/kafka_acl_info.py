#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kafka_acl_info
short_description: Read the access control lists of a Kafka cluster
version_added: 0.1.0
description:
  - Returns entries of a Kafka cluster's access control lists, those that meet all of the conditions that are set.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.kafka
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kafka
options:
  principal:
    description: Whom they are about.
    type: str
  resource_type:
    description: The kind of resource.
    type: str
    choices: [topic, group, cluster, transactional_id, delegation_token, user]
  resource_name:
    description: The resource, as the entry names it.
    type: str
seealso:
  - module: medical.diagnosis.kafka_acl
"""

EXAMPLES = r"""
- name: Read what the event source may do
  medical.diagnosis.kafka_acl_info:
    bootstrap_servers: xray-cluster-kafka-bootstrap.xraylab-1:9092
    username: admin
    password: "{{ kafka_admin_password }}"
    security_protocol: SASL_PLAINTEXT
    principal: User:event-source
  register: found
"""

RETURN = r"""
acls:
  description: The entries, sorted.
  returned: always
  type: list
  elements: dict
  sample:
    - principal: User:event-source
      permission: allow
      operation: read
      resource_type: topic
      resource_name: xray-images
      pattern_type: literal
      host: "*"
  contains:
    principal:
      description: Whom it is about.
      type: str
    permission:
      description: V(allow) or V(deny).
      type: str
    operation:
      description: What it is about.
      type: str
    resource_type:
      description: The kind of resource.
      type: str
    resource_name:
      description: The resource, or what its name begins with.
      type: str
    pattern_type:
      description: V(literal) or V(prefixed).
      type: str
    host:
      description: Where the principal connects from.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl import RESOURCE_TYPES
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl_client import AclClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl_service import AclService
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import (
    KAFKA_ARGUMENTS,
    KafkaConnection,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import errors_told, require_libraries, run_info

CONDITIONS = ("principal", "resource_type", "resource_name")


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **KAFKA_ARGUMENTS,
            "principal": {"type": "str"},
            "resource_type": {"type": "str", "choices": list(RESOURCE_TYPES)},
            "resource_name": {"type": "str"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    with errors_told(module):
        connection = KafkaConnection.from_params(module.params)
    with KafkaClient(connection) as client:
        service = AclService(AclClient(client))
        run_info(module, "acls", lambda: service.describe(**{name: module.params[name] for name in CONDITIONS}))


if __name__ == "__main__":
    main()
