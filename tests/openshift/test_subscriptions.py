"""Subscriptions against a real API server with OLM's real definitions, OLM itself played: the good ways and the bad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.present import PresentSubscriptions
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change
from ansible_collections.medical.diagnosis.plugins.modules import operator_subscription_info

from tests.api_server import ApiServer
from tests.openshift.operators import MARKETPLACE, Operators

pytestmark = pytest.mark.usefixtures("lab")

CONNECTION = {
    "host": None, "api_key": None, "context": None, "client_cert": None, "client_key": None, "ca_cert": None,
    "validate_certs": None, "timeout": 30.0, "retry_timeout": 30.0,
}  # fmt: skip
AMQ = "amq-streams"
Cluster = tuple[ApiServer, Operators]


def subscription(namespace: str, **options: Any) -> dict[str, Any]:
    """Options of one subscription, as the module hands them over."""
    return {
        "name": AMQ,
        "namespace": namespace,
        "namespace_labels": None,
        "package": None,
        "channel": "amq-streams-2.9.x",
        "source": "redhat-operators",
        "source_namespace": MARKETPLACE,
        "starting_csv": None,
        "install_plan_approval": "Automatic",
        "config": None,
        "operator_group": {"name": namespace, "target_namespaces": [namespace]},
        "approve": False,
        **options,
    }


def converge(cluster: Cluster, *subscriptions: dict[str, Any], timeout: float = 240) -> list[Change]:
    """What the module does outside of check mode."""
    client = connect({**CONNECTION, "kubeconfig": str(cluster[0].kubeconfig)})
    service = PresentSubscriptions(client, subscriptions, wait_timeout=timeout)
    service.plan()
    return list(service.apply())


def refusal(cluster: Cluster, *subscriptions: dict[str, Any]) -> DiagnosisError:
    """The error of a run that can't succeed; a timeout is no answer."""
    with pytest.raises(DiagnosisError) as caught:
        converge(cluster, *subscriptions)
    assert "timed out" not in str(caught.value)
    return caught.value


def there(cluster: Cluster, kind: str, namespace: str) -> list[str]:
    """Names of the objects of a kind in a namespace."""
    return cluster[0].kubectl("get", kind, "-n", namespace, "-o", "name").split()


@pytest.fixture(autouse=True)
def nothing_rejected(hub: Cluster) -> Iterator[None]:
    """The API server takes everything that the played operators write, too."""
    yield
    assert hub[1].faults == []


def test_an_operator_is_installed_once(hub: Cluster) -> None:
    wanted = subscription("once", namespace_labels={"openshift.io/cluster-monitoring": "true"})
    (made,) = converge(hub, wanted)
    assert made.action == "create"
    assert made.result["installed_csv"] == "amqstreams.v2.9.3-1"
    assert made.result["csv_phase"] == "Succeeded"
    (again,) = converge(hub, wanted)
    assert (again.action, again.as_diff()["before"]) == ("none", {})


def test_subscriptions_are_read_with_what_is_installed(hub: Cluster) -> None:
    converge(hub, subscription("read"))
    connection = {**CONNECTION, "kubeconfig": str(hub[0].kubeconfig)}
    (found,) = operator_subscription_info.read({**connection, "namespace": "read", "names": None})
    assert (found["name"], found["installed_csv"], found["csv_phase"]) == (AMQ, "amqstreams.v2.9.3-1", "Succeeded")
    assert found["install_plan_phase"] == "Complete"
    assert operator_subscription_info.read({**connection, "namespace": "read", "names": ["other"]}) == []


def test_an_operator_that_looks_after_all_namespaces_is_installed_once(hub: Cluster) -> None:
    wanted = subscription("everywhere", operator_group={"name": "everywhere", "target_namespaces": None})
    assert converge(hub, wanted)[0].action == "create"
    assert converge(hub, wanted)[0].as_diff()["after"] == {}


def test_the_plan_of_a_hub_that_is_not_there_yet_writes_nothing(hub: Cluster) -> None:
    client = connect({**CONNECTION, "kubeconfig": str(hub[0].kubeconfig)})
    (change,) = PresentSubscriptions(client, [subscription("planned")], wait_timeout=None).plan()
    assert change.action == "create"
    assert set(change.after or {}) == {"Namespace", "OperatorGroup", "Subscription"}
    assert "planned" not in hub[0].kubectl("get", "namespaces", "-o", "name")


def test_a_subscription_of_the_pattern_is_taken_over(hub: Cluster) -> None:
    namespace = "xraylab-9"
    hub[0].kubectl("create", "namespace", namespace)
    hub[0].kubectl(
        "apply", "-f", "-",
        stdin=f"""
apiVersion: operators.coreos.com/v1
kind: OperatorGroup
metadata: {{name: {namespace}-operator-group, namespace: {namespace}}}
spec: {{targetNamespaces: [{namespace}]}}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {{name: {AMQ}, namespace: {namespace}}}
spec:
  name: {AMQ}
  source: redhat-operators
  sourceNamespace: {MARKETPLACE}
  channel: amq-streams-2.9.x
  config: {{env: [{{name: STRIMZI_LOG_LEVEL, value: DEBUG}}]}}
""",
    )  # fmt: skip
    (change,) = converge(hub, subscription(namespace))
    assert change.action == "update"
    assert there(hub, "operatorgroups", namespace) == [f"operatorgroup.operators.coreos.com/{namespace}-operator-group"]
    assert "STRIMZI_LOG_LEVEL" in hub[0].kubectl(
        "get", "subscriptions.operators.coreos.com", AMQ, "-n", namespace, "-o", "yaml"
    )
    assert converge(hub, subscription(namespace))[0].as_diff()["after"] == {}


