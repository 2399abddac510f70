#!/usr/bin/python
# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pipeline_film
short_description: Send films through a facility's pipeline and return what was found
version_added: 0.1.0
author:
  - The medical.diagnosis project (@medical-diagnosis)
description:
  - Puts films (JPEG, PNG, DICOM) into the bucket that the pipeline reads, and waits until each has been read.
  - A film that is in the bucket already, under the same key and with the same content, is not sent again.
options:
  database_url:
    description:
      - The facility's database as a URL, for example V(postgresql://user:password@db.facility-east.example/xraylabdb).
      - If not set, the value of the environment variable E(DATABASE_URL) is used; one of the two is needed.
    type: str
  bucket:
    description: Bucket that films arrive in.
    type: str
    default: xray-source
  films:
    description: The films to send.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: A film, or a folder whose films (V(.dcm), V(.jpeg), V(.jpg), V(.png)) are all sent.
        type: path
        required: true
      key:
        description:
          - Key of the object; the file's name if not set.
          - Of a folder, what is put in front of its films' names.
        type: str
  wait:
    description: Whether to wait until every film has been read.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait, for all films together.
    type: int
    default: 120
extends_documentation_fragment:
  - medical.diagnosis.attributes
  - medical.diagnosis.attributes.rgw
  - medical.diagnosis.rgw
requirements:
  - psycopg >= 3.1
seealso:
  - module: medical.diagnosis.rgw_bucket_notification
"""

EXAMPLES = r"""
- name: Send a film and a folder of them
  medical.diagnosis.pipeline_film:
    endpoint_url: https://s3.facility-east.example
    access_key: "{{ access_key }}"
    secret_key: "{{ secret_key }}"
    database_url: "postgresql://xraylab:{{ password }}@db.facility-east.example/xraylabdb"
    films:
      - path: /films/chest.dcm
      - path: /films/monday
        key: monday/
"""

RETURN = r"""
films:
  description: The films in the order of O(films), those of a folder by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Key of the film.
      type: str
      returned: always
      sample: person1946_bacteria_4874.jpeg
    action:
      description: V(create) or V(update) where the film was sent, else V(none).
      type: str
      returned: always
      sample: create
    changed:
      description: Whether the film was sent.
      type: bool
      returned: always
      sample: true
    differences:
      description: What differed from the object of the same key.
      type: list
      elements: str
      returned: always
      sample: [etag]
    bucket:
      description: Bucket of the film.
      type: str
      returned: always
      sample: xray-source
    risk:
      description: Probability of pneumonia, from 0 to 1.
      type: float
      returned: when waited for
      sample: 0.9731
    label:
      description: V(Pneumonia), V(Normal) or V(Unsure).
      type: str
      returned: when waited for
      sample: Pneumonia
    latency_ms:
      description: Milliseconds from the upload to the result.
      type: int
      returned: when waited for
      sample: 184
    model:
      description: Name, version and digest of the model that read it.
      type: str
      returned: when waited for
      sample: pneumonia-cnn 1.0.0 (sha256:3f0f2a)
    revision:
      description: Revision of the function that read it.
      type: str
      returned: when waited for
      sample: risk-assessment-00001
    processed:
      description: Bucket and key of the image with the risk drawn on it.
      type: str
      returned: when waited for
      sample: xray-source-processed/person1946_bacteria_4874-processed.jpeg
    anonymized:
      description: Bucket and key of the image without identity.
      type: str
      returned: when waited for
      sample: xray-source-anonymized/5b1fd7e0a3c94e0f8a4c7d21b9e6f350.jpeg
"""

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline import assessments
from ansible_collections.medical.diagnosis.plugins.module_utils._pipeline.service import FilmService
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RGW_ARGUMENTS
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.runner import require_libraries, run_changes


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **RGW_ARGUMENTS,
            "database_url": {"type": "str", "no_log": True, "fallback": (env_fallback, ["DATABASE_URL"])},
            "bucket": {"type": "str", "default": "xray-source"},
            "films": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "path": {"type": "path", "required": True},
                    # no secret: the key of an object
                    "key": {"type": "str", "no_log": False},
                },
            },
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    require_libraries(module, {**libraries.IMPORT_ERRORS, "psycopg": assessments.IMPORT_ERROR})
    if module.params["wait"] and not module.params["database_url"]:
        module.fail_json(msg="database_url: is needed to wait for the films. Set it, or DATABASE_URL, or wait: false.")
    try:
        service = FilmService.from_params(module.params)
    except DiagnosisError as error:
        module.fail_json(**error.as_failure())
    run_changes(module, "films", service.plan, service.apply)


if __name__ == "__main__":
    main()
