#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gitops_application
short_description: Manage Argo CD applications and wait for the revision asked for
version_added: 0.1.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Creates, updates and deletes Argo CD's C(Application) objects by server-side apply, any number of them in one task.
  - All of a task are compared first, then those that differ are written, then all are waited for together. An
    application that the API server rejects fails the task before anything is written.
  - Waiting means that Argo CD has looked at the application as it is now, works on the revision that was asked for, has
    synced it, runs no sync any more and finds everything in it healthy. Argo CD is asked to look at once, so the task
    doesn't wait for its poll every few minutes.
  - A failure says which resources are out of sync or not healthy, and Argo CD's own message.
options:
  applications:
    description: The applications.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the application.
        type: str
        required: true
      namespace:
        description: Namespace of the C(Application) object, on the cluster that Argo CD runs in.
        type: str
        default: argocd
      project:
        description: Argo CD project of the application.
        type: str
        default: default
      labels:
        description: Labels of the C(Application) object.
        type: dict
      annotations:
        description: Annotations of the C(Application) object.
        type: dict
      source:
        description:
          - Where its manifests come from. Needed with O(state=present).
          - What this leaves out is removed from the application's source, even where someone else has set it.
        type: dict
        suboptions:
          repo_url:
            description: URL of the Git repository, or of the Helm repository with O(applications[].source.chart).
            type: str
            required: true
          path:
            description: Folder in the Git repository.
            type: str
          chart:
            description: Name of a chart in the Helm repository.
            type: str
          target_revision:
            description:
              - Branch, tag or commit of the Git repository, or version (range) of the chart. V(HEAD) if not set.
              - Only a full commit id means the same at any time; of everything else, what it means now is waited for.
            type: str
          helm:
            description: How to render a Helm chart.
            type: dict
            suboptions:
              release_name:
                description: Name of the release; the application's name if not set.
                type: str
              values:
                description: Values of the chart.
                type: dict
              value_files:
                description: Files with values, in the repository.
                type: list
                elements: str
              parameters:
                description: Single values, which go before O(applications[].source.helm.values).
                type: list
                elements: dict
                suboptions:
                  name:
                    description: Dotted path of the value.
                    type: str
                    required: true
                  value:
                    description: The value.
                    type: str
                    required: true
                  force_string:
                    description: Whether the value is a string even where it looks like a number or a boolean.
                    type: bool
              skip_crds:
                description: Whether to leave out the chart's custom resource definitions.
                type: bool
          kustomize:
            description: How to render a kustomization.
            type: dict
            suboptions:
              images:
                description: Images to put in the place of others, each V(name=new) or V(name@sha256:digest).
                type: list
                elements: str
              patches:
                description: Patches.
                type: list
                elements: dict
                suboptions:
                  patch:
                    description: A strategic merge or JSON patch, as YAML.
                    type: str
                  path:
                    description: A file with the patch, in the repository.
                    type: str
                  target:
                    description: What to patch; all that match.
                    type: dict
                    suboptions:
                      group:
                        description: API group.
                        type: str
                      version:
                        description: API version.
                        type: str
                      kind:
                        description: Kind.
                        type: str
                      name:
                        description: Regular expression of the name.
                        type: str
                      namespace:
                        description: Regular expression of the namespace.
                        type: str
                      label_selector:
                        description: Label selector.
                        type: str
                      annotation_selector:
                        description: Annotation selector.
                        type: str
              components:
                description: Kustomize components to add, as folders in the repository.
                type: list
                elements: str
              name_prefix:
                description: What to put in front of all names.
                type: str
              name_suffix:
                description: What to put behind all names.
                type: str
              namespace:
                description: Namespace to set on everything.
                type: str
              common_labels:
                description: Labels to set on everything.
                type: dict
              common_annotations:
                description: Annotations to set on everything.
                type: dict
          directory:
            description: How to read a folder of plain manifests.
            type: dict
            suboptions:
              recurse:
                description: Whether to read the folders in it too.
                type: bool
              include:
                description: Glob of the files to read.
                type: str
              exclude:
                description: Glob of the files to leave out.
                type: str
      destination:
        description: Where it goes. Needed with O(state=present).
        type: dict
        suboptions:
          name:
            description: Name of the cluster, as registered with Argo CD.
            type: str
          server:
            description: Address of the cluster's API server, as registered with Argo CD.
            type: str
          namespace:
            description: Namespace for what names none itself.
            type: str
      sync_policy:
        description: When and how Argo CD syncs it.
        type: dict
        suboptions:
          automated:
            description: Sync by itself. An empty mapping is enough; left out, somebody has to sync it by hand.
            type: dict
            suboptions:
              enabled:
                description: V(false) switches it off and keeps the rest.
                type: bool
              prune:
                description: Whether to delete what has gone from the repository.
                type: bool
              self_heal:
                description: Whether to undo what others change in the cluster.
                type: bool
              allow_empty:
                description: Whether to delete the last resource too.
                type: bool
          sync_options:
            description: Argo CD's sync options, such as V(ServerSideApply=true).
            type: list
            elements: str
          retry:
            description: What to do about a sync that failed.
            type: dict
            suboptions:
              limit:
                description: How often to try again; a negative number for without end.
                type: int
              refresh:
                description: Whether to try again with the newest revision rather than with the one that failed. Argo CD 3.2 or newer.
                type: bool
              backoff:
                description: How long to wait before each attempt.
                type: dict
                suboptions:
                  duration:
                    description: Before the first one, such as V(5s).
                    type: str
                  factor:
                    description: By what it grows with each further one.
                    type: int
                  max_duration:
                    description: At most, such as V(1m).
                    type: str
      ignore_differences:
        description: Fields that others may change without the application being out of sync.
        type: list
        elements: dict
        suboptions:
          group:
            description: API group of the resource.
            type: str
          kind:
            description: Kind of the resource.
            type: str
            required: true
          name:
            description: Name of the resource; all of the kind if not set.
            type: str
          namespace:
            description: Namespace of the resource; all if not set.
            type: str
          json_pointers:
            description: The fields, as JSON pointers.
            type: list
            elements: str
          jq_path_expressions:
            description: The fields, as jq expressions.
            type: list
            elements: str
          managed_fields_managers:
            description: The fields, by the names of those who manage them.
            type: list
            elements: str
      expected_revision:
        description:
          - The commit, or version of the chart, that has to be synced, where O(applications[].source.target_revision) is
            a branch, tag or range that is about to reach it.
          - Otherwise what the target revision means when Argo CD looks at it is taken.
        type: str
      history_id:
        description:
          - With O(state=rolled_back), the entry of the application's history to go back to, as
            M(medical.diagnosis.gitops_application_info) returns it.
          - If not set, the newest entry whose source or revision differs from what was synced last. A second run then
            leaves it at that.
        type: int
  state:
    description:
      - Whether the applications are to be there.
      - With V(rolled_back), those that are there go back to a state that was synced before. The source of then, Helm values
        included, becomes the application's, and its target revision the commit or version of then.
        So Argo CD keeps it there, also where it syncs by itself, which rules out C(argocd app rollback).
      - A later task with V(present) moves it on again to what that task says. To stay, have the inventory say the same.
    type: str
    choices: [present, absent, rolled_back]
    default: present
  cascade:
    description:
      - With O(state=absent), whether what the applications have put into their destinations, volumes and their data
        included, is deleted with them.
      - If not, it stays and goes on working; an application of the same name and source takes it over again.
    type: bool
    default: false
  wait:
    description: Whether to wait until all applications are synced and healthy, or gone.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait, for all applications together.
    type: int
    default: 300
  degraded_timeout:
    description:
      - Fail as soon as an application has been V(Degraded) for so many seconds, rather than at the end of O(wait_timeout).
      - If not set, what is degraded is given all the time there is to become healthy.
    type: int
  refresh:
    description:
      - When to have Argo CD compare an application now.
      - V(auto) does when the task has changed it, and when its target revision is waited for and may have moved.
      - V(hard) does when the task has changed it or waits for it, and drops the manifests that Argo CD has in its cache.
      - V(never) leaves it to Argo CD.
    type: str
    choices: [auto, hard, never]
    default: auto