def test_a_change_of_the_channel_waits_for_the_new_version(hub: Cluster) -> None:
    converge(hub, subscription("moved"))
    (moved,) = converge(hub, subscription("moved", channel="stable"))
    assert moved.differences == ["Subscription.spec.channel"]
    assert moved.result["installed_csv"] == "amqstreams.v3.1.0-5"


def test_a_version_that_fails_is_told_with_olms_reason(hub: Cluster) -> None:
    said = "OwnNamespace InstallModeType not supported, cannot configure to watch own namespace"
    hub[1].broken["serverless-operator"] = ("UnsupportedOperatorGroup", said)
    error = refusal(hub, subscription("broken", name="serverless-operator", channel="stable"))
    assert error.subject == "Subscription 'broken/serverless-operator'"
    assert (
        f"ClusterServiceVersion 'broken/serverless-operator.v1.37.0' is Failed (UnsupportedOperatorGroup): {said}"
        in error.problem
    )
    assert "kubectl get operatorgroups -n broken" in error.cure


def test_a_plan_that_nobody_approves_is_named(hub: Cluster) -> None:
    wanted = subscription("manual", install_plan_approval="Manual", starting_csv="amqstreams.v2.9.3-1")
    error = refusal(hub, wanted)
    (plan,) = there(hub, "installplans", "manual")
    name = plan.rpartition("/")[2]
    assert f"InstallPlan 'manual/{name}' waits for approval (it installs amqstreams.v2.9.3-1)" in error.problem
    assert f"kubectl patch installplan {name} -n manual --type merge" in error.cure
    (approved,) = converge(hub, {**wanted, "approve": True})
    assert approved.differences == ["approvedInstallPlan"]
    assert approved.result["csv_phase"] == "Succeeded"
    assert converge(hub, {**wanted, "approve": True})[0].action == "none"


def test_the_plan_of_another_version_is_not_approved(hub: Cluster) -> None:
    wanted = subscription("other", install_plan_approval="Manual", starting_csv="amqstreams.v2.9.3-1")
    with pytest.raises(DiagnosisError, match="waits for approval"):
        converge(hub, wanted)
    error = refusal(hub, {**wanted, "starting_csv": "amqstreams.v2.9.9-9", "approve": True})
    assert "it would install amqstreams.v2.9.3-1, not amqstreams.v2.9.9-9" in error.problem
    (plan,) = there(hub, "installplans", "other")
    assert hub[0].kubectl("get", plan, "-n", "other", "-o", "jsonpath={.spec.approved}") == "false"


def test_a_channel_that_is_gone_changes_nothing(hub: Cluster) -> None:
    error = refusal(hub, subscription("channelless", channel="amq-streams-1.x"))
    assert "has no channel 'amq-streams-1.x'" in error.problem
    assert error.cure == "Set channel to one of those that are there: amq-streams-2.9.x, stable (default)."
    assert "channelless" not in hub[0].kubectl("get", "namespaces", "-o", "name")


def test_a_package_that_is_gone_is_told_with_olms_constraint(hub: Cluster) -> None:
    error = refusal(hub, subscription("packageless", package="amq-streams-next"))
    assert "ResolutionFailed is True (ConstraintsNotSatisfiable): constraints not satisfiable" in error.problem
    assert f"kubectl get packagemanifests -n {MARKETPLACE} -l catalog=redhat-operators" in error.cure


def test_a_version_that_is_gone_is_told_with_olms_constraint(hub: Cluster) -> None:
    error = refusal(hub, subscription("versionless", starting_csv="amqstreams.v2.9.0-0"))
    assert "no operators found with name amqstreams.v2.9.0-0 in channel amq-streams-2.9.x" in error.problem


def test_a_catalogue_that_is_missing_changes_nothing(hub: Cluster) -> None:
    error = refusal(hub, subscription("catalogless", source="certified-operators"))
    assert f"CatalogSource '{MARKETPLACE}/certified-operators' doesn't exist" in error.problem
    assert "community-operators, redhat-operators" in error.cure
    assert "catalogless" not in hub[0].kubectl("get", "namespaces", "-o", "name")


def test_a_catalogue_that_does_not_answer_is_told(hub: Cluster) -> None:
    hub[1].add_catalog("mirrored-operators", state="TRANSIENT_FAILURE")
    try:
        error = refusal(hub, subscription("unanswered", source="mirrored-operators"))
    finally:
        hub[1].remove_catalog("mirrored-operators")
    assert f"CatalogSource '{MARKETPLACE}/mirrored-operators' doesn't answer (TRANSIENT_FAILURE)" in error.problem
    assert "olm.catalogSource=mirrored-operators" in error.cure


def test_two_operator_groups_are_refused(hub: Cluster) -> None:
    hub[0].kubectl("create", "namespace", "grouped")
    for name in ("first", "second"):
        hub[0].kubectl(
            "apply", "-f", "-",
            stdin=f"{{apiVersion: operators.coreos.com/v1, kind: OperatorGroup, metadata: {{name: {name}, namespace: grouped}}, spec: {{}}}}",
        )  # fmt: skip
    error = refusal(hub, subscription("grouped"))
    assert "namespace grouped has 2 OperatorGroups (first, second)" in error.problem
    assert there(hub, "subscriptions.operators.coreos.com", "grouped") == []


def test_a_namespace_without_a_group_is_refused(hub: Cluster) -> None:
    error = refusal(hub, subscription("groupless", operator_group=None))
    assert "has no OperatorGroup" in error.problem


def test_a_second_subscription_to_a_package_is_refused(hub: Cluster) -> None:
    converge(hub, subscription("twice"))
    error = refusal(hub, subscription("twice", name="kafka", package=AMQ))
    assert f"Subscription 'twice/{AMQ}' subscribes to package {AMQ} already" in error.problem
