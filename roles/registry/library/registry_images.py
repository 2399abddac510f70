#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Publish OCI layouts in an image registry."""

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_images
short_description: Publish OCI layouts in an image registry
description:
  - Pushes the images that the registry hasn't got, with C(skopeo), and leaves the others alone.
options:
  url:
    description: Address of the registry.
    type: str
    required: true
  user:
    description: Who pushes.
    type: str
    required: true
  password:
    description: Password of that user.
    type: str
    required: true
  project:
    description: What all images are published under.
    type: str
    required: true
  digests:
    description: Names of the images, and the digests of their manifests.
    type: dict
    required: true
  tags:
    description: Names of the images, and what they are tagged with.
    type: dict
    required: true
  layouts:
    description: Names of the images, and their OCI layouts.
    type: dict
    required: true
  timeout:
    description: Seconds to wait for the registry to answer.
    type: int
    default: 60
author: medical.diagnosis contributors
"""

EXAMPLES = r"""
- name: Publish an image
  registry_images:
    url: http://127.0.0.1:5000
    user: lab
    password: "{{ password }}"
    project: medical
    digests: {redis: "sha256:..."}
    tags: {redis: 0123456789abcdef}
    layouts: {redis: /var/cache/redis}
"""

RETURN = r"""
paths:
  description: Names of the images, and their places in the registry by digest.
  type: dict
  returned: always
  sample: {redis: "medical/redis@sha256:..."}
pushed:
  description: Names of the images that were not there.
  type: list
  elements: str
  returned: always
"""

from concurrent.futures import ThreadPoolExecutor

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.lab_registry.errors import RegistryError
from ansible.module_utils.lab_registry.registry import Image, Registry

# Asking costs a round trip each; pushing keeps disk and processor busy.
ASKED_AT_ONCE = 8
PUSHED_AT_ONCE = 2


def publish(registry: Registry, images: list[Image], check_mode: bool) -> list[Image]:
    """Push what is missing and return it; in check mode only return it."""
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        missing = [image for image, there in zip(images, pool.map(registry.has, images), strict=True) if not there]
    if not check_mode:
        with ThreadPoolExecutor(PUSHED_AT_ONCE) as pool:
            list(pool.map(registry.push, missing))
    return missing


def main() -> None:
    """Run the module."""
    text = {"type": "str", "required": True}
    table = {"type": "dict", "required": True}
    module = AnsibleModule(
        argument_spec={
            "url": text,
            "user": text,
            "password": {"type": "str", "required": True, "no_log": True},
            "project": text,
            "digests": table,
            "tags": table,
            "layouts": table,
            "timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    arguments = module.params
    registry = Registry(arguments["url"], arguments["user"], arguments["password"])
    tags, layouts = arguments["tags"], arguments["layouts"]
    images = [
        Image(f"{arguments['project']}/{name}", tags[name], digest, layouts[name])
        for name, digest in arguments["digests"].items()
    ]
    try:
        registry.wait(arguments["timeout"])
        pushed = publish(registry, images, module.check_mode)
    except RegistryError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=bool(pushed),
        paths={image.path.rsplit("/", 1)[1]: f"{image.path}@{image.digest}" for image in images},
        pushed=[image.path for image in pushed],
    )


if __name__ == "__main__":
    main()
