#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rgw_user_info
short_description: Read the users of a Ceph object gateway
version_added: 0.1.0
description:
  - Returns users of a Ceph object gateway (RGW) with their access keys, capabilities and quotas. Secret keys are never returned.
  - The user that the module acts as needs the capability V(users=read).
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.rgw
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.rgw
options:
  uids:
    description: The users to return, V(tenant$name) for one of a tenant. One that doesn't exist is just not returned. Without this option, all.
    type: list
    elements: str
seealso:
  - module: medical.diagnosis.rgw_user
"""

EXAMPLES = r"""
- name: Read all users
  medical.diagnosis.rgw_user_info:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ object_store_admin_access_key }}"
    secret_key: "{{ object_store_admin_secret_key }}"
  register: found

- name: See that nobody but the administrator may manage users
  ansible.builtin.assert:
    that: found.users | selectattr('caps.users', 'defined') | map(attribute='uid') | list == ['admin']
"""

RETURN = r"""
users:
  description: The users, in the order of O(uids), or else as the gateway lists them.
  returned: always
  type: list
  elements: dict
  sample:
    - uid: xraylab-1
      display_name: X-ray laboratory 1
      email: ""
      suspended: false
      max_buckets: 1000
      keys: [0555B35654AD1656D804]
      caps: {}
      user_quota:
        enabled: true
        max_size: 2199023255552
        max_objects: -1
      bucket_quota:
        enabled: false
        max_size: -1
        max_objects: -1
  contains:
    uid:
      description: Name of the user.
      type: str
    display_name:
      description: The user's name for people.
      type: str
    email:
      description: The user's email.
      type: str
    suspended:
      description: Whether the user is barred.
      type: bool
    max_buckets:
      description: How many buckets the user may have.
      type: int
    keys:
      description: The access keys.
      type: list
      elements: str
    caps:
      description: The capabilities.
      type: dict
    user_quota:
      description: Limit on all that the user owns, the size in bytes.
      type: dict
    bucket_quota:
      description: Limit on each of the user's buckets, the size in bytes.
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RGW_ARGUMENTS, RgwConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.user_client import UserClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.user_service import UserService
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import errors_told, require_libraries, run_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**RGW_ARGUMENTS, "uids": {"type": "list", "elements": "str"}},
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    with errors_told(module):
        connection = RgwConnection.from_params(module.params)
    service = UserService(UserClient(connection), connection.access_key)
    run_info(module, "users", lambda: service.describe(module.params["uids"]))


if __name__ == "__main__":
    main()
