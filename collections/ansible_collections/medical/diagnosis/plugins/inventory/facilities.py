# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: facilities
short_description: A hub's managed clusters as hosts
version_added: 0.2.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Makes a host of every C(ManagedCluster) of a hub that runs Open Cluster Management or Red Hat Advanced Cluster Management.
  - Every host is in the group C(facilities); in one of the groups C(available), C(unavailable) and C(unknown), by what the
    hub knows of it; and in C(cluster_set_<name>) where it belongs to a cluster set. O(label_groups), O(keyed_groups) and
    O(groups) make more.
  - The hosts' variables are C(cluster_name), C(labels), C(cluster_set), C(availability), C(accepted), C(joined),
    C(conditions) (by type, each with C(status), C(reason), C(message) and C(since)), C(kubernetes_version), C(claims)
    (by name), C(api_urls) and C(created). What the hub doesn't know yet is empty.
  - The source is a YAML file with a name that ends in C(.facilities.yml) or C(.facilities.yaml). Options that say how to
    reach the hub, O(label_selector) and the prefixes may be templates, of lookups and extra variables.
options:
  plugin:
    description: The name of this plugin, which says that the file is for it.
    type: str
    required: true
    choices: [medical.diagnosis.facilities]
  label_selector:
    description: Take only the clusters that match this Kubernetes label selector, such as V(region in (north, east), local-cluster!=true).
    type: str
  label_groups:
    description:
      - Labels to group by. A cluster with the label V(wave=canary), or V(example.com/wave=canary), comes into the group C(wave_canary).
      - The same as an entry of O(keyed_groups) for each, in a fraction of the time on a large fleet.
    type: list
    elements: str
    default: []
  hostname_prefix:
    description: What to put in front of the clusters' names to make host names, for clusters of the same name on several hubs.
    type: str
    default: ""
  hostvars_prefix:
    description: What to put in front of the names of the hosts' variables, for playbooks that use such a name otherwise.
    type: str
    default: ""
  retry_timeout:
    description:
      - For how many seconds to repeat a request that failed for a passing reason, such as a connection refused or an answer 503.
      - V(0) means not to repeat it.
    type: float
    default: 5.0
extends_documentation_fragment:
  - constructed
  - inventory_cache
  - medical.diagnosis.kubernetes
notes:
  - The cache holds one entry for each hub (O(kubeconfig), O(context), O(host)) and O(label_selector), so a source whose
    options are templates can't show one hub's clusters as another's. The entries hold no credentials.
  - Labels and claims of a cluster are data, never templates, whatever stands in them.
"""

EXAMPLES = r"""
# fleet.facilities.yml: all clusters of the hub that the kubeconfig's context names
plugin: medical.diagnosis.facilities
kubeconfig: ~/.kube/network
context: hub

---
# north.facilities.yml: clusters of one region but the hub itself, grouped by rollout wave, asked for every five minutes
plugin: medical.diagnosis.facilities
context: hub
label_selector: region=north,local-cluster!=true
label_groups:
  - wave
keyed_groups:
  - key: claims['platform.open-cluster-management.io']
    prefix: platform
groups:
  outdated: kubernetes_version is version('v1.32', '<')
compose:
  facility_api_url: api_urls | first
strict: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/network-inventory
cache_timeout: 300

---
# awx.facilities.yml: in AWX, a source "Sourced from a project" with a credential of type "OpenShift or Kubernetes API Bearer
# Token": it sets K8S_AUTH_HOST, K8S_AUTH_API_KEY and the like, which are read where the file says nothing
plugin: medical.diagnosis.facilities
label_groups:
  - wave

