#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rgw_bucket_notification
short_description: Manage the notifications of a Ceph object gateway's buckets
version_added: 0.1.0
description:
  - Says which events of a bucket go to which topic of a Ceph object gateway (RGW).
  - Knows the gateway's own filters, on a regular expression, on user metadata and on tags, which S3's clients don't.
  - Notifications that aren't listed stay as they are, unless O(purge=true).
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.rgw
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.rgw
options:
  buckets:
    description: The buckets and their notifications.
    type: list
    elements: dict
    required: true
    suboptions:
      bucket:
        description: Name of the bucket. It must exist, and belong to the user the module acts as.
        type: str
        required: true
        aliases: [name]
      notifications:
        description: The bucket's notifications. An empty list together with O(purge=true) removes all there are.
        type: list
        elements: dict
        required: true
        suboptions:
          id:
            description: Name of the notification, unique in the bucket.
            type: str
            required: true
          topic:
            description: Name of the topic that gets the events, or its ARN. Needed with O(state=present).
            type: str
          events:
            description: The events. Needed with O(state=present).
            type: list
            elements: str
            choices:
              - s3:ObjectCreated:*
              - s3:ObjectCreated:Put
              - s3:ObjectCreated:Post
              - s3:ObjectCreated:Copy
              - s3:ObjectCreated:CompleteMultipartUpload
              - s3:ObjectRemoved:*
              - s3:ObjectRemoved:Delete
              - s3:ObjectRemoved:DeleteMarkerCreated
              - s3:ObjectLifecycle:*
              - s3:ObjectLifecycle:Expiration:*
              - s3:ObjectLifecycle:Expiration:Current
              - s3:ObjectLifecycle:Expiration:NonCurrent
              - s3:ObjectLifecycle:Expiration:DeleteMarker
              - s3:ObjectLifecycle:Transition:*
              - s3:ObjectLifecycle:Transition:Current
              - s3:ObjectLifecycle:Transition:NonCurrent
              - s3:LifecycleExpiration:*
              - s3:LifecycleExpiration:Delete
              - s3:LifecycleExpiration:DeleteMarkerCreated
              - s3:LifecycleTransition
              - s3:ObjectSynced:*
              - s3:ObjectSynced:Create
              - s3:ObjectSynced:Delete
              - s3:ObjectSynced:DeletionMarkerCreated
              - s3:Replication:*
              - s3:Replication:Create
              - s3:Replication:Delete
              - s3:Replication:DeletionMarkerCreated
          filter:
            description: Which objects' events go there; all of the conditions must be met. Without it, those of every object.
            type: dict
            suboptions:
              prefix:
                description: How the object's key begins.
                type: str
              suffix:
                description: How the object's key ends.
                type: str
              regex:
                description: Regular expression (ECMAScript) that the whole key matches.
                type: str
              metadata:
                description: User metadata that the object has. Names can be given with V(x-amz-meta-) or without.
                type: dict
              tags:
                description: Tags that the object has.
                type: dict
  purge:
    description: With O(state=present), whether to remove the buckets' notifications that aren't listed.
    type: bool
    default: false
  state:
    description: Whether the notifications should be there. With V(absent) only the ids are looked at.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: medical.diagnosis.rgw_bucket_notification_info
  - module: medical.diagnosis.rgw_topic
  - module: amazon.aws.s3_bucket
    description: Makes the buckets themselves, with its options C(endpoint_url) and C(ceph).
"""

EXAMPLES = r"""
- name: Tell the pipeline about every new film
  medical.diagnosis.rgw_bucket_notification:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ object_store_access_key }}"
    secret_key: "{{ object_store_secret_key }}"
    buckets:
      - bucket: xray-source
        notifications:
          - id: xray-images
            topic: xray-images
            events: ['s3:ObjectCreated:*']

- name: Have only these notifications, with filters that are the gateway's own
  medical.diagnosis.rgw_bucket_notification:
    buckets:
      - bucket: xray-source
        notifications:
          - id: urgent
            topic: xray-urgent
            events: ['s3:ObjectCreated:*']
            filter:
              regex: '.*\.(jpe?g|png|dcm)'
              metadata:
                priority: urgent
              tags:
                department: emergency
    purge: true

- name: Remove one
  medical.diagnosis.rgw_bucket_notification:
    buckets:
      - bucket: xray-source
        notifications:
          - id: urgent
    state: absent
"""

RETURN = r"""
notifications:
  description: What became of each notification. In check mode, what would become of it.
  returned: always
  type: list
  elements: dict
  sample:
    - name: xray-source/xray-images
      bucket: xray-source
      id: xray-images
      action: create
      changed: true
      differences: []
      topic: xray-images
      topic_arn: "arn:aws:sns:default::xray-images"
      events: ['s3:ObjectCreated:*']
      filter: {}
  contains:
    name:
      description: Bucket and id.
      type: str
    bucket:
      description: Name of the bucket.
      type: str
    id:
      description: Name of the notification.
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
    topic:
      description: Name of the topic. This and the following are not returned for a notification that wasn't there to be removed.
      type: str
    topic_arn:
      description: ARN of the topic.
      type: str
    events:
      description: The events.
      type: list
      elements: str
    filter:
      description: The conditions, those that are set.
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RGW_ARGUMENTS, RgwConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification import EVENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_client import NotificationClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_service import NotificationService
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.topic_client import TopicClient
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
)

FILTER_ARGUMENTS = {
    "prefix": {"type": "str"},
    "suffix": {"type": "str"},
    "regex": {"type": "str"},
    "metadata": {"type": "dict"},
    "tags": {"type": "dict"},
}
NOTIFICATION_ARGUMENTS = {
    "id": {"type": "str", "required": True},
    "topic": {"type": "str"},
    "events": {"type": "list", "elements": "str", "choices": list(EVENTS)},
    "filter": {"type": "dict", "options": FILTER_ARGUMENTS},
}
BUCKET_ARGUMENTS = {
    "bucket": {"type": "str", "required": True, "aliases": ["name"]},
    "notifications": {"type": "list", "elements": "dict", "required": True, "options": NOTIFICATION_ARGUMENTS},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **RGW_ARGUMENTS,
            "buckets": {"type": "list", "elements": "dict", "required": True, "options": BUCKET_ARGUMENTS},
            "purge": {"type": "bool", "default": False},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    buckets = module.params["buckets"]
    with errors_told(module):
        connection = RgwConnection.from_params(module.params)
    service = NotificationService(TopicClient(connection), NotificationClient(connection))

    def plan() -> list[Change]:
        if module.params["state"] == "absent":
            return service.plan_absent(buckets)
        return service.plan_present(buckets, module.params["purge"])

    run_changes(module, "notifications", plan, service.apply)


if __name__ == "__main__":
    main()
