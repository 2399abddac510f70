# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach an object gateway: the options of doc fragment ``rgw``, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import env_fallback
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import Backoff

RGW_ARGUMENTS: dict[str, Any] = {
    "endpoint_url": {"type": "str", "aliases": ["endpoint"], "fallback": (env_fallback, ["S3_ENDPOINT"])},
    "access_key": {"type": "str", "no_log": False, "fallback": (env_fallback, ["AWS_ACCESS_KEY_ID"])},
    "secret_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["AWS_SECRET_ACCESS_KEY"])},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float", "default": 10.0},
    "retry_timeout": {"type": "float", "default": 30.0},
}

_NEEDED = {
    "endpoint_url": "S3_ENDPOINT",
    "access_key": "AWS_ACCESS_KEY_ID",
    "secret_key": "AWS_SECRET_ACCESS_KEY",
}


@dataclass(frozen=True)
class RgwConnection:
    """An object gateway and the user to act as.

    :param verify: False for any certificate, True for the machine's authorities, or the file with those to trust.
    :param timeout: seconds for connecting, and for the answer to one request.
    """

    endpoint_url: str
    access_key: str
    secret_key: str = field(repr=False)
    verify: bool | str
    timeout: float
    backoff: Backoff

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> RgwConnection:
        """The connection that a module's options describe; raises DiagnosisError where one is missing or no address."""
        missing = [name for name in _NEEDED if not params[name]]
        if missing:
            raise DiagnosisError(
                "Object gateway",
                f"no {' and no '.join(missing)} given",
                f"Set {' and '.join(missing)}, or {' and '.join(_NEEDED[name] for name in missing)} in the environment",
            )
        endpoint = urlsplit(params["endpoint_url"])
        if endpoint.scheme not in ("http", "https") or not endpoint.netloc:
            raise DiagnosisError(
                f"Object gateway {params['endpoint_url']}",
                "this is no address",
                "Write endpoint_url as http://host:port or https://host:port",
            )
        ca_path = params["ca_path"]
        if ca_path and not Path(ca_path).is_file():
            raise DiagnosisError(f"File {ca_path}", "there is no such file", "Set ca_path to a file with certificates")
        return cls(
            endpoint_url=params["endpoint_url"].rstrip("/"),
            access_key=params["access_key"],
            secret_key=params["secret_key"],
            verify=params["validate_certs"] and (ca_path or True),
            timeout=params["timeout"],
            backoff=Backoff(limit=params["retry_timeout"]),
        )

    @property
    def subject(self) -> str:
        """The gateway, as errors call it."""
        return f"Object gateway {self.endpoint_url}"