---
# lab.facilities.yml: options may be templates
plugin: medical.diagnosis.facilities
kubeconfig: "{{ lookup('ansible.builtin.env', 'HOME') }}/{{ lookup('ansible.builtin.env', 'LAB') or 'lab' }}/kubeconfig"
"""

import hashlib
import importlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.arguments import CONNECTION_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.plugin_utils.managed_clusters import Variables, groups_of

FILE_NAMES = (".facilities.yml", ".facilities.yaml")
#: Every host is in it; what the collection's playbooks run on.
GROUP = "facilities"
TEMPLATED = (*CONNECTION_ARGUMENTS, "label_selector", "hostname_prefix", "hostvars_prefix")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]  # Ansible has no types
    """The plugin; what it knows of managed clusters is in :mod:`plugin_utils.managed_clusters`."""

    NAME = "medical.diagnosis.facilities"

    def verify_file(self, path: str) -> bool:
        """Whether the source is for this plugin, told from its name."""
        return bool(super().verify_file(path)) and path.endswith(FILE_NAMES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill ``inventory``; ``cache`` is false where Ansible was told to ask again."""
        super().parse(inventory, loader, path, cache)
        self._render(self._read_config_data(path))
        try:
            clusters = self._clusters(path, cached=cache)
        except DiagnosisError as error:
            # Ansible would tell each cause of a failure, twice.
            raise AnsibleParserError(str(error)) from None
        self._fill(clusters)

    def _render(self, config: Mapping[str, Any]) -> None:
        """Give the options their rendered values: only the file has them as they were written."""
        self.templar.available_variables = self._vars
        for option in TEMPLATED:
            for name in (option, *CONNECTION_ARGUMENTS.get(option, {}).get("aliases", ())):
                if name in config:
                    value = self.templar.template(config[name])
                    # An empty one, such as of a lookup of a variable that isn't set, is one that isn't there.
                    self.set_option(option, None if value == "" else value)

    def _clusters(self, path: str, *, cached: bool) -> list[Variables]:
        """The clusters' variables, from the cache where it has them."""
        connection = {option: self._connection_option(option) for option in CONNECTION_ARGUMENTS}
        selector = self.get_option("label_selector")
        if not self.get_option("cache"):
            return self._read(connection, selector)
        # Not of the credentials: a token that is renewed would never find what was read with the one before.
        hub = [connection[option] for option in ("kubeconfig", "context", "host")]
        key = f"{self.get_cache_key(path)}_{_digest([hub, selector])}"
        if cached and key in self._cache:
            found: list[Variables] = json.loads(self._cache[key])
            return found
        clusters = self._read(connection, selector)
        # One text: Ansible's caches go through nested data value by value, several times.
        self._cache[key] = json.dumps(clusters, separators=(",", ":"))
        return clusters

    def _read(self, connection: Mapping[str, Any], selector: str | None) -> list[Variables]:
        """Ask the hub. What that needs is imported here, since a cached inventory is listed in less time than it takes."""
        hub = importlib.import_module("ansible_collections.medical.diagnosis.plugins.plugin_utils.hub")
        clusters: list[Variables] = hub.read_clusters(connection, selector)
        return clusters

    def _connection_option(self, option: str) -> Any:
        """An option, or the environment variable that the modules take it from, too."""
        value = self.get_option(option)
        if value not in (None, ""):
            return value
        _fallback, variables = CONNECTION_ARGUMENTS[option].get("fallback", (None, ()))
        for variable in variables:
            if os.environ.get(variable):
                self.set_option(option, os.environ[variable])
                return self.get_option(option)
        return None

    def _fill(self, clusters: list[Variables]) -> None:
        """Make hosts of the clusters, with their variables and groups."""
        safe = lru_cache(maxsize=None)(self._sanitize_group_name)
        prefix, variables_prefix = self.get_option("hostname_prefix"), self.get_option("hostvars_prefix")
        labels, strict = self.get_option("label_groups"), self.get_option("strict")
        compose, groups, keyed = (self.get_option(name) for name in ("compose", "groups", "keyed_groups"))
        self.inventory.add_group(GROUP)
        for cluster in clusters:
            host = self.inventory.add_host(prefix + cluster["cluster_name"], GROUP)
            variables = {variables_prefix + name: value for name, value in cluster.items()}
            # Of the host itself: on the inventory's way, each single value is tagged with where it comes from, which takes
            # four times as long as all the rest.
            own = self.inventory.get_host(host)
            for name, value in variables.items():
                own.set_variable(name, value)
            for group in groups_of(cluster, labels):
                self.inventory.add_child(self.inventory.add_group(safe(group)), host)
            self._set_composite_vars(compose, variables, host, strict=strict)
            self._add_host_to_composed_groups(groups, variables, host, strict=strict)
            self._add_host_to_keyed_groups(keyed, variables, host, strict=strict)


def _digest(value: Any) -> str:
    """A short name for what the cached clusters depend on."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
