#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rgw_topic
short_description: Manage the notification topics of a Ceph object gateway
version_added: 0.1.0
description:
  - Creates, changes and removes topics of a Ceph object gateway (RGW), to which the notifications of buckets send their events.
  - The gateway takes wrong endpoints and attributes without a word and fails when the first event is due. This module refuses them.
  - A notification keeps its topic as it was when the notification was written. So after a topic has changed, the module writes
    again the notifications that send to it, in all buckets of the user it acts as.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.rgw
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.rgw
options:
  topics:
    description: The topics. What isn't set of a topic that exists stays as it is; of a new one it is the gateway's default.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the topic, unique in the tenant.
        type: str
        required: true
      push_endpoint:
        description:
          - Where the gateway sends the events, V(http://host:port/path), V(https://...), V(amqp://user:password@host:port/vhost),
            V(amqps://...) or V(kafka://user:password@host:port). A new topic needs it.
          - The gateway refuses a user and a password in it unless O(endpoint_url) is one with V(https).
          - A gateway built without Kafka, as Debian's is, takes a V(kafka) endpoint all the same, and never delivers.
        type: str
      persistent:
        description:
          - Whether events are stored and delivered later until the endpoint has acknowledged them.
          - Without it an event is lost for good while the endpoint is down, and every upload waits for the endpoint.
        type: bool
      time_to_live:
        description: For how many seconds an undelivered event is kept, V(0) for ever, V(-1) as the gateway is configured. Persistent topics only.
        type: int
      max_retries:
        description: How often to try again, V(0) without an end, V(-1) as the gateway is configured. Persistent topics only.
        type: int
      retry_sleep_duration:
        description: How many seconds to wait before trying again, V(-1) as the gateway is configured. Persistent topics only.
        type: int
      opaque_data:
        description: Text that comes with each event.
        type: str
      verify_ssl:
        description: Whether the gateway checks the endpoint's certificate. For V(http(s\)) and V(amqp(s\)) endpoints; the gateway's default is V(true).
        type: bool
      cloudevents:
        description: Whether requests carry the headers of CloudEvents. For V(http(s\)) endpoints; the gateway's default is V(false).
        type: bool
      ca_location:
        description: File on the gateway's machine with the authorities to trust instead of its own. For V(amqp(s\)) and V(kafka) endpoints.
        type: str
      amqp_exchange:
        description: The exchange to publish to. It must exist. V(amqp(s\)) endpoints need it.
        type: str
      amqp_ack_level:
        description: What counts as delivered to an V(amqp(s\)) endpoint; the gateway's default is V(broker).
        type: str
        choices: [none, broker, routable]
      kafka_ack_level:
        description: What counts as delivered to a V(kafka) endpoint; the gateway's default is V(broker).
        type: str
        choices: [none, broker]
      use_ssl:
        description: Whether the gateway talks TLS to a V(kafka) endpoint; the gateway's default is V(false). A user and password in the endpoint need it.
        type: bool
      mechanism:
        description: How the gateway authenticates at a V(kafka) endpoint; the gateway's default is V(PLAIN).
        type: str
        choices: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI, OAUTHBEARER]
  state:
    description: Whether the topics should be there. With V(absent) only the names are looked at.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - With O(state=absent), whether to remove a topic that notifications still send to, together with these notifications.
      - Without it such a topic is an error that names them.
    type: bool
    default: false
seealso:
  - module: medical.diagnosis.rgw_topic_info
  - module: medical.diagnosis.rgw_bucket_notification
  - name: Bucket notifications of Ceph
    description: What each attribute does in the gateway.
    link: https://docs.ceph.com/en/latest/radosgw/notifications/
notes:
  - Only notifications in buckets of the user that the module acts as are seen; other users' buckets are not.
"""

EXAMPLES = r"""
- name: Send the events of new films to the ingress, and keep them until it has them
  medical.diagnosis.rgw_topic:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ object_store_access_key }}"
    secret_key: "{{ object_store_secret_key }}"
    topics:
      - name: xray-images
        push_endpoint: http://notification-ingress.xraylab-1.svc.cluster.local/
        persistent: true
        retry_sleep_duration: 1

- name: Send them to Kafka itself, where the gateway is built with it
  medical.diagnosis.rgw_topic:
    topics:
      - name: xray-images
        push_endpoint: "kafka://event-writer:{{ kafka_password }}@xray-cluster-kafka-bootstrap.xraylab-1:9093"
        use_ssl: true
        ca_location: /etc/ceph/kafka-ca.pem
        mechanism: SCRAM-SHA-512
        kafka_ack_level: broker
        persistent: true

- name: Remove a topic and the notifications that still send to it
  medical.diagnosis.rgw_topic:
    topics:
      - name: xray-images-old
    state: absent
    force: true
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
      differences: [push_endpoint]
      arn: "arn:aws:sns:default::xray-images"
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
    action:
      description: V(create), V(update), V(delete) or V(none).
      type: str
    changed:
      description: Whether anything was to be done.
      type: bool
    differences:
      description: The options that an update changes.
      type: list
      elements: str
    arn:
      description: The topic's ARN. Not known before it is created. Not returned for a topic that wasn't there to be removed.
      type: str
    notifications:
      description: Notifications written again because the topic changed, or removed with it.
      type: list
      elements: dict
    push_endpoint:
      description: Where the events go, its password masked. This and the topic's other options are returned with O(state=present).
      type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RGW_ARGUMENTS, RgwConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_client import NotificationClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic import password_of
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_client import TopicClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_service import TopicService
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
)

TOPIC_ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "push_endpoint": {"type": "str"},
    "persistent": {"type": "bool"},
    "time_to_live": {"type": "int"},
    "max_retries": {"type": "int"},
    "retry_sleep_duration": {"type": "int"},
    "opaque_data": {"type": "str"},
    "verify_ssl": {"type": "bool"},
    "cloudevents": {"type": "bool"},
    "ca_location": {"type": "str"},
    "amqp_exchange": {"type": "str"},
    "amqp_ack_level": {"type": "str", "choices": ["none", "broker", "routable"]},
    "kafka_ack_level": {"type": "str", "choices": ["none", "broker"]},
    "use_ssl": {"type": "bool"},
    "mechanism": {"type": "str", "choices": ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI", "OAUTHBEARER"]},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **RGW_ARGUMENTS,
            "topics": {"type": "list", "elements": "dict", "required": True, "options": TOPIC_ARGUMENTS},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "force": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    topics = module.params["topics"]
    module.no_log_values.update(filter(None, (password_of(topic["push_endpoint"]) for topic in topics)))

    with errors_told(module):
        connection = RgwConnection.from_params(module.params)
    service = TopicService(TopicClient(connection), NotificationClient(connection))

    def plan() -> list[Change]:
        if module.params["state"] == "absent":
            return service.plan_absent(topics, module.params["force"])
        return service.plan_present(topics)

    run_changes(module, "topics", plan, service.apply)


if __name__ == "__main__":
    main()
