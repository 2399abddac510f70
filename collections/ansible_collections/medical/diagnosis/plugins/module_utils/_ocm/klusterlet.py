# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the managed cluster itself says: its identity, its klusterlets, and which hub each of them belongs to."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.bootstrap import (
    BOOTSTRAP_SECRET,
    HubEndpoint,
    token_in,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import KLUSTERLET, NAMESPACE, SECRET
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.expiry import (
    certificate_end,
    first_certificate,
    token_end,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.hub_kubeconfig import agent_of
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Agent

DEFAULT_NAMESPACE = "open-cluster-management-agent"
ADDON_NAMESPACE = "open-cluster-management-agent-addon"
HUB_SECRET = "hub-kubeconfig-secret"  # noqa: S105 - its name
# A token has to outlive the start of the agent and its first request.
NOTICE = timedelta(minutes=10)

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Klusterlet:
    """An agent as it is installed in the managed cluster.

    :param bootstrap: where its bootstrap kubeconfig leads; None where it has none.
    :param bootstrap_end: when the token in it ends; None where it doesn't tell.
    :param registered_as: the name that its hub has given it a certificate for; empty where it has none.
    :param registered_with: where its own kubeconfig leads.
    :param certificate_end: when that certificate ends.
    """

    found: Object
    bootstrap: Agent | None = None
    bootstrap_end: datetime | None = None
    registered_as: str = ""
    registered_with: Agent | None = None
    certificate_end: datetime | None = None

    @property
    def name(self) -> str:
        """Name of the object."""
        name: str = self.found["metadata"]["name"]
        return name

    @property
    def uid(self) -> str:
        """Identity of the object, which is the agent's id on the hub where both agents are one."""
        uid: str = self.found["metadata"]["uid"]
        return uid

    @property
    def agent_id(self) -> str | None:
        """The id that the agent has to have; None where it makes one up."""
        mode = (self.found["spec"].get("deployOption") or {}).get("mode", "")
        return self.uid if mode.startswith("Singleton") else None

    @property
    def cluster_name(self) -> str:
        """Under which name it registers its cluster."""
        name: str = self.found["spec"].get("clusterName") or ""
        return self.registered_as or name

    @property
    def namespace(self) -> str:
        """Where its agent runs."""
        return namespace_of(self.found)

    @property
    def hub(self) -> Agent | None:
        """Where it leads: to the hub that it has registered with, else to the one that it is to register with."""
        return self.registered_with or self.bootstrap

    def is_registered(self, now: datetime) -> bool:
        """Whether it has a certificate of its hub that it can still renew."""
        return bool(self.registered_as) and (self.certificate_end is None or self.certificate_end > now)

    def needs_bootstrap(self, hub: HubEndpoint, now: datetime) -> bool:
        """Whether it needs a (new) bootstrap kubeconfig to be, or stay, with this hub."""
        if self.bootstrap is None or not hub.is_where(self.bootstrap):
            return True
        if self.is_registered(now):
            return False
        return self.bootstrap_end is not None and self.bootstrap_end < now + NOTICE


@dataclass(frozen=True)
class Site:
    """A managed cluster as its own API server shows it.

    :param uid: its identity.
    """

    uid: str
    klusterlets: tuple[Klusterlet, ...]

    def klusterlet_of(self, name: str) -> Klusterlet | None:
        """The klusterlet that registers it as ``name``."""
        return next((one for one in self.klusterlets if one.cluster_name == name), None)


def read_site(client: KubernetesClient) -> Site:
    """Ask a managed cluster who it is and who manages it."""
    system = client.get(NAMESPACE, None, "kube-system")
    try:
        klusterlets = list(client.list(KLUSTERLET))
    except KindNotServedError:
        klusterlets = []
    uid = system["metadata"]["uid"] if system else ""
    return Site(uid, tuple(_read_klusterlet(client, found) for found in klusterlets))


def namespace_of(klusterlet: Object) -> str:
    """The namespace of a Klusterlet's agent."""
    if (klusterlet["spec"].get("deployOption") or {}).get("mode", "").endswith("Hosted"):
        name: str = klusterlet["metadata"]["name"]
        return name
    return klusterlet["spec"].get("namespace") or DEFAULT_NAMESPACE


def _read_klusterlet(client: KubernetesClient, found: Object) -> Klusterlet:
    namespace = namespace_of(found)
    bootstrap = _values(client.get(SECRET, namespace, BOOTSTRAP_SECRET))
    own = _values(client.get(SECRET, namespace, HUB_SECRET))
    wanted = found["spec"].get("clusterName") or ""
    bootstrap_text = bootstrap.get("kubeconfig", b"").decode(errors="replace")
    registered_as = own.get("cluster-name", b"").decode(errors="replace") if "tls.crt" in own else ""
    return Klusterlet(
        found,
        agent_of(wanted, bootstrap_text) if bootstrap_text else None,
        token_end(token_in(bootstrap_text)),
        registered_as,
        agent_of(registered_as, own.get("kubeconfig", b"").decode(errors="replace")) if registered_as else None,
        _end(own["tls.crt"]) if registered_as else None,
    )


def _values(secret: Object | None) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in ((secret or {}).get("data") or {}).items()}


def _end(certificate: bytes) -> datetime:
    """When a certificate ends; one that can't be read is as good as none."""
    try:
        return certificate_end(first_certificate(certificate))
    except ValueError:
        return datetime.fromtimestamp(0, tz=timezone.utc)
