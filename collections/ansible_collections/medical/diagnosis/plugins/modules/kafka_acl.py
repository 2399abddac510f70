#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kafka_acl
short_description: Manage the access control lists of a Kafka cluster
version_added: 0.1.0
description:
  - Adds and removes entries of a Kafka cluster's access control lists over Kafka's own protocol; many entries in as few requests as one.
  - Where a principal's old entries are to go in the same run, new ones are added first.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.kafka
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kafka
options:
  acls:
    description: The entries.
    type: list
    elements: dict
    required: true
    suboptions:
      principal:
        description: Whom it is about, V(User:<name>) or V(User:*).
        type: str
        required: true
      operations:
        description: What it is about; an entry for each is managed.
        type: list
        elements: str
        required: true
        choices:
          - all
          - read
          - write
          - create
          - delete
          - alter
          - describe
          - cluster_action
          - describe_configs
          - alter_configs
          - idempotent_write
          - create_tokens
          - describe_tokens
      permission:
        description: Whether the principal may do so.
        type: str
        choices: [allow, deny]
        default: allow
      resource_type:
        description: The kind of resource.
        type: str
        choices: [topic, group, cluster, transactional_id, delegation_token, user]
        default: topic
      resource_name:
        description: The resource, V(*) for all of the kind. Needed, but for the cluster.
        type: str
      pattern_type:
        description: Whether O(acls[].resource_name) is the whole name or what the name begins with.
        type: str
        choices: [literal, prefixed]
        default: literal
      host:
        description: The address that the principal connects from, V(*) for any.
        type: str
        default: "*"
  purge_principals:
    description: With O(state=present), principals whose entries that aren't listed are removed.
    type: list
    elements: str
    default: []
  state:
    description: Whether the entries should be there.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: medical.diagnosis.kafka_acl_info
  - module: medical.diagnosis.kafka_user
"""

EXAMPLES = r"""
- name: Let the event source read films and write those that it gives up, and nothing else
  medical.diagnosis.kafka_acl:
    bootstrap_servers: xray-cluster-kafka-bootstrap.xraylab-1:9092
    username: admin
    password: "{{ kafka_admin_password }}"
    security_protocol: SASL_PLAINTEXT
    acls:
      - principal: User:event-source
        resource_name: xray-images
        operations: [read, describe]
      - principal: User:event-source
        resource_name: xray-images-dead
        operations: [write, describe]
      - principal: User:event-source
        resource_type: group
        resource_name: risk-assessment
        operations: [read]
    purge_principals:
      - User:event-source

- name: Take the right to write from a user
  medical.diagnosis.kafka_acl:
    acls:
      - principal: User:old-producer
        resource_name: xray-
        pattern_type: prefixed
        operations: [write]
    state: absent
"""

RETURN = r"""
acls:
  description: What became of each entry. In check mode, what would become of it.
  returned: always
  type: list
  elements: dict
  sample:
    - name: allow User:event-source read topic 'xray-images'
      action: create
      changed: true
      differences: []
      principal: User:event-source
      permission: allow
      operation: read
      resource_type: topic
      resource_name: xray-images
      pattern_type: literal
      host: "*"
  contains:
    name:
      description: The entry in words.
      type: str
    action:
      description: V(create), V(delete) or V(none).
      type: str
    changed:
      description: Whether anything was to be done.
      type: bool
    differences:
      description: Always empty; an entry is there or not.
      type: list
      elements: str
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
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl import (
    OPERATIONS,
    PATTERN_TYPES,
    PERMISSIONS,
    RESOURCE_TYPES,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl_client import AclClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.acl_service import AclService
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import (
    KAFKA_ARGUMENTS,
    KafkaConnection,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
)

ACL_ARGUMENTS = {
    "principal": {"type": "str", "required": True},
    "operations": {"type": "list", "elements": "str", "required": True, "choices": list(OPERATIONS)},
    "permission": {"type": "str", "choices": list(PERMISSIONS), "default": "allow"},
    "resource_type": {"type": "str", "choices": list(RESOURCE_TYPES), "default": "topic"},
    "resource_name": {"type": "str"},
    "pattern_type": {"type": "str", "choices": list(PATTERN_TYPES), "default": "literal"},
    "host": {"type": "str", "default": "*"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **KAFKA_ARGUMENTS,
            "acls": {"type": "list", "elements": "dict", "required": True, "options": ACL_ARGUMENTS},
            "purge_principals": {"type": "list", "elements": "str", "default": []},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    acls = module.params["acls"]
    with errors_told(module):
        connection = KafkaConnection.from_params(module.params)
    with KafkaClient(connection) as client:
        service = AclService(AclClient(client))

        def plan() -> list[Change]:
            if module.params["state"] == "absent":
                return service.plan_absent(acls)
            return service.plan_present(acls, module.params["purge_principals"])

        run_changes(module, "acls", plan, service.apply)


if __name__ == "__main__":
    main()
