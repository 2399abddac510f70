#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bring single-node kind clusters up, all at the same time, whatever state they were left in."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kind_clusters
short_description: Have single-node kind clusters that are up
description:
  - A cluster that is missing is created. One that never became ready is deleted and created anew. One whose container
    stands still, as after a reboot, is started at the address that it was born with and keeps its data. So is one that
    can't find the others by name any more, as after a crash of the engine.
  - Ends when the node and the name service of every cluster are up and have said so since their container started.
  - The clusters share a container network, which is created with the first of them.
  - Writes a kubeconfig with one context for each cluster.
options:
  clusters:
    description: The clusters.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name for kind.
        type: str
        required: true
      context:
        description: Name of the cluster's context in the kubeconfig.
        type: str
        required: true
      config:
        description: kind's configuration (C(kind.x-k8s.io/v1alpha4)) with one node.
        type: dict
        required: true
  kind:
    description: The program kind.
    type: path
    required: true
  image_archive:
    description:
      - Image of the nodes as C(docker save) writes it. Loaded where the engine hasn't got it.
      - A cluster that is there keeps the image that it was created with.
    type: path
    required: true
  network:
    description: Name of the container network.
    type: str
    required: true
  docker_host:
    description: Address of the container engine.
    type: str
    required: true
  kubeconfig:
    description: File to write; only its owner can read it.
    type: path
    required: true
  record_directory:
    description: Folder where the module keeps, for each cluster that became ready, its container and address.
    type: path
    required: true
  log_directory:
    description: Folder for the logs of kind.
    type: path
    required: true
  timeout:
    description: Seconds that a cluster may take.
    type: int
    default: 600
author: medical.diagnosis contributors
"""

EXAMPLES = r"""
- name: Bring up a cluster
  kind_clusters:
    kind: /usr/local/bin/kind
    image_archive: ~/.cache/node.tar
    network: kind
    docker_host: unix:///var/run/docker.sock
    kubeconfig: ~/.kube/lab
    record_directory: ~/.local/state/lab/clusters
    log_directory: ~/.local/state/lab/logs
    clusters:
      - name: hub
        context: hub
        config: {kind: Cluster, apiVersion: kind.x-k8s.io/v1alpha4, nodes: [{role: control-plane}]}
"""

RETURN = r"""
clusters:
  description:
    - Each cluster's name, what there was to do (C(create), C(recreate), C(start), C(none)), its container's id and address
      and the image that it was created with.
  type: list
  elements: dict
  returned: success
  sample: [{name: hub, planned: create, container: 4f66ad9a, address: 172.18.0.2, image: "kindest/node:v1.34.0"}]
"""

from functools import partial
from pathlib import Path

import yaml
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.lab_clusters.cluster import Cluster, Options
from ansible.module_utils.lab_clusters.engine import Engine, image_name
from ansible.module_utils.lab_clusters.errors import ClusterError
from ansible.module_utils.lab_clusters.group import bring_up, plan


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "clusters": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "name": {"type": "str", "required": True},
                    "context": {"type": "str", "required": True},
                    "config": {"type": "dict", "required": True},
                },
            },
            "kind": {"type": "path", "required": True},
            "image_archive": {"type": "path", "required": True},
            "network": {"type": "str", "required": True},
            "docker_host": {"type": "str", "required": True},
            "kubeconfig": {"type": "path", "required": True},
            "record_directory": {"type": "path", "required": True},
            "log_directory": {"type": "path", "required": True},
            "timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    arguments = module.params
    engine = Engine(arguments["docker_host"])
    options = Options(
        kind=arguments["kind"],
        image=image_name(Path(arguments["image_archive"])),
        network=arguments["network"],
        record_directory=Path(arguments["record_directory"]),
        log_directory=Path(arguments["log_directory"]),
        timeout=arguments["timeout"],
    )
    build = partial(Cluster, engine=engine, options=options)
    clusters = [build(one["name"], one["context"], one["config"]) for one in arguments["clusters"]]
    try:
        plans = plan(clusters)
        planned = any(todo != "none" for todo in plans.values())
        if module.check_mode:
            module.exit_json(changed=planned)
        for directory in (options.record_directory, options.log_directory):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine.ensure_image(options.image, Path(arguments["image_archive"]))
        new_network = engine.ensure_network(options.network)
        new_kubeconfig = bring_up(plans, Path(arguments["kubeconfig"]))
    except ClusterError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=planned or new_network or new_kubeconfig,
        clusters=[
            {"name": cluster.name, "planned": todo, **yaml.safe_load(cluster.record_path.read_text())}
            for cluster, todo in plans.items()
        ],
    )


if __name__ == "__main__":
    main()
