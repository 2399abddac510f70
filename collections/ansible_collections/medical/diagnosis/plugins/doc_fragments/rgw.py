# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach a Ceph object gateway; the argument spec is in module_utils/_rgw/arguments.py."""

    DOCUMENTATION = r"""
options:
  endpoint_url:
    description:
      - The object gateway's address, for example V(https://s3.facility-east.example).
      - If not set, the value of the environment variable E(S3_ENDPOINT) is used; one of the two is needed.
    type: str
    aliases: [endpoint]
  access_key:
    description:
      - Access key of the user to act as.
      - If not set, the value of the environment variable E(AWS_ACCESS_KEY_ID) is used; one of the two is needed.
    type: str
  secret_key:
    description:
      - Secret key of the user to act as.
      - If not set, the value of the environment variable E(AWS_SECRET_ACCESS_KEY) is used; one of the two is needed.
    type: str
  validate_certs:
    description: Whether the certificate of an V(https) endpoint must be valid. Turn it off for a test only.
    type: bool
    default: true
  ca_path:
    description: File with the certificate authorities to trust instead of the machine's.
    type: path
  timeout:
    description: How many seconds to wait for a connection, and then for the answer to one request.
    type: float
    default: 10.0
  retry_timeout:
    description:
      - For how many seconds to repeat a request that failed for a passing reason, such as a connection refused or an answer 503.
      - V(0) means not to repeat it.
    type: float
    default: 30.0
requirements:
  - boto3 >= 1.38.23
  - requests >= 2.28
"""