extends_documentation_fragment:
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.kubernetes
  - medical.diagnosis.kubernetes
notes:
  - The objects are written as field manager C(medical.diagnosis). Outside of the source, what others have set and the
    task doesn't mention stays as it is.
  - Argo CD syncs what belongs to one application in waves. The order is the charts' own, annotation
    C(argocd.argoproj.io/sync-wave) on each resource, and needs no option here. A task waits for all waves.
    For an order between applications, use a task for each step.
  - Two runs at once don't tear an application apart, since each is written by one request and the API server keeps every
    field's owner. Where both say something else, the later one wins, and the earlier one fails rather than report a state
    that isn't its own. With O(state=rolled_back) a write of somebody else's in between is an error, and nothing is written.
  - In check mode the API server itself says what would become of each application (a server-side dry run). Where Argo
    CD isn't installed yet, all of them would be created.
seealso:
  - module: medical.diagnosis.gitops_application_info
"""

EXAMPLES = r"""
- name: Run a facility's database at the newest commit of main
  medical.diagnosis.gitops_application:
    context: hub
    applications:
      - name: facility-east-database
        project: medical-diagnosis
        source:
          repo_url: https://git.hub.example/medical-diagnosis.git
          target_revision: main
          path: gitops/facility/database
          helm:
            values:
              storage:
                size: 20Gi
        destination:
          name: facility-east
          namespace: xraylab-1
        sync_policy:
          automated:
            prune: true
            self_heal: true
          sync_options:
            - ServerSideApply=true

