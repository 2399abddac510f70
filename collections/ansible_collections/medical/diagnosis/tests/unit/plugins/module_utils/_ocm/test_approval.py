# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.approval import objection
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.certificate_request import Subject, subject_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NAME = "facility-east"
AGENT = "3b1c0d7e-8e0f-4d21-9f43-6f0e6b1f8a11"
REQUESTER = "system:serviceaccount:open-cluster-management:cluster-bootstrap"
GROUP = f"system:open-cluster-management:{NAME}"
EVERYBODY = "system:open-cluster-management:managed-clusters"
KEY = ec.generate_private_key(ec.SECP256R1())


def encoded(
    common_name: str = f"{GROUP}:{AGENT}",
    organizations: tuple[str, ...] = (GROUP, EVERYBODY),
    *,
    unit: str = "",
    dns_name: str = "",
) -> str:
    """A request as Kubernetes keeps it."""
    named = [(NameOID.ORGANIZATION_NAME, value) for value in organizations]
    named += [(NameOID.COMMON_NAME, common_name)] if common_name else []
    named += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    # X.509 allows 64 characters, which Kubernetes takes no notice of
    attributes = [x509.NameAttribute(oid, value, _validate=False) for oid, value in named]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    if dns_name:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns_name)]), critical=False)
    pem = builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM)
    return base64.b64encode(pem).decode()


def request(**changes: Any) -> dict[str, Any]:
    """A request that nothing speaks against, with parts of its spec replaced."""
    spec = {
        "signerName": "kubernetes.io/kube-apiserver-client",
        "username": REQUESTER,
        "usages": ["digital signature", "key encipherment", "client auth"],
        "request": encoded(),
    }
    return {"metadata": {"name": f"{NAME}-x7k2p"}, "spec": {**spec, **changes}}


def test_the_request_of_its_own_agent_is_approved() -> None:
    assert objection(request(), NAME, REQUESTER, AGENT) == ""


def test_the_group_of_everybody_may_be_left_out() -> None:
    assert objection(request(request=encoded(organizations=(GROUP,))), NAME, REQUESTER, AGENT) == ""


def test_an_agent_that_makes_up_its_id_is_approved_where_it_does() -> None:
    own = request(request=encoded(f"{GROUP}:made-up"))
    assert objection(own, NAME, REQUESTER, None) == ""
    assert "made-up" in objection(own, NAME, REQUESTER, AGENT)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signerName": "kubernetes.io/kubelet-serving"}, "its signer is kubernetes.io/kubelet-serving"),
        ({"username": "system:serviceaccount:default:somebody"}, "somebody has made it"),
        ({"usages": ["client auth", "cert sign"]}, "not for client auth alone"),
        ({"usages": ["digital signature"]}, "not for client auth alone"),
        ({"request": encoded(organizations=("system:masters",))}, "groups system:masters"),
        ({"request": encoded(organizations=(GROUP, "system:masters"))}, "system:masters"),
        ({"request": encoded(organizations=(EVERYBODY,))}, "not for system:open-cluster-management:facility-east"),
        ({"request": encoded(organizations=(f"{GROUP}-2", EVERYBODY))}, f"groups {GROUP}-2"),
        ({"request": encoded("system:admin")}, "user system:admin"),
        ({"request": encoded(f"{GROUP}-2:{AGENT}")}, f"user {GROUP}-2:"),
        ({"request": encoded(f"{GROUP}:")}, "asks for the user"),
        ({"request": encoded(f"{GROUP}:{AGENT}:more")}, "asks for the user"),
        ({"request": encoded(unit="films")}, "more than a common name and organizations"),
        ({"request": encoded(dns_name="hub.example")}, "more than a subject"),
        ({"request": encoded("")}, "0 common names"),
        ({"request": "bm90IGEgcmVxdWVzdA=="}, "it can't be read"),
        ({"request": "%%%"}, "it can't be read"),
    ],
)
def test_anything_else_is_not(changes: dict[str, Any], words: str) -> None:
    assert words in objection(request(**changes), NAME, REQUESTER, AGENT)


def test_the_request_for_another_cluster_is_not_approved_for_this_one() -> None:
    assert "not for system:open-cluster-management:facility-west" in objection(
        request(), "facility-west", REQUESTER, AGENT
    )


def test_two_requests_in_one_are_refused() -> None:
    pem = base64.b64decode(encoded())
    with pytest.raises(ValueError, match="can't be read"):
        subject_of(base64.b64encode(pem + pem).decode())


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_half_a_request_is_refused(cut: int) -> None:
    pem = base64.b64decode(encoded()).decode()
    lines = pem.strip().splitlines()
    body = base64.b64decode("".join(lines[1:-1]))[:-cut]
    broken = "\n".join([lines[0], base64.b64encode(body).decode(), lines[-1]])
    with pytest.raises(ValueError, match="can't be read"):
        subject_of(base64.b64encode(broken.encode()).decode())


def test_the_subject() -> None:
    assert subject_of(encoded()) == Subject(f"{GROUP}:{AGENT}", frozenset({GROUP, EVERYBODY}))
