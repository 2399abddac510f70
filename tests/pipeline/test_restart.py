"""What the other tests have done to the broker's settings doesn't keep it from coming back."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubernetes import client

from tests.pipeline.conftest import NAMESPACE, Sender


@pytest.mark.last
def test_a_broker_whose_users_topics_and_rights_have_changed_comes_back(
    sender: Sender, real_films: list[Path], pods: client.CoreV1Api
) -> None:
    pods.delete_namespaced_pod("xray-cluster-0", NAMESPACE, grace_period_seconds=0)
    sender.row(sender.put("film.jpeg", real_films[0].read_bytes()), timeout=180)
