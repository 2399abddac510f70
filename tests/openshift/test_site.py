"""`site.yml` with `platform: openshift` on the example inventory, against two played OpenShifts: a hub and a facility.

Real are the API server, the kinds' definitions, the charts as Helm renders them, and the object gateway, which is the lab's. Played
are the operators: what they say in the status.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.api_server import ApiServer
from tests.conftest import CHECKOUT, Facility
from tests.managed_clusters import crd
from tests.openshift.api import Api
from tests.openshift.argo_cd import ArgoCD, render
from tests.openshift.cluster_management import KLUSTERLET_CRD, ClusterManagement
from tests.openshift.data_foundation import DataFoundation
from tests.openshift.operators import Operators
from tests.openshift.test_hub import changed

Cluster = tuple[ApiServer, Operators]
HERE = Path(__file__).parent
FACILITY = "north-clinic"
CHARTS = sorted(path.parent for path in CHECKOUT.glob("gitops/facility/*/Chart.yaml") if path.parent.name != "common")
#: Namespace for trial renderings.
BESIDE = "charts"
#: What of the lab's object gateway is this test's own.
FILMS = "openshift-films"
BUCKETS = [FILMS, f"{FILMS}-processed", f"{FILMS}-anonymized"]

#: What every OpenShift cluster has, and preflight looks for.
GROUND = """
apiVersion: v1
kind: Node
metadata: {name: worker-0, labels: {node-role.kubernetes.io/worker: ""}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: gp3-csi, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: ebs.csi.aws.com
"""
NODE = {
    "capacity": {"cpu": "64", "memory": "256Gi", "pods": "250"},
    "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "250"},
    "conditions": [{"type": "Ready", "status": "True"}],
}

#: What has to be there in the end, on the hub and in the facility; names as installations of the Medical Diagnosis pattern have them.
HUB_OBJECTS = [
    "managedcluster/north-clinic",
    "appproject/medical-diagnosis -n openshift-gitops",
    "argocd/openshift-gitops -n openshift-gitops",
]
OBJECTS = [
    "subscription.operators.coreos.com/odf-operator -n openshift-storage",
    "subscription.operators.coreos.com/amq-streams -n xraylab-1",
    "subscription.operators.coreos.com/serverless-operator -n openshift-operators",
    "storagecluster/ocs-storagecluster -n openshift-storage",
    "cephobjectstore/ocs-storagecluster-cephobjectstore -n openshift-storage",
    "cephobjectstoreuser/xraylab-1 -n openshift-storage",
    "route/s3-rgw -n openshift-storage",
    "knativeserving/knative-serving -n knative-serving",
    "knativeeventing/knative-eventing -n knative-eventing",
    "knativekafka/knative-kafka -n knative-eventing",
    "kafka/xray-cluster -n xraylab-1",
    "kafkanodepool/kafka -n xraylab-1",
    "kafkatopic/xray-images -n xraylab-1",
    "kafkatopic/xray-images-dead -n xraylab-1",
    "kafkauser/event-source -n xraylab-1",
    "kafkauser/notification-ingress -n xraylab-1",
    "kafkasource/xray-images -n xraylab-1",
    "kafkasink/xray-images-dead -n xraylab-1",
    "services.serving.knative.dev/risk-assessment -n xraylab-1",
    "rolebinding/nonroot-v2 -n xraylab-1",
    "secret/s3-secret-bck -n xraylab-1",
    "secret/db-secret -n xraylab-1",
    "configmap/service-point -n xraylab-1",
    "configmap/buckets-config -n xraylab-1",
    "configmap/database-host -n xraylab-1",
]

SASL = {"username", "user", "password", "protocol", "sasl.mechanism", "saslType"}


@dataclass(frozen=True)
class Fleet:
    """The played hub and its facility, and how to run playbooks on them."""

    hub: ApiServer
    server: ApiServer
    operators: Operators
    argo_cd: ArgoCD
    variables: Mapping[str, Any]

    def run(self, playbook: str, *arguments: str, **variables: Any) -> tuple[int, str]:
        """Run a playbook; return its exit code and what it printed."""
        environment = os.environ | {"NO_COLOR": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(
            [
                Path(sys.executable).parent / "ansible-playbook",
                "--inventory=inventories/example-openshift",
                f"--limit=hub,{FACILITY}",
                f"--extra-vars={json.dumps({**self.variables, **variables})}",
                playbook,
                *arguments,
            ],
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr

    def read(self, *what: str) -> dict[str, Any]:
        """An object, or a list of them."""
        found: dict[str, Any] = json.loads(self.server.kubectl("get", *what, "--output=json"))
        return found


@pytest.fixture(scope="module")
def fleet(hub: Cluster, site: Cluster, facility: Facility, helm: Path) -> Iterator[Fleet]:
    """A fleet that nobody has installed anything on, but for what the tests of the hub have."""
    server, operators = site
    server.install_crds(crd(KLUSTERLET_CRD))
    for each in (hub[0], server):
        each.kubectl("apply", "--filename=-", stdin=GROUND)
        status = f"--patch={json.dumps({'status': NODE})}"
        each.kubectl("patch", "node", "worker-0", "--subresource=status", "--type=merge", status)
        each.kubectl("taint", "node", "worker-0", "node.kubernetes.io/not-ready-")
    hub_api, site_api = Api(hub[0]), Api(server)
    argo_cd = ArgoCD(hub_api, site_api, helm)
    keys = {"AccessKey": facility["AWS_ACCESS_KEY_ID"], "SecretKey": facility["AWS_SECRET_ACCESS_KEY"]}
    hub[1].also += [ClusterManagement(hub_api, site_api).play, argo_cd.play]
    operators.also.append(DataFoundation(Api(server), keys).play)
    passwords = [
        "kafka_event_source_password",
        "kafka_notification_ingress_password",
        "database_password",
        "anonymization_key",
    ]
    yield Fleet(
        hub[0],
        server,
        operators,
        argo_cd,
        {
            "gitops_kubeconfig": str(hub[0].kubeconfig),
            "facility_kubeconfig": str(server.kubeconfig),
            "facility_server": server.url,
            "object_store_endpoint": facility["S3_ENDPOINT"],
            "object_store_bucket": FILMS,
            "object_store_topic": FILMS,
            "vault_facilities": {FACILITY: dict.fromkeys(passwords, "played-password")},
        },
    )
    hub[1].also.clear()
    operators.also.clear()
    remove_films(facility)


@pytest.fixture(autouse=True)
def nothing_rejected(hub: Cluster, site: Cluster) -> Iterator[None]:
    """The API servers take all that the played operators, Argo CD among them, write."""
    yield
    assert [*hub[1].faults, *site[1].faults] == []


def gateway(facility: Facility) -> dict[str, Any]:
    """How to reach the lab's object gateway, for boto3."""
    return {
        "endpoint_url": facility["S3_ENDPOINT"],
        "region_name": "default",
        "aws_access_key_id": facility["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": facility["AWS_SECRET_ACCESS_KEY"],
    }


def remove_films(facility: Facility) -> None:
    """Leave nothing of ours in the lab's object gateway."""
    s3, sns = boto3.client("s3", **gateway(facility)), boto3.client("sns", **gateway(facility))
    there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for bucket in there.intersection(BUCKETS):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
        s3.delete_bucket(Bucket=bucket)
    for topic in sns.list_topics().get("Topics", []):
        if topic["TopicArn"].endswith(f":{FILMS}"):
            sns.delete_topic(TopicArn=topic["TopicArn"])


@pytest.fixture(scope="module")
def converged(fleet: Fleet) -> Fleet:
    """The fleet after the first run of `site.yml`."""
    code, output = fleet.run("site.yml")
    assert code == 0, output[-8000:]
    return fleet


def test_a_facility_is_brought_in(converged: Fleet, facility: Facility) -> None:
    fleet = converged
    for cluster, objects in ((fleet.hub, HUB_OBJECTS), (fleet.server, OBJECTS)):
        for each in objects:
            cluster.kubectl("get", *each.split())
    assert "gitops-token-sync" not in fleet.hub.kubectl("get", "deployments", "--all-namespaces", "--output=name")
    assert set(fleet.read("secret", "kafka-event-source", "--namespace=xraylab-1")["data"]) == SASL
    (notification,) = boto3.client("s3", **gateway(facility)).get_bucket_notification_configuration(Bucket=FILMS)[
        "TopicConfigurations"
    ]
    assert (notification["Id"], notification["Events"]) == (FILMS, ["s3:ObjectCreated:*"])


def test_a_further_run_changes_nothing(converged: Fleet) -> None:
    code, output = converged.run("site.yml")
    assert code == 0, output[-8000:]
    assert changed(output) == 0, output[-8000:]


def test_the_metadata_has_a_snapshot_soon(converged: Fleet) -> None:
    kafka = converged.read("kafka", "xray-cluster", "--namespace=xraylab-1")["spec"]["kafka"]
    assert kafka["config"]["metadata.log.max.snapshot.interval.ms"] == 30000
    assert {listener["authentication"]["type"] for listener in kafka["listeners"]} == {"scram-sha-512"}


def test_no_pod_needs_more_than_nonroot_v2(converged: Fleet) -> None:
    kinds = "deployments,statefulsets,jobs,services.serving.knative.dev"
    workloads = converged.read(kinds, "--namespace=xraylab-1")["items"]
    assert {found["metadata"]["name"] for found in workloads} == {
        *("image-generator", "notification-ingress", "xraylabdb", "database-migrations", "risk-assessment")
    }
    for found in workloads:
        pod = found["spec"]["template"]["spec"]
        shared = pod.get("securityContext") or {}
        assert not {"hostNetwork", "hostPID", "hostIPC"}.intersection(pod)
        volumes = {kind for volume in pod.get("volumes") or [] for kind in volume if kind != "name"}
        assert volumes <= {"configMap", "emptyDir", "secret", "projected", "persistentVolumeClaim"}
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            own = shared | container["securityContext"]
            assert own["runAsNonRoot"] is True
            assert own["runAsUser"] > 0
            assert own["allowPrivilegeEscalation"] is False
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert own["seccompProfile"] == {"type": "RuntimeDefault"}


#: Plural of a kind -> a status that keeps what waits for its objects from going on.
BAD: dict[str, dict[str, Any]] = {
    "storageclusters": {
        "phase": "Error",
        "conditions": [
            {"type": "Degraded", "status": "True", "reason": "ReconcileFailed", "message": "not enough nodes found"}
        ],
    },
    "knativeservings": {
        "conditions": [{"type": "Ready", "status": "False", "reason": "Install", "message": "no matches for kind"}]
    },
    "kafkas": {
        "conditions": [
            {"type": "NotReady", "status": "True", "reason": "InvalidResource", "message": "at least one listener"}
        ]
    },
    "cephobjectstoreusers": {"phase": "ReconcileFailed"},
    "kafkasources": {
        "conditions": [
            {"type": "Ready", "status": "False", "reason": "Offsets", "message": "SASL authentication failed"}
        ]
    },
}
#: What waits for them, and a subscription that can't be had.
ENTRY_POINTS = [
    ("facility", "main"),
    ("facility", "ready"),
    ("messaging", "main"),
    ("object_store", "main"),
    ("inference", "main"),
    ("image_generator", "main"),
]


@pytest.fixture(scope="module")
def broken(converged: Fleet) -> str:
    """What the roles say when everything is as bad as can be, each of them run by itself."""
    generator = f"{FACILITY}-image-generator"
    converged.operators.told.update(BAD)
    converged.argo_cd.degraded[generator] = (
        "Deployment",
        "image-generator",
        "xraylab-1",
        "exceeded its progress deadline",
    )
    variables: dict[str, Any] = {f"{role}_wait_timeout": 6 for role, _ in ENTRY_POINTS}
    try:
        code, output = converged.run(
            str((HERE / "entry_points.yml").relative_to(CHECKOUT)),
            entry_points=[{"role": role, "tasks_from": name} for role, name in ENTRY_POINTS],
            facility_operator_channels={"odf-operator": "stable-4.10"},
            **variables,
        )
    finally:
        converged.operators.told.clear()
        converged.argo_cd.degraded.clear()
    assert code == 0, output
    assert output.count("It failed as it should") == len(ENTRY_POINTS)
    assert changed(output) == 0, output
    return " ".join(output.split())


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            [
                "StorageCluster 'openshift-storage/ocs-storagecluster'",
                "phase is Error; Degraded is True (ReconcileFailed): not enough nodes found",
                "kubectl describe storagecluster ocs-storagecluster -n openshift-storage",
            ],
            id="storage",
        ),
        pytest.param(
            [
                "KnativeServing 'knative-serving/knative-serving'",
                "Ready is False (Install): no matches for kind",
                "kubectl describe knativeserving knative-serving -n knative-serving",
            ],
            id="serving",
        ),
        pytest.param(
            [
                "Kafka 'xraylab-1/xray-cluster'",
                "NotReady is True (InvalidResource): at least one listener",
                "kubectl describe kafka xray-cluster -n xraylab-1",
            ],
            id="kafka",
        ),
        pytest.param(
            [
                "CephObjectStoreUser 'openshift-storage/xraylab-1'",
                "phase is ReconcileFailed",
                "kubectl describe cephobjectstoreuser xraylab-1 -n openshift-storage",
            ],
            id="user",
        ),
        pytest.param(
            [
                "KafkaSource 'xraylab-1/xray-images'",
                "Ready is False (Offsets): SASL authentication failed",
                "kubectl describe kafkasource xray-images -n xraylab-1",
            ],
            id="source",
        ),
        pytest.param(
            [
                f"Application 'openshift-gitops/{FACILITY}-image-generator'",
                "Degraded: Deployment xraylab-1/image-generator (Degraded: exceeded its progress deadline)",
                "kubectl describe",
            ],
            id="application",
        ),
        pytest.param(
            [
                "Subscription 'openshift-storage/odf-operator'",
                "has no channel 'stable-4.10'",
                "Set channel to one of those that are there: stable-4.19, stable-4.20 (default)",
            ],
            id="channel",
        ),
    ],
)
def test_what_is_bad_is_told_with_its_condition_and_what_to_do(broken: str, said: list[str]) -> None:
    for words in said:
        assert words in broken


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_the_api_server_takes_what_a_chart_renders(fleet: Fleet, helm: Path, chart: Path) -> None:
    values = yaml.safe_load((chart / "ci/values.yaml").read_text())
    if chart.name == "inference":
        # of the other kind of event source OpenShift's Knative has no use, and the played one no definition
        values["eventSource"] = "kafkaSource"
    api = Api(fleet.server)
    # beside what has been installed, some of which can't be changed any more
    for namespace in (BESIDE, "xraylab-1"):
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    manifests = render(helm, chart, chart.name, BESIDE, values)
    assert manifests
    for manifest in manifests:
        api.apply(manifest, dry_run=True, namespace=BESIDE, manager="dry-run")
