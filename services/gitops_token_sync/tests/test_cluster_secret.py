"""Which token goes where, and what is written. The module that makes these Secrets has to write the same."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import Credentials
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.manifests import Registration
from gitops_token_sync.cluster_secret import (
    ForeignSecretError,
    encoded_config,
    expiry_of,
    name_for,
    patch_for,
)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def token_secret(reported: str = "new", ca: str = "PEM", namespace: str = "east") -> dict[str, Any]:
    data = {"token": encoded(reported), "ca.crt": encoded(ca)}
    return {"metadata": {"namespace": namespace, "name": "argocd-manager"}, "data": data}


def cluster_secret(used: str = "old") -> dict[str, Any]:
    """The Secret as the module makes it."""
    options = {"name": "east", "server": "https://east", "labels": None, "project": None, "namespaces": None}
    secret = Registration(options, "argocd", "argocd-manager", "x").secret(Credentials(used, encoded("PEM")).config)
    secret["metadata"]["resourceVersion"] = "7"
    return secret


def test_module_and_service_write_the_same_bytes() -> None:
    assert name_for(token_secret()) == cluster_secret()["metadata"]["name"]
    assert encoded_config("new", encoded("PEM")) == cluster_secret("new")["data"]["config"]
    assert patch_for(cluster_secret("new"), token_secret("new")) is None


def test_another_token_is_written_and_nothing_else() -> None:
    patch = patch_for(cluster_secret("old"), token_secret("new"))
    assert patch == {
        "metadata": {"resourceVersion": "7"},
        "data": {"config": cluster_secret("new")["data"]["config"]},
    }


def test_another_authority_too() -> None:
    patch = patch_for(cluster_secret("new"), token_secret("new", ca="NEW"))
    assert patch is not None
    config = json.loads(base64.b64decode(patch["data"]["config"]))
    assert config["tlsClientConfig"]["caData"] == encoded("NEW")


@pytest.mark.parametrize("data", [{}, {"token": "dA=="}, {"ca.crt": "dA=="}, {"token": "", "ca.crt": ""}])
def test_half_a_token_is_none(data: dict[str, str]) -> None:
    assert patch_for(cluster_secret(), token_secret() | {"data": data}) is None


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {"argocd.argoproj.io/secret-type": "cluster"}},
        {"annotations": {"medical.diagnosis/managed-service-account": "east/argocd-manager"}},
        {
            "labels": {"argocd.argoproj.io/secret-type": "cluster"},
            "annotations": {"medical.diagnosis/managed-service-account": "west/argocd-manager"},
        },
    ],
)
def test_a_secret_of_somebody_elses_is_left_alone(metadata: dict[str, Any]) -> None:
    with pytest.raises(ForeignSecretError, match="not of east/argocd-manager"):
        patch_for({"metadata": {"resourceVersion": "1", **metadata}, "data": {}}, token_secret())


def test_when_a_token_ends() -> None:
    payload = base64.urlsafe_b64encode(b'{"exp": 1800000000}').decode().rstrip("=")
    assert expiry_of(token_secret(f"h.{payload}.s")) == 1_800_000_000
    for text in ("", "opaque", "a.b.c", "a.W10.c"):
        assert expiry_of(token_secret(text)) == 0
    assert expiry_of({"metadata": {}}) == 0
