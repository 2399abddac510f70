# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a new klusterlet reaches the hub for the first time: address, authority and a token that soon ends."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import (
    MissingFoundationError,
    ObjectNotFoundError,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import CONFIG_MAP, SERVICE_ACCOUNT
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.hub_kubeconfig import authorities
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Agent
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

# The package kubernetes brings it; where that is missing, the module says so before anything of this runs.
with suppress(ImportError):
    import yaml

BOOTSTRAP_SECRET = "bootstrap-hub-kubeconfig"  # noqa: S105 - its name
# The API server gives no shorter one than ten minutes; pulling the agent's image may take longer than that.
TOKEN_SECONDS = 3600
# Every namespace has it: what pods trust the API server by.
ROOT_CA = "kube-root-ca.crt"


@dataclass(frozen=True)
class HubEndpoint:
    """The hub's API server as managed clusters reach it.

    :param ca_cert: the authorities that have signed its certificate, PEM; empty for those that every machine trusts.
    """

    server: str
    ca_cert: str

    def is_where(self, agent: Agent) -> bool:
        """Whether an agent's kubeconfig is as this one would be."""
        return agent.hub_server == self.server and agent.hub_authorities == authorities(self.ca_cert)

    def kubeconfig(self, token: str) -> str:
        """A kubeconfig file that leads there."""
        cluster = {"server": self.server}
        if self.ca_cert:
            cluster["certificate-authority-data"] = base64.b64encode(self.ca_cert.encode()).decode()
        return kubeconfig_file(cluster, {"token": token})


def kubeconfig_file(cluster: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    """A kubeconfig file of one cluster and one user. JSON is YAML."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "cluster", "cluster": cluster}],
            "users": [{"name": "user", "user": user}],
            "contexts": [{"name": "context", "context": {"cluster": "cluster", "user": "user"}}],
            "current-context": "context",
        }
    )


def token_in(kubeconfig: str) -> str:
    """The token of a kubeconfig file's only user; empty where there is none."""
    try:
        token = yaml.safe_load(kubeconfig)["users"][0]["user"].get("token")
    except (LookupError, TypeError, AttributeError, yaml.YAMLError):
        return ""
    return str(token or "")


class Bootstrap:
    """The hub's door for new klusterlets.

    :param server: the hub's address as managed clusters reach it; None for the one that this machine uses.
    :param ca_cert: PEM of its authorities; None for what the hub's own pods trust it by.
    :param namespace: where the service account is whose token opens it.
    """

    def __init__(
        self, hub: KubernetesClient, *, server: str | None, ca_cert: str | None, namespace: str, account: str
    ) -> None:
        self._hub = hub
        self._server = server or hub.server
        self._ca_cert = ca_cert
        self._namespace = namespace
        self._account = account

    @property
    def requester(self) -> str:
        """The user that its token stands for."""
        return f"system:serviceaccount:{self._namespace}:{self._account}"

    def endpoint(self) -> HubEndpoint:
        """Where it is."""
        return HubEndpoint(self._server, self._ca_cert if self._ca_cert is not None else self.root_ca())

    def root_ca(self) -> str:
        """What the hub's own pods trust it by; empty where the hub doesn't say."""
        found = self._hub.get(CONFIG_MAP, "kube-public", ROOT_CA) or {}
        text: str = (found.get("data") or {}).get("ca.crt", "")
        return text

    def token(self) -> str:
        """A new token of the service account.

        :raises DiagnosisError: where there is no such account.
        """
        body = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": TOKEN_SECONDS},
        }
        try:
            answer = self._hub.request(SERVICE_ACCOUNT, self._namespace, self._account, "token", body)
        except (ObjectNotFoundError, MissingFoundationError) as error:
            raise DiagnosisError(
                SERVICE_ACCOUNT.label(self._namespace, self._account),
                "the hub has no such account for klusterlets that register",
                "Install the hub (role hub) first, or name its account with hub_namespace and bootstrap_service_account.",
            ) from error
        token: str = answer["status"]["token"]
        return token
