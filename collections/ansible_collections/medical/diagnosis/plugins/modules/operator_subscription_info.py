#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_subscription_info
short_description: Read the subscriptions to operators of an OpenShift catalogue
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Returns the subscriptions of Operator Lifecycle Manager (OLM) with the version that is installed of each, the one that
    OLM is heading for, and the install plan between the two.
  - Where OLM isn't installed, there are none.
options:
  names:
    description: Return subscriptions of these names only. Those that aren't there are left out.
    type: list
    elements: str
  namespace:
    description: Return subscriptions of this namespace only; of all if not set.
    type: str
extends_documentation_fragment:
  - medical.diagnosis.attributes.info
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
seealso:
  - module: medical.diagnosis.operator_subscription
"""

EXAMPLES = r"""
- name: Read all subscriptions of a facility
  medical.diagnosis.operator_subscription_info:
    context: facility-east
  register: operators

- name: Name the install plans that wait for somebody
  ansible.builtin.debug:
    msg: "{{ item.namespace }}/{{ item.install_plan }} would bring {{ item.current_csv }} in the place of {{ item.installed_csv }}"
  loop: "{{ operators.subscriptions | selectattr('install_plan_phase', 'eq', 'RequiresApproval') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
subscriptions:
  description: The subscriptions, by namespace and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the subscription.
      type: str
      returned: always
      sample: amq-streams
    namespace:
      description: Namespace of the subscription.
      type: str
      returned: always
      sample: xraylab-1
    package:
      description: Package that it subscribes to.
      type: str
      returned: always
      sample: amq-streams
    channel:
      description: Channel; empty for the package's default.
      type: str
      returned: always
      sample: amq-streams-2.9.x
    source:
      description: Catalogue of the package.
      type: str
      returned: always
      sample: redhat-operators
    source_namespace:
      description: Namespace of the catalogue.
      type: str
      returned: always
      sample: openshift-marketplace
    install_plan_approval:
      description: V(Automatic) or V(Manual).
      type: str
      returned: always
      sample: Automatic
    state:
      description: OLM's word for it, such as V(AtLatestKnown) or V(UpgradePending); empty for none yet.
      type: str
      returned: always
      sample: AtLatestKnown
    current_csv:
      description: Version that OLM is heading for; empty for none yet.
      type: str
      returned: always
      sample: amqstreams.v2.9.0-0
    installed_csv:
      description: Version that is installed; empty for none.
      type: str
      returned: always
      sample: amqstreams.v2.9.0-0
    csv_phase:
      description: Phase of the version that OLM is heading for.
      type: str
      returned: always
      sample: Succeeded
    csv_message:
      description: What OLM says about that version.
      type: str
      returned: always
      sample: install strategy completed with no errors
    install_plan:
      description: Name of the newest install plan; empty for none.
      type: str
      returned: always
      sample: install-7kq2x
    install_plan_phase:
      description: Its phase, such as V(RequiresApproval) or V(Complete).
      type: str
      returned: always
      sample: Complete
    conditions:
      description: The subscription's conditions.
      type: list
      elements: dict
      returned: always
      sample:
        - type: CatalogSourcesUnhealthy
          status: "False"
          reason: AllCatalogSourcesHealthy
          message: all available catalogsources are healthy
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import MissingFoundationError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.kinds import SUBSCRIPTION
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.present import result_of
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.reader import Reader
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_info


def read(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The subscriptions that the options ask for."""
    try:
        return list(_described(params))
    except MissingFoundationError:
        return []


def _described(params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    client = connect(params)
    reader = Reader(client)
    for found in client.list(SUBSCRIPTION, params["namespace"]):
        metadata = found["metadata"]
        if params["names"] is None or metadata["name"] in params["names"]:
            yield {"name": metadata["name"], **result_of(metadata["namespace"], reader.complete(found))}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "names": {"type": "list", "elements": "str"},
            "namespace": {"type": "str"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    run_info(module, "subscriptions", lambda: read(module.params))


if __name__ == "__main__":
    main()
