#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rgw_user
short_description: Manage the users of a Ceph object gateway
version_added: 0.1.0
description:
  - Creates, changes and removes users of a Ceph object gateway (RGW), with their keys, capabilities and quotas, over its Admin Ops API.
  - The user that the module acts as needs the capability V(users=*). The module refuses to lock this user out.
author:
  - The medical.diagnosis project (@medical-diagnosis)
extends_documentation_fragment:
  - medical.diagnosis.rgw
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.rgw
options:
  users:
    description: The users. What isn't set of a user that exists stays as it is.
    type: list
    elements: dict
    required: true
    suboptions:
      uid:
        description: Name of the user, V(tenant$name) for one of a tenant.
        type: str
        required: true
      display_name:
        description: The user's name for people. A new user needs it. It must not have V(&) or V(<), which the gateway can't cope with.
        type: str
      email:
        description: The user's email; an empty text removes it.
        type: str
      suspended:
        description: Whether the user is barred from everything.
        type: bool
      max_buckets:
        description: How many buckets the user may have, V(0) for no limit, V(-1) for none at all.
        type: int
      keys:
        description: Keys the user has. Others stay, unless O(purge_keys=true). A new user for whom none is set gets none.
        type: list
        elements: dict
        suboptions:
          access_key:
            description: The access key, unique in the gateway.
            type: str
            required: true
          secret_key:
            description: The secret key. Where the gateway has another one, it is replaced.
            type: str
            required: true
      caps:
        description:
          - The user's capabilities, all of them, from V(users), V(buckets), V(metadata), V(usage), V(zone) ... to V(read), V(write) or V(*).
          - An empty dictionary removes them all.
        type: dict
      user_quota:
        description: Limit on all that the user owns.
        type: dict
        suboptions: &quota
          enabled:
            description: Whether the limit counts. A new user's doesn't.
            type: bool
          max_size:
            description: In bytes, or with a unit such as V(500G); V(-1) for no limit.
            type: str
          max_objects:
            description: Number of objects; V(-1) for no limit.
            type: int
      bucket_quota:
        description: Limit on each of the user's buckets.
        type: dict
        suboptions: *quota
  purge_keys:
    description: With O(state=present), whether to remove keys that aren't listed, of users whose O(users[].keys) is set.
    type: bool
    default: false
  state:
    description: Whether the users should be there. With V(absent) only the uids are looked at.
    type: str
    choices: [present, absent]
    default: present
  purge_data:
    description: With O(state=absent), whether to remove a user's buckets with all that is in them. Without it such a user is an error.
    type: bool
    default: false
seealso:
  - module: medical.diagnosis.rgw_user_info
notes:
  - The Admin Ops API takes keys as part of the address. Use an V(https) endpoint, and mind what proxies write into their logs.
"""

EXAMPLES = r"""
- name: Have a user that owns the facility's buckets
  medical.diagnosis.rgw_user:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ object_store_admin_access_key }}"
    secret_key: "{{ object_store_admin_secret_key }}"
    users:
      - uid: xraylab-1
        display_name: X-ray laboratory 1
        keys:
          - access_key: "{{ xraylab_access_key }}"
            secret_key: "{{ xraylab_secret_key }}"
        user_quota:
          enabled: true
          max_size: 2T

- name: Have it only this key, which ends what an old one can do
  medical.diagnosis.rgw_user:
    users:
      - uid: xraylab-1
        keys:
          - access_key: "{{ xraylab_new_access_key }}"
            secret_key: "{{ xraylab_new_secret_key }}"
    purge_keys: true

- name: Bar a user
  medical.diagnosis.rgw_user:
    users:
      - uid: xraylab-2
        suspended: true
"""

RETURN = r"""
users:
  description: What became of each user, in the order they were given. In check mode, what would become of it.
  returned: always
  type: list
  elements: dict
  sample:
    - name: xraylab-1
      uid: xraylab-1
      action: create
      changed: true
      differences: []
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
    name:
      description: The same as C(uid).
      type: str
    uid:
      description: Name of the user.
      type: str
    action:
      description: V(create), V(update), V(delete) or V(none).
      type: str
    changed:
      description: Whether anything was to be done.
      type: bool
    differences:
      description: What an update changes; a secret key as V(keys.<access key>.secret_key).
      type: list
      elements: str
    display_name:
      description: The user's name for people. This and the following are returned with O(state=present).
      type: str
    email:
      description: The user's email.
      type: str
    suspended:
      description: Whether the user is barred.
      type: bool
    max_buckets:
      description: How many buckets the user may have; empty for one that is still to be created with the gateway's default.
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
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import (
    errors_told,
    require_libraries,
    run_changes,
)

KEY_ARGUMENTS = {
    "access_key": {"type": "str", "required": True, "no_log": False},
    "secret_key": {"type": "str", "required": True, "no_log": True},
}
QUOTA_ARGUMENTS = {
    "enabled": {"type": "bool"},
    "max_size": {"type": "str"},
    "max_objects": {"type": "int"},
}
USER_ARGUMENTS = {
    "uid": {"type": "str", "required": True},
    "display_name": {"type": "str"},
    "email": {"type": "str"},
    "suspended": {"type": "bool"},
    "max_buckets": {"type": "int"},
    "keys": {"type": "list", "elements": "dict", "no_log": False, "options": KEY_ARGUMENTS},
    "caps": {"type": "dict"},
    "user_quota": {"type": "dict", "options": QUOTA_ARGUMENTS},
    "bucket_quota": {"type": "dict", "options": QUOTA_ARGUMENTS},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **RGW_ARGUMENTS,
            "users": {"type": "list", "elements": "dict", "required": True, "options": USER_ARGUMENTS},
            "purge_keys": {"type": "bool", "default": False, "no_log": False},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "purge_data": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    users = module.params["users"]
    with errors_told(module):
        connection = RgwConnection.from_params(module.params)
    service = UserService(UserClient(connection), connection.access_key)

    def plan() -> list[Change]:
        if module.params["state"] == "absent":
            return service.plan_absent(users)
        return service.plan_present(users, module.params["purge_keys"])

    run_changes(module, "users", plan, lambda changes: service.apply(changes, module.params["purge_data"]))


if __name__ == "__main__":
    main()
