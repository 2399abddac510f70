"""When a node or a pod counts as up."""

from datetime import UTC, datetime, timedelta

import pytest
from kubernetes import client
from lab_clusters.readiness import node_is_ready, pod_is_ready

START = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE, AFTER = START - timedelta(hours=1), START + timedelta(seconds=5)


def node(status: str, heartbeat: datetime) -> client.V1Node:
    condition = client.V1NodeCondition(type="Ready", status=status, last_heartbeat_time=heartbeat)
    return client.V1Node(status=client.V1NodeStatus(conditions=[condition]))


def pod(started: datetime | None, *, ready: bool) -> client.V1Pod:
    running = client.V1ContainerStateRunning(started_at=started) if started else None
    container = client.V1ContainerStatus(
        name="coredns",
        image="",
        image_id="",
        restart_count=0,
        ready=ready,
        state=client.V1ContainerState(running=running),
    )
    return client.V1Pod(status=client.V1PodStatus(container_statuses=[container]))


@pytest.mark.parametrize(
    ("status", "heartbeat", "ready"),
    [
        pytest.param("True", AFTER, True, id="ready"),
        pytest.param("True", BEFORE, False, id="was ready before the restart"),
        pytest.param("False", AFTER, False, id="not ready"),
        pytest.param("Unknown", AFTER, False, id="unknown"),
    ],
)
def test_node(status: str, heartbeat: datetime, ready: bool) -> None:
    assert node_is_ready(node(status, heartbeat), START) is ready


def test_a_node_that_has_said_nothing_yet() -> None:
    assert not node_is_ready(client.V1Node(status=client.V1NodeStatus()), START)


@pytest.mark.parametrize(
    ("started", "is_ready", "up"),
    [
        pytest.param(AFTER, True, True, id="up"),
        pytest.param(BEFORE, True, False, id="was up before the restart"),
        pytest.param(AFTER, False, False, id="runs, but is not ready"),
        pytest.param(None, False, False, id="doesn't run"),
    ],
)
def test_pod(started: datetime | None, is_ready: bool, up: bool) -> None:
    assert pod_is_ready(pod(started, ready=is_ready), START) is up


def test_a_pod_without_containers_yet() -> None:
    assert not pod_is_ready(client.V1Pod(status=client.V1PodStatus()), START)
