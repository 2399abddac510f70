#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rgw_topic_info
short_description: Read the notification topics of a Ceph object gateway
version_added: 0.1.0
description:
  - Returns topics of a Ceph object gateway (RGW) and the notifications that send to them.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.rgw
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.rgw
options:
  names:
    description: Names of the topics to return. One that doesn't exist is just not returned. Without this option, all that the user may see.
    type: list
    elements: str
seealso:
  - module: medical.diagnosis.rgw_topic
"""

EXAMPLES = r"""
- name: Read all topics
  medical.diagnosis.rgw_topic_info:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ object_store_access_key }}"
    secret_key: "{{ object_store_secret_key }}"
  register: found

- name: See that no event is lost while the ingress is down
  ansible.builtin.assert:
    that: found.topics | selectattr('name', 'eq', 'xray-images') | map(attribute='persistent') | first
"""

RETURN = r"""
topics:
  description: The topics, in the order of O(names), or else as the gateway lists them.
  returned: always
  type: list
  elements: dict
  sample:
    - name: xray-images
      arn: "arn:aws:sns:default::xray-images"
      owner: xraylab-1
      notifications:
        - bucket: xray-source
          id: xray-images
      push_endpoint: http://notification-ingress.xraylab-1.svc.cluster.local/
      persistent: true
      time_to_live: -1
      max_retries: -1
      retry_sleep_duration: 1
      opaque_data: ""
      verify_ssl: true
      cloudevents: false
      ca_location: null
      amqp_exchange: null
      amqp_ack_level: null
      kafka_ack_level: null
      use_ssl: null
      mechanism: null
  contains:
    name:
      description: Name of the topic.
      type: str
    arn:
      description: The topic's ARN.
      type: str
    owner:
      description: The user who made it.
      type: str
    notifications:
      description: The notifications that send to it, in buckets of the user that the module acts as.
      type: list
      elements: dict
    push_endpoint:
      description: Where the events go, its password masked. The other options are those of M(medical.diagnosis.rgw_topic).
      type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RGW_ARGUMENTS, RgwConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_client import NotificationClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_client import TopicClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_service import TopicService
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import errors_told, require_libraries, run_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**RGW_ARGUMENTS, "names": {"type": "list", "elements": "str"}},
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    with errors_told(module):
        connection = RgwConnection.from_params(module.params)
    service = TopicService(TopicClient(connection), NotificationClient(connection))
    run_info(module, "topics", lambda: service.describe(module.params["names"]))


if __name__ == "__main__":
    main()
