# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a Kafka cluster: the options of doc fragment ``kafka``, checked."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import Backoff

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")

KAFKA_ARGUMENTS: dict[str, Any] = {
    "bootstrap_servers": {"type": "list", "elements": "str", "fallback": (env_fallback, ["KAFKA_BOOTSTRAP"])},
    "username": {"type": "str", "fallback": (env_fallback, ["KAFKA_USERNAME"])},
    "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["KAFKA_PASSWORD"])},
    "security_protocol": {
        "type": "str",
        "choices": list(_PROTOCOLS),
        "default": "PLAINTEXT",
        "fallback": (env_fallback, ["KAFKA_SECURITY_PROTOCOL"]),
    },
    "sasl_mechanism": {
        "type": "str",
        "choices": list(MECHANISMS),
        "default": "SCRAM-SHA-512",
        "fallback": (env_fallback, ["KAFKA_SASL_MECHANISM"]),
    },
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path"},
    "timeout": {"type": "float", "default": 10.0},
    "retry_timeout": {"type": "float", "default": 30.0},
}


@dataclass(frozen=True)
class KafkaConnection:
    """A cluster and the user to act as.

    :param servers: pairs of host and port to start from.
    :param username: None for a protocol without SASL, as is ``password``.
    :param ssl_context: None for a protocol without TLS.
    :param timeout: seconds for connecting, and for the answer to one request.
    """

    servers: tuple[tuple[str, int], ...]
    security_protocol: str
    username: str | None
    password: str | None = field(repr=False)
    sasl_mechanism: str
    ssl_context: ssl.SSLContext | None = field(repr=False)
    timeout: float
    backoff: Backoff

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> KafkaConnection:
        """The connection that a module's options describe; raises DiagnosisError where they don't fit together."""
        if not params["bootstrap_servers"]:
            raise DiagnosisError(
                "Kafka", "no bootstrap_servers given", "Set bootstrap_servers, or KAFKA_BOOTSTRAP in the environment"
            )
        protocol = params["security_protocol"]
        sasl = protocol.startswith("SASL_")
        if sasl and not (params["username"] and params["password"]):
            raise DiagnosisError(
                "Kafka",
                f"security_protocol {protocol} needs username and password",
                "Set them, or KAFKA_USERNAME and KAFKA_PASSWORD in the environment",
            )
        if params["username"] and not sasl:
            raise DiagnosisError(
                "Kafka",
                f"a username is given, and security_protocol {protocol} has no use for it",
                "Set security_protocol to SASL_PLAINTEXT or SASL_SSL, or leave username out",
            )
        return cls(
            servers=tuple(_address(server) for server in params["bootstrap_servers"]),
            security_protocol=protocol,
            username=params["username"],
            password=params["password"],
            sasl_mechanism=params["sasl_mechanism"],
            ssl_context=_ssl_context(params) if protocol.endswith("SSL") else None,
            timeout=params["timeout"],
            backoff=Backoff(limit=params["retry_timeout"]),
        )

    @property
    def subject(self) -> str:
        """The cluster, as errors call it."""
        return f"Kafka at {', '.join(self.addresses)}"

    @property
    def addresses(self) -> list[str]:
        """The servers, each ``host:port``."""
        return [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.servers]

    @property
    def sasl(self) -> bool:
        """Whether users authenticate."""
        return self.security_protocol.startswith("SASL_")


def _address(text: str) -> tuple[str, int]:
    host, _colon, port = text.strip().rpartition(":")
    if not host or not port.isdigit():
        raise DiagnosisError("Kafka", f"'{text}' is no address of a broker", "Write bootstrap_servers as host:port")
    return host.strip("[]"), int(port)


def _ssl_context(params: Mapping[str, Any]) -> ssl.SSLContext:
    for option in ("ca_path", "client_cert", "client_key"):
        if params[option] and not Path(params[option]).is_file():
            raise DiagnosisError(
                f"File {params[option]}", "there is no such file", f"Set {option} to a file in PEM format"
            )
    context = ssl.create_default_context(cafile=params["ca_path"])
    if not params["validate_certs"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if params["client_cert"]:
        context.load_cert_chain(params["client_cert"], params["client_key"])
    return context
