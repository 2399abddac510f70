#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kafka_user_info
short_description: Read the SCRAM users of a Kafka cluster
version_added: 0.1.0
description:
  - Returns users of a Kafka cluster that authenticate by SCRAM. A cluster never tells a password.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.kafka
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kafka
options:
  names:
    description: Names of the users to return. One that doesn't exist is just not returned. Without this option, all.
    type: list
    elements: str
seealso:
  - module: medical.diagnosis.kafka_user
"""

EXAMPLES = r"""
- name: Read all users
  medical.diagnosis.kafka_user_info:
    bootstrap_servers: xray-cluster-kafka-bootstrap.xraylab-1:9092
    username: admin
    password: "{{ kafka_admin_password }}"
    security_protocol: SASL_PLAINTEXT
  register: found
"""

RETURN = r"""
users:
  description: The users, in the order of O(names), or else by name.
  returned: always
  type: list
  elements: dict
  sample:
    - name: event-source
      mechanisms:
        SCRAM-SHA-512: 4096
  contains:
    name:
      description: Name of the user.
      type: str
    mechanisms:
      description: What the user can authenticate with, and the iterations of each.
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.client import KafkaClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import (
    KAFKA_ARGUMENTS,
    KafkaConnection,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user_client import UserClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.user_service import UserService
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
        service = UserService(UserClient(client))
        run_info(module, "users", lambda: service.describe(module.params["names"]))


if __name__ == "__main__":
    main()
