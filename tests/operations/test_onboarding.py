"""A facility goes out of the hub with its data untouched, reads films alone, and comes in again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client, config

from tests.conftest import Facility
from tests.operations.test_site import ansible_playbook
from tests.pipeline.conftest import SOURCE, Database, Sender, object_store, variation

#: Before the name of the facility that is meant.
LIMIT = ("-i", "inventories/lab", "--limit")


@pytest.fixture(scope="module")
def west(other_facility: Facility) -> Iterator[Sender]:
    """A sender of films to the facility that goes and comes."""
    sender = Sender(object_store(other_facility), Database(other_facility["DATABASE_URL"]), "test-onboarding")
    yield sender
    sender.remove()


def belongings(sender: Sender, facility: Facility) -> dict[str, set[str]]:
    """What is the facility's own: films, rows, and the volumes that all lies on."""
    cluster = client.CoreV1Api(config.new_client_from_config(facility["KUBECONFIG"], context=facility.name))
    films = sender.s3.get_paginator("list_objects_v2").paginate(Bucket=SOURCE)
    rows = sender.database.execute("SELECT key, etag FROM assessments", [])
    return {
        "films": {f"{found['Key']} {found['ETag']}" for page in films for found in page.get("Contents", [])},
        "rows": {f"{row['key']} {row['etag']}" for row in rows},
        "volumes": {volume.metadata.uid for volume in cluster.list_persistent_volume_claim_for_all_namespaces().items},
    }


def managed(facility: Facility) -> set[str]:
    """The clusters that the hub manages."""
    hub = client.CustomObjectsApi(config.new_client_from_config(facility["KUBECONFIG"], context="hub"))
    found = hub.list_cluster_custom_object("cluster.open-cluster-management.io", "v1", "managedclusters")
    return {each["metadata"]["name"] for each in found["items"]}


def test_another_name_than_the_one_meant_changes_nothing(other_facility: Facility) -> None:
    done = ansible_playbook("playbooks/offboard.yml", *LIMIT, other_facility.name, "-e", "confirm=facility-east")
    assert done.returncode != 0
    assert "Nothing was changed" in done.stdout
    assert other_facility.name in managed(other_facility)


def test_a_facility_goes_and_comes_again(
    other_facility: Facility,
    west: Sender,
    real_films: list[Path],
) -> None:
    west.row(west.put("before.jpeg", variation(real_films[0], 1)))
    own = belongings(west, other_facility)
    assert all(own.values())

    confirm = f"confirm={other_facility.name}"
    done = ansible_playbook("playbooks/offboard.yml", *LIMIT, other_facility.name, "-e", confirm)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    assert f"{other_facility.name} is out of the hub." in done.stdout
    assert re.search(r"gone +\S", done.stdout)
    assert "left behind" not in done.stdout
    assert other_facility.name not in managed(other_facility)
    assert "facility-east" in managed(other_facility)
    assert belongings(west, other_facility) == own
    west.row(west.put("alone.jpeg", variation(real_films[1], 2)))

    done = ansible_playbook("playbooks/onboard.yml", *LIMIT, other_facility.name)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    assert other_facility.name in managed(other_facility)
    west.row(west.put("again.jpeg", variation(real_films[2], 3)))
    for kind, before in own.items():
        assert before <= belongings(west, other_facility)[kind], kind
