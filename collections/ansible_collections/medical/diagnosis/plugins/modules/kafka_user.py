#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kafka_user
short_description: Manage the SCRAM users of a Kafka cluster
version_added: 0.1.0
description:
  - Creates, changes and removes users of a Kafka cluster that authenticate by SCRAM, over Kafka's own protocol.
  - A cluster never tells a password. So the module tries to log in with the one it is given, and writes it only where that fails.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.kafka
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kafka
options:
  users:
    description: The users.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the user; its principal in access control lists is V(User:<name>).
        type: str
        required: true
      password:
        description: Password of the user. Needed with O(state=present).
        type: str
      mechanism:
        description: What the user authenticates with. A user can have a password for each; the other one stays as it is.
        type: str
        choices: [SCRAM-SHA-256, SCRAM-SHA-512]
        default: SCRAM-SHA-512
      iterations:
        description: How often the password is hashed, from 4096, as a new user's is, to 16384. That of an existing user stays if this isn't set.
        type: int
  update_password:
    description:
      - With V(always), a password that differs is written. To find out, the listener of O(bootstrap_servers) must offer the user's mechanism.
      - With V(on_create), the password of a user that exists is left alone.
    type: str
    choices: [always, on_create]
    default: always
  state:
    description: Whether the users should be there. With V(absent) only the names are looked at, and the passwords of all mechanisms go.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: medical.diagnosis.kafka_user_info
  - module: medical.diagnosis.kafka_acl
notes:
  - Brokers up to at least Kafka 4.1.2 can lose all users of a mechanism when they start without a metadata snapshot after a
    user was deleted. Set the brokers' C(metadata.log.max.snapshot.interval.ms) to less than its default of an hour.
  - Brokers before Kafka 2.7 don't have these requests.
"""

EXAMPLES = r"""
- name: Have the users of the pipeline
  medical.diagnosis.kafka_user:
    bootstrap_servers: xray-cluster-kafka-bootstrap.xraylab-1:9092
    username: admin
    password: "{{ kafka_admin_password }}"
    security_protocol: SASL_PLAINTEXT
    users:
      - name: event-source
        password: "{{ event_source_password }}"
      - name: notification-ingress
        password: "{{ notification_ingress_password }}"
        iterations: 8192

- name: Remove a user
  medical.diagnosis.kafka_user:
    users:
      - name: old-consumer
    state: absent
"""

RETURN = r"""
users:
  description: What became of each user, in the order they were given. In check mode, what would become of it.
  returned: always
  type: list
  elements: dict
  sample:
    - name: event-source
      action: update
      changed: true
      differences: [password]
      mechanisms:
        SCRAM-SHA-512: 4096
  contains:
    name:
      description: Name of the user.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(none).
      type: str
    changed:
      description: Whether anything was to be done.
      type: bool
    differences:
      description: What an update changes, V(password) or V(mechanisms.<mechanism>).
      type: list
      elements: str
    mechanisms:
      description: What the user can authenticate with, and the iterations of each. Returned with O(state=present).
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import (
    KAFKA_ARGUMENTS,
    KafkaConnection,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user import SCRAM_MECHANISMS
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user_client import UserClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user_service import UserService
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
)

USER_ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "password": {"type": "str", "no_log": True},
    "mechanism": {"type": "str", "choices": list(SCRAM_MECHANISMS), "default": "SCRAM-SHA-512"},
    "iterations": {"type": "int"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **KAFKA_ARGUMENTS,
            "users": {"type": "list", "elements": "dict", "required": True, "options": USER_ARGUMENTS},
            "update_password": {
                "type": "str",
                "choices": ["always", "on_create"],
                "default": "always",
                "no_log": False,
            },
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    users = module.params["users"]
    with errors_told(module):
        connection = KafkaConnection.from_params(module.params)
    with KafkaClient(connection) as client:
        service = UserService(UserClient(client))

        def plan() -> list[Change]:
            if module.params["state"] == "absent":
                return service.plan_absent(users)
            when = module.params["update_password"]
            return service.plan_present(users, when == "always")

        run_changes(module, "users", plan, service.apply)


if __name__ == "__main__":
    main()