- name: Write all applications of the fleet and go on
  medical.diagnosis.gitops_application:
    context: hub
    applications: "{{ fleet_applications }}"
    wait: false

- name: Wait until the commit that was just pushed is synced and healthy everywhere
  medical.diagnosis.gitops_application:
    context: hub
    applications: "{{ fleet_applications | map('combine', {'expected_revision': pushed.after}) }}"
    wait_timeout: 600
    degraded_timeout: 60

- name: Forget a facility's applications, and leave running what they have put there
  medical.diagnosis.gitops_application:
    context: hub
    applications:
      - name: facility-west-database
      - name: facility-west-inference
    state: absent

- name: Take a facility's inference back to what was there before the newest sync
  medical.diagnosis.gitops_application:
    context: hub
    applications:
      - name: facility-east-inference
    state: rolled_back
  register: back

- name: Say what to write into the inventory
  ansible.builtin.debug:
    msg: "{{ back.applications[0].rolled_back_to.revision }}"

- name: Delete the generator of films with all that belongs to it
  medical.diagnosis.gitops_application:
    context: hub
    applications:
      - name: facility-east-image-generator
    state: absent
    cascade: true
"""

RETURN = r"""
applications:
  description:
    - The applications in the order of the task, with the status in which they were last seen.
    - On failure, those that had been dealt with.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the application.
      type: str
      returned: always
      sample: facility-east-database
    namespace:
      description: Namespace of the C(Application) object.
      type: str
      returned: always
      sample: argocd
    action:
      description: V(create), V(update), V(delete) or V(none); in check mode, what would be done.
      type: str
      returned: always
      sample: update
    changed:
      description: Whether there was anything to write.
      type: bool
      returned: always
      sample: true
    differences:
      description: Dotted paths of what an update wrote.
      type: list
      elements: str
      returned: always
      sample: [spec.source.helm.valuesObject.storage.size]
    sync_status:
      description: V(Synced), V(OutOfSync) or V(Unknown).
      type: str
      returned: O(state=present) or O(state=rolled_back)
      sample: Synced
    health_status:
      description: V(Healthy), V(Progressing), V(Degraded), V(Suspended), V(Missing) or V(Unknown).
      type: str
      returned: O(state=present) or O(state=rolled_back)
      sample: Healthy
    target_revision:
      description: Branch, tag, commit or version range that was asked for.
      type: str
      returned: O(state=present) or O(state=rolled_back)
      sample: main
    revision:
      description: Commit or version that it stood for when Argo CD last looked; empty if it never has.
      type: str
      returned: O(state=present) or O(state=rolled_back)
      sample: 7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d
    reconciled_at:
      description: When Argo CD last compared it with the repository.
      type: str
      returned: O(state=present) or O(state=rolled_back)
      sample: "2026-11-24T14:02:11Z"
    conditions:
      description: Argo CD's errors and warnings about it.
      type: list
      elements: dict
      returned: O(state=present) or O(state=rolled_back)
      sample:
        - type: ComparisonError
          message: "Failed to load target state: unable to resolve 'release-2' to a commit SHA"
    rolled_back_to:
      description: The entry of its history that it goes back to.
      type: dict
      returned: O(state=rolled_back)
      sample:
        id: 3
        revision: 7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d
        deployed_at: "2026-11-24T14:02:19Z"
    out_of_sync:
      description: The resources that aren't as the repository says.
      type: list
      elements: dict
      returned: O(state=present) or O(state=rolled_back)
      sample:
        - kind: StatefulSet
          group: apps
          namespace: xraylab-1
          name: xraylabdb
          requires_pruning: false
    unhealthy:
      description: The resources that aren't healthy, where Argo CD writes the health of each down.
      type: list
      elements: dict
      returned: O(state=present) or O(state=rolled_back)
      sample:
        - kind: StatefulSet
          group: apps
          namespace: xraylab-1
          name: xraylabdb
          requires_pruning: false
          health: Progressing
          message: "Waiting for 1 pods to be ready..."
    operation:
      description: The newest sync.
      type: dict
      returned: O(state=present) or O(state=rolled_back)
      contains:
        phase:
          description: V(Running), V(Terminating), V(Succeeded), V(Failed), V(Error), or empty for none yet.
          type: str
          returned: always
          sample: Succeeded
        message:
          description: What Argo CD says about it.
          type: str
          returned: always
          sample: successfully synced (all tasks run)
        failures:
          description: The resources and hooks that its newest attempt failed at, each with the reason.
          type: list
          elements: dict
          returned: always
          sample: []
        revision:
          description: The revision that was synced.
          type: str
          returned: always
          sample: 7d3c6f0a1e5b4c2d9f8e7a6b5c4d3e2f1a0b9c8d
        started_at:
          description: When it started.
          type: str
          returned: always
          sample: "2026-11-24T14:02:12Z"
        finished_at:
          description: When it, or its last attempt, ended.
          type: str
          returned: always
          sample: "2026-11-24T14:02:19Z"
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.absent import AbsentApplications
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.arguments import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.present import PresentApplications
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops.rolled_back import RolledBackApplications
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.libraries import IMPORT_ERRORS
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_changes


