# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.klusterlet import Klusterlet, Site
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import (
    IDENTITY_ANNOTATION,
    ManagedCluster,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.standing import (
    Standing,
    earlier_import,
    reject_twins,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Agent, Hub
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NAME = "facility-east"
UID = "11111111-1111-4111-8111-111111111111"
OTHER_UID = "22222222-2222-4222-8222-222222222222"
HUB = Hub("https://hub.example:6443", frozenset({"hub-ca"}))
HERE = Agent(NAME, "https://10.0.0.1:6443", frozenset({"hub-ca"}))
ELSEWHERE = Agent(NAME, "https://other.example:6443", frozenset({"other-ca"}))


def known(
    *,
    uid: str = "",
    joined: bool = True,
    available: bool = True,
    claims: dict[str, str] | None = None,
    going: bool = False,
) -> ManagedCluster:
    """The hub's ManagedCluster of the name."""
    conditions = [
        {"type": "ManagedClusterJoined", "status": str(joined)},
        {"type": "ManagedClusterConditionAvailable", "status": str(available)},
    ]
    metadata: dict[str, Any] = {"name": NAME, "annotations": {IDENTITY_ANNOTATION: uid} if uid else {}}
    if going:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    listed = [{"name": name, "value": value} for name, value in (claims or {}).items()]
    return ManagedCluster({"metadata": metadata, "status": {"conditions": conditions, "clusterClaims": listed}})


def klusterlet(hub: Agent | None, name: str = NAME, registered: bool = True) -> Klusterlet:
    found = {"metadata": {"name": "klusterlet", "uid": "k"}, "spec": {"clusterName": name}}
    if registered:
        return Klusterlet(found, hub, registered_as=name, registered_with=hub)
    return Klusterlet(found, hub)


def standing(found: ManagedCluster | None, *klusterlets: Klusterlet) -> Standing:
    return Standing(NAME, found, Site(UID, klusterlets), HUB)


@pytest.mark.parametrize(
    "allowed",
    [
        standing(None),
        standing(known(joined=False)),
        standing(known(uid=UID)),
        standing(known(uid=UID), klusterlet(HERE)),
        # somebody else has registered it, with this hub
        standing(known(), klusterlet(HERE)),
        standing(None, klusterlet(HERE)),
        standing(None, klusterlet(None, registered=False)),
        # the hub's address has changed since
        standing(known(uid=UID), klusterlet(ELSEWHERE)),
        standing(known(claims={"id.k8s.io": UID}), klusterlet(HERE)),
        # on OpenShift the claim is another number
        standing(known(claims={"id.k8s.io": OTHER_UID, "id.openshift.io": OTHER_UID}), klusterlet(HERE)),
    ],
)
def test_what_may_be_registered(allowed: Standing) -> None:
    allowed.reject_registration()


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (standing(known(uid=OTHER_UID)), f"the name is taken: cluster {OTHER_UID}"),
        (standing(known(claims={"id.k8s.io": OTHER_UID})), "the name is taken"),
        (standing(known()), "the name is taken: a cluster has joined"),
        (standing(known(), klusterlet(ELSEWHERE)), "the name is taken"),
        (standing(None, klusterlet(ELSEWHERE)), "managed by another hub already, https://other.example:6443"),
        (standing(known(joined=False), klusterlet(ELSEWHERE)), "managed by another hub"),
        (standing(None, klusterlet(ELSEWHERE, registered=False)), "managed by another hub"),
        (standing(None, klusterlet(HERE, "facility-west")), "of the name 'facility-west' already"),
        (standing(None, klusterlet(HERE), klusterlet(ELSEWHERE)), "managed by another hub"),
        (standing(known(uid=UID, going=True)), "it is being deleted"),
    ],
)
def test_what_may_not(refused: Standing, words: str) -> None:
    with pytest.raises(DiagnosisError) as caught:
        refused.reject_registration()
    assert words in caught.value.problem
    assert caught.value.cure


def test_a_hub_with_a_public_certificate_is_told_by_its_address() -> None:
    hub = Hub("https://hub.example:6443", frozenset())
    agent = Agent("x", "https://hub.example:6443", frozenset())
    with pytest.raises(DiagnosisError, match="of the name 'x' already"):
        Standing(NAME, None, Site(UID, (klusterlet(agent, "x"),)), hub).reject_registration()


def test_the_wrong_cluster_is_not_taken_out() -> None:
    with pytest.raises(DiagnosisError, match="the wrong one"):
        standing(known(uid=OTHER_UID)).reject_detachment()
    with pytest.raises(DiagnosisError, match="registered with this hub as 'facility-west'"):
        standing(known(), klusterlet(HERE, "facility-west")).reject_detachment()
    with pytest.raises(DiagnosisError, match="has no klusterlet of its name"):
        standing(known()).reject_detachment()


def test_the_right_one_is() -> None:
    standing(None, klusterlet(ELSEWHERE)).reject_detachment()
    standing(known(joined=False)).reject_detachment()
    # half of it is done
    standing(known(going=True)).reject_detachment()
    standing(known(uid=UID)).reject_detachment()
    standing(known(uid=UID), klusterlet(HERE)).reject_detachment()


def test_the_klusterlet_of_another_hub_is_left_alone() -> None:
    assert standing(None, klusterlet(ELSEWHERE)).klusterlet() is None
    assert standing(None, klusterlet(HERE)).klusterlet() is not None


def test_an_import_that_stopped_half_way() -> None:
    assert earlier_import(None, None) == []
    assert earlier_import(known(), klusterlet(HERE)) == []
    assert earlier_import(known(joined=False, available=False), klusterlet(HERE, registered=False)) == [
        f"ManagedCluster '{NAME}' has never joined",
        "Klusterlet 'klusterlet' that hasn't registered",
    ]
    assert earlier_import(known(available=False), None) == [f"ManagedCluster '{NAME}' has joined, but isn't available"]


def test_one_cluster_of_two_names() -> None:
    reject_twins([("a", UID), ("b", OTHER_UID), ("c", ""), ("d", "")])
    with pytest.raises(DiagnosisError, match="the same cluster as 'a'"):
        reject_twins([("a", UID), ("b", UID)])
