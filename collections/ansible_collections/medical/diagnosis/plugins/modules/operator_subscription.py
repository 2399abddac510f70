#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_subscription
short_description: Subscribe to operators of an OpenShift catalogue and wait until they run
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Creates and updates subscriptions of Operator Lifecycle Manager (OLM), each with its namespace and its
    C(OperatorGroup), by server-side apply, any number of them in one task. A subscription of the same name that is there
    already is taken over.
  - All of a task are compared first, then those that differ are written, then all are waited for together, until the
    version (C(ClusterServiceVersion), CSV) that a subscription is to have is installed and C(Succeeded).
  - What OLM would only get stuck with is refused before anything is written. These are a catalogue or a channel that
    isn't there, a second C(OperatorGroup) in a namespace, and a second subscription to a package.
  - A failure names the object that OLM is stuck with, its condition and what to do, as soon as that is certain, rather
    than at the end of O(wait_timeout).
options:
  subscriptions:
    description: The subscriptions.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the subscription.
        type: str
        required: true
      namespace:
        description: Namespace of the subscription, which the operator is installed in. It is created where it is missing.
        type: str
        required: true
      namespace_labels:
        description: Labels of that namespace. Others that it has stay.
        type: dict
      package:
        description: Package to subscribe to. O(subscriptions[].name) if not set.
        type: str
      channel:
        description: Channel of the package. If not set, the package's default, or what the subscription has now.
        type: str
      source:
        description: Catalogue (C(CatalogSource)) that has the package.
        type: str
        default: redhat-operators
      source_namespace:
        description: Namespace of that catalogue.
        type: str
        default: openshift-marketplace
      starting_csv:
        description:
          - Version (CSV) to install first; the channel's newest if not set.
          - With O(subscriptions[].install_plan_approval=Automatic), OLM goes on from there to the channel's newest. With
            V(Manual), it is the version that is to run.
        type: str
      install_plan_approval:
        description: Whether OLM installs a new version by itself, or only after somebody has approved its install plan.
        type: str
        choices: [Automatic, Manual]
        default: Automatic
      config:
        description: What OLM adds to the operator's deployments, such as C(nodeSelector), C(tolerations), C(env) or C(resources).
        type: dict
      operator_group:
        description:
          - The C(OperatorGroup) of the namespace. Leave it out where the namespace has one, such as C(openshift-operators).
          - One of another name that selects the same namespaces is left and used, since OLM installs nothing in a
            namespace that has two.
        type: dict
        suboptions:
          name:
            description: Name of the group.
            type: str
            required: true
          target_namespaces:
            description: Namespaces that the operators of the namespace look after. All if not set.
            type: list
            elements: str
      approve:
        description:
          - Approve the install plan of the wanted version where it waits for that. Plans of other versions are never approved.
          - The wanted version is O(subscriptions[].starting_csv), or without that the one that OLM proposes.
          - An install plan may hold other operators of the same namespace; they are approved with it.
        type: bool
        default: false
  wait:
    description: Whether to wait until the wanted version of every operator runs.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait, for all subscriptions together.
    type: int
    default: 600
extends_documentation_fragment:
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
notes:
  - The objects are written as field manager C(medical.diagnosis). What others have set and the task doesn't mention stays.
  - In check mode the API server itself says what would become of each object (a server-side dry run). Where OLM or the
    namespace isn't there yet, all of it would be created.
seealso:
  - module: medical.diagnosis.operator_subscription_info
  - module: medical.diagnosis.resource_condition
"""

EXAMPLES = r"""
- name: Install Advanced Cluster Management on the hub
  medical.diagnosis.operator_subscription:
    context: hub
    subscriptions:
      - name: advanced-cluster-management
        namespace: open-cluster-management
        channel: release-2.14
        operator_group:
          name: open-cluster-management
          target_namespaces: [open-cluster-management]

- name: Hold a facility's Kafka operator at one version, and let exactly that version in
  medical.diagnosis.operator_subscription:
    context: facility-east
    subscriptions:
      - name: amq-streams
        namespace: xraylab-1
        channel: amq-streams-2.9.x
        starting_csv: amqstreams.v2.9.0-0
        install_plan_approval: Manual
        approve: true
        operator_group:
          name: xraylab-1
          target_namespaces: [xraylab-1]
"""

RETURN = r"""
subscriptions:
  description:
    - The subscriptions in the order of the task, in the state in which they were last seen.
    - On failure, those that had been dealt with.
  returned: always
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
    action:
      description: V(create), V(update) or V(none); in check mode, what would be done.
      type: str
      returned: always
      sample: update
    changed:
      description: Whether it, its namespace or its C(OperatorGroup) was changed, or an install plan approved.
      type: bool
      returned: always
      sample: true
    differences:
      description: Dotted paths of what an update has written.
      type: list
      elements: str
      returned: always
      sample: [Subscription.spec.channel]
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

from collections.abc import Mapping
from functools import cache
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.arguments import SUBSCRIPTION_OPTIONS
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.present import PresentSubscriptions
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_changes


def service_for(params: Mapping[str, Any]) -> PresentSubscriptions:
    """The service that does what the options ask for."""
    wait_timeout = params["wait_timeout"] if params["wait"] else None
    return PresentSubscriptions(connect(params), params["subscriptions"], wait_timeout=wait_timeout)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "subscriptions": {"type": "list", "elements": "dict", "required": True, "options": SUBSCRIPTION_OPTIONS},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    service = cache(lambda: service_for(module.params))
    run_changes(module, "subscriptions", lambda: service().plan(), lambda _changes: service().apply())


if __name__ == "__main__":
    main()
