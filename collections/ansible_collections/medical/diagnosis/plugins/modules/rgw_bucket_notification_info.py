#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rgw_bucket_notification_info
short_description: Read the notifications of a Ceph object gateway's buckets
version_added: 0.1.0
description:
  - Returns which events of buckets go to which topics of a Ceph object gateway (RGW), with the gateway's own filters.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.rgw
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.rgw
options:
  buckets:
    description: Names of the buckets to look at. One that doesn't exist is an error. Without this option, all that the user owns.
    type: list
    elements: str
seealso:
  - module: medical.diagnosis.rgw_bucket_notification
"""

EXAMPLES = r"""
- name: Read where the events of new films go
  medical.diagnosis.rgw_bucket_notification_info:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ object_store_access_key }}"
    secret_key: "{{ object_store_secret_key }}"
    buckets:
      - xray-source
"""

RETURN = r"""
buckets:
  description: The buckets, in the order of O(buckets), or else as the gateway lists them.
  returned: always
  type: list
  elements: dict
  sample:
    - bucket: xray-source
      notifications:
        - id: xray-images
          topic: xray-images
          topic_arn: "arn:aws:sns:default::xray-images"
          events: ['s3:ObjectCreated:*']
          filter:
            suffix: .jpeg
  contains:
    bucket:
      description: Name of the bucket.
      type: str
    notifications:
      description: Its notifications; an empty list where it has none.
      type: list
      elements: dict
      contains:
        id:
          description: Name of the notification.
          type: str
        topic:
          description: Name of the topic.
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
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_client import NotificationClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.notification_service import describe
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import errors_told, require_libraries, run_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**RGW_ARGUMENTS, "buckets": {"type": "list", "elements": "str"}},
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    with errors_told(module):
        client = NotificationClient(RgwConnection.from_params(module.params))
    run_info(module, "buckets", lambda: describe(client, module.params["buckets"]))


if __name__ == "__main__":
    main()
