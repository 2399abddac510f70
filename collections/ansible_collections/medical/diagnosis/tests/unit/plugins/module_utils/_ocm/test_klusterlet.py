# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.bootstrap import HubEndpoint, token_in
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import KLUSTERLET, NAMESPACE, SECRET
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import read_site
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
HUB = HubEndpoint("https://hub.example:6443", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
AGENT_NAMESPACE = "open-cluster-management-agent"


def token(end: datetime) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"exp": int(end.timestamp())}).encode()).decode().rstrip("=")
    return f"e30.{body}.signature"


def certificate(end: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(end - timedelta(days=365)).not_valid_after(end)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def secret(**values: str | bytes) -> dict[str, Any]:
    """A Secret; its keys are written with underscores."""
    data = {
        key: base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
        for key, value in values.items()
    }
    return {"data": data}


class Cluster:
    """A managed cluster with a klusterlet, or none."""

    def __init__(
        self, mode: str | None = "Singleton", secrets: dict[str, Any] | None = None, namespace: str = ""
    ) -> None:
        self.mode = mode
        self.secrets = secrets or {}
        self.namespace = namespace

    def get(self, kind: Kind, namespace: str | None, name: str) -> dict[str, Any] | None:
        if kind == NAMESPACE:
            return {"metadata": {"uid": "u"}}
        assert kind == SECRET
        assert namespace == (self.namespace or AGENT_NAMESPACE)
        return self.secrets.get(name)

    def list(self, kind: Kind) -> list[dict[str, Any]]:
        assert kind == KLUSTERLET
        if self.mode is None:
            raise KindNotServedError("Klusterlets", "unknown")
        spec: dict[str, Any] = {"clusterName": "facility-east", "namespace": self.namespace}
        return [{"metadata": {"name": "klusterlet", "uid": "k"}, "spec": {**spec, "deployOption": {"mode": self.mode}}}]


def bootstrap(hub: HubEndpoint = HUB, end: datetime = NOW + timedelta(hours=1)) -> dict[str, Any]:
    return {"bootstrap-hub-kubeconfig": secret(kubeconfig=hub.kubeconfig(token(end)))}


def registered(end: datetime = NOW + timedelta(days=100)) -> dict[str, Any]:
    values = {"cluster-name": "facility-east", "tls.crt": certificate(end), "kubeconfig": HUB.kubeconfig("x")}
    return {"hub-kubeconfig-secret": secret(**values)}


def site(cluster: Cluster) -> Any:
    client: Any = cluster
    return read_site(client)


def test_a_cluster_without_a_klusterlet() -> None:
    found = site(Cluster(mode=None))
    assert found.uid == "u"
    assert found.klusterlets == ()
    assert found.klusterlet_of("facility-east") is None


def test_a_klusterlet_that_has_registered() -> None:
    (found,) = site(Cluster(secrets={**bootstrap(), **registered()})).klusterlets
    assert found.cluster_name == "facility-east"
    assert found.hub.hub_server == HUB.server
    assert found.is_registered(NOW)


@pytest.mark.parametrize(
    ("mode", "agent"), [("Singleton", "k"), ("SingletonHosted", "k"), ("Default", None), ("", None)]
)
def test_only_a_single_agent_has_the_klusterlets_identity(mode: str, agent: str | None) -> None:
    namespace = "klusterlet" if mode == "SingletonHosted" else ""
    (found,) = site(Cluster(mode, namespace=namespace)).klusterlets
    assert found.agent_id == agent


@pytest.mark.parametrize(
    ("secrets", "needs"),
    [
        ({}, True),
        (bootstrap(), False),
        (bootstrap(end=NOW + timedelta(minutes=5)), True),
        (bootstrap(end=NOW - timedelta(hours=5)), True),
        # it renews its certificate itself, without the token
        ({**bootstrap(end=NOW - timedelta(hours=5)), **registered()}, False),
        # it slept for too long
        ({**bootstrap(end=NOW - timedelta(hours=5)), **registered(NOW - timedelta(days=1))}, True),
        ({**bootstrap(HubEndpoint("https://old.example:6443", HUB.ca_cert)), **registered()}, True),
        ({**bootstrap(HubEndpoint(HUB.server, HUB.ca_cert.replace("AAAA", "BBBB"))), **registered()}, True),
        ({"bootstrap-hub-kubeconfig": secret(kubeconfig="no: kubeconfig")}, True),
        (registered(), True),
    ],
)
def test_when_it_needs_a_new_way_to_the_hub(secrets: dict[str, Any], needs: bool) -> None:
    (found,) = site(Cluster(secrets=secrets)).klusterlets
    assert found.needs_bootstrap(HUB, NOW) is needs


@pytest.mark.parametrize("text", ["", "[]", "users: []", "users: [{user: {}}]", "a: [", "{"])
def test_a_kubeconfig_without_a_token(text: str) -> None:
    assert token_in(text) == ""


def test_a_hub_that_every_machine_trusts() -> None:
    content = json.loads(HubEndpoint("https://hub.example", "").kubeconfig("t"))
    assert content["clusters"][0]["cluster"] == {"server": "https://hub.example"}
