"""A broker comes back with its users, whoever was deleted before."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialDeletion, UserScramCredentialUpsertion
from kubernetes import client

from tests.pipeline.conftest import NAMESPACE, Sender

MECHANISM = "SCRAM-SHA-512"
#: So many that one of them, not a real user, is nearly sure to be the first in the broker's own order.
USERS = 100


def test_a_broker_knows_its_users_after_others_were_deleted(
    sender: Sender, real_films: list[Path], pods: client.CoreV1Api, kafka_options: dict[str, Any]
) -> None:
    names = [f"restart-{uuid.uuid4().hex}" for _ in range(USERS)]
    admin = KafkaAdminClient(**kafka_options)
    for alterations in (
        [UserScramCredentialUpsertion(name, MECHANISM, "secret", iterations=4096) for name in names],
        [UserScramCredentialDeletion(name, MECHANISM) for name in names],
    ):
        assert set(admin.alter_user_scram_credentials(alterations).values()) == {None}
    admin.close()
    pods.delete_namespaced_pod("xray-cluster-0", NAMESPACE, grace_period_seconds=0)
    sender.row(sender.put("film.jpeg", real_films[0].read_bytes()), timeout=180)
