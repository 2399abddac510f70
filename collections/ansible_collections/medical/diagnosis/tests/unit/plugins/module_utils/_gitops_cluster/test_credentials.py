# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.credentials import (
    MARGIN,
    Credentials,
    encoded,
    in_use,
    reported,
    serves,
    token_in_use,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.token import Claims, claims_of

NOW = 1_800_000_000


def token(*, uid: str = "u1", expires: int | None = NOW + 3600, account: str = "argocd-manager") -> str:
    """A token as Kubernetes makes them; the signature is nobody's."""
    claims: dict[str, Any] = {
        "sub": f"system:serviceaccount:addons:{account}",
        "kubernetes.io": {"namespace": "addons", "serviceaccount": {"name": account, "uid": uid}},
    }
    if expires is not None:
        claims["exp"] = expires
    return f"h.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.s"


def cluster_secret(config: str) -> dict[str, Any]:
    return {"data": {"config": encoded(config)}}


def test_claims() -> None:
    claims = claims_of(token())
    assert claims == Claims("addons", "argocd-manager", "u1", NOW + 3600)
    assert claims.expires_at == "2027-01-15T09:00:00Z"
    assert claims_of(token(expires=None)).expires_at == ""


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "a.e30.c", "a.W10.c", "a.IiI.c", "é.é.é"])
def test_what_is_no_token_claims_nothing(text: str) -> None:
    assert claims_of(text) == Claims()


def test_a_token_that_is_reported() -> None:
    found = reported({"data": {"token": encoded("t"), "ca.crt": encoded("PEM")}})
    assert found == Credentials("t", encoded("PEM"))
    assert reported(None) is None
    assert reported({"data": {"token": encoded("t")}}) is None


def test_what_is_written_is_what_is_read() -> None:
    credentials = Credentials("t", encoded("PEM"))
    assert in_use(cluster_secret(credentials.config)) == credentials
    assert json.loads(credentials.config) == {"bearerToken": "t", "tlsClientConfig": {"caData": encoded("PEM")}}


@pytest.mark.parametrize(
    "config",
    [
        "",
        "[]",
        '"text"',
        "{}",
        '{"bearerToken": "t"}',
        # ours but for something that would get lost
        '{"bearerToken": "t", "tlsClientConfig": {"caData": "c", "insecure": true}}',
        '{"bearerToken": "t", "tlsClientConfig": {"caData": "c"}, "username": "u"}',
    ],
)
def test_other_credentials_are_not_ours(config: str) -> None:
    assert in_use(cluster_secret(config)) is None


def test_the_token_of_whoever_wrote_it() -> None:
    assert token_in_use(cluster_secret('{"bearerToken": "t", "username": "u"}')) == "t"
    assert token_in_use(cluster_secret('{"username": "u"}')) == ""
    assert token_in_use(cluster_secret("[]")) == ""
    assert token_in_use({"data": {}}) == ""


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (token(expires=NOW + 600), True),
        (token(expires=NOW + int(MARGIN)), False),
        (token(expires=NOW - 1), False),
        (token(uid="u0"), False),
        (token(account="other"), False),
        (token(expires=None), False),
        ("opaque", False),
    ],
)
def test_a_token_is_left_to_the_service_while_it_serves(used: str, expected: bool) -> None:
    fresh = Credentials(token(expires=NOW + 86400), "ca")
    assert serves(Credentials(used, "ca"), fresh, clock=lambda: NOW) is expected
    assert not serves(None, fresh, clock=lambda: NOW)
