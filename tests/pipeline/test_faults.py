"""A part dies while a hundred films are sent: a hundred rows, none twice."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from kubernetes import client

from tests.pipeline.conftest import NAMESPACE, SOURCE, Sender, eventually, variation

FILMS = 100
#: The film after which the part dies.
KILL_AT = 30


@pytest.mark.parametrize(
    ("namespace", "selector"),
    [
        pytest.param(NAMESPACE, "serving.knative.dev/service=risk-assessment", id="function"),
        pytest.param(NAMESPACE, "app.kubernetes.io/name=event-source", id="event-source"),
        pytest.param(NAMESPACE, "app.kubernetes.io/name=notification-ingress", id="notification-ingress"),
        pytest.param(NAMESPACE, "app.kubernetes.io/name=xray-cluster", id="broker"),
        pytest.param(NAMESPACE, "app.kubernetes.io/name=xraylabdb", id="database"),
        pytest.param("ceph", "app.kubernetes.io/name=ceph-rgw", id="radosgw"),
    ],
)
def test_no_film_is_lost_or_read_twice(
    sender: Sender, real_films: list[Path], pods: client.CoreV1Api, namespace: str, selector: str
) -> None:
    victims = pods.list_namespaced_pod(namespace, label_selector=selector).items
    assert victims, f"no pod with {selector} in {namespace}"
    for number in range(FILMS):
        if number == KILL_AT:
            for victim in victims:
                pods.delete_namespaced_pod(victim.metadata.name, namespace, grace_period_seconds=0)
        sender.put(f"film-{number:03}.jpeg", variation(real_films[number % len(real_films)], number))
    keys = {f"{sender.prefix}/film-{number:03}.jpeg" for number in range(FILMS)}

    def all_read() -> bool:
        try:
            return {row["key"] for row in sender.rows()} == keys
        except psycopg.OperationalError:  # the server is the one that died
            return False

    def unread() -> str:
        stored = {
            entry["Key"]
            for page in sender.s3.get_paginator("list_objects_v2").paginate(Bucket=SOURCE, Prefix=f"{sender.prefix}/")
            for entry in page.get("Contents", [])
        }
        missing = sorted(keys - {row["key"] for row in sender.rows()})
        return f"all {FILMS} films read; {len(stored)} are stored, not read: {missing}"

    eventually(all_read, 240, unread)
    assert len(sender.rows()) == FILMS