def service_for(params: Mapping[str, Any]) -> PresentApplications | AbsentApplications | RolledBackApplications:
    """The service for the state that is wanted, connected."""
    client = connect(params)
    wait_timeout = params["wait_timeout"] if params["wait"] else None
    if params["state"] == "absent":
        return AbsentApplications(client, params["applications"], cascade=params["cascade"], wait_timeout=wait_timeout)
    if params["state"] == "rolled_back":
        return RolledBackApplications(
            client,
            params["applications"],
            wait_timeout=wait_timeout,
            hard=params["refresh"] == "hard",
            degraded_timeout=params["degraded_timeout"],
        )
    return PresentApplications(
        client,
        params["applications"],
        wait_timeout=wait_timeout,
        refresh=params["refresh"],
        degraded_timeout=params["degraded_timeout"],
    )


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_ARGUMENTS,
            "applications": {"type": "list", "elements": "dict", "required": True, "options": APPLICATION},
            "state": {"type": "str", "choices": ["present", "absent", "rolled_back"], "default": "present"},
            "cascade": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 300},
            "degraded_timeout": {"type": "int"},
            "refresh": {"type": "str", "choices": ["auto", "hard", "never"], "default": "auto"},
        },
        supports_check_mode=True,
    )
    require_libraries(module, IMPORT_ERRORS)
    service = cache(lambda: service_for(module.params))
    run_changes(module, "applications", lambda: service().plan(), lambda changes: service().apply(changes))


if __name__ == "__main__":
    main()
