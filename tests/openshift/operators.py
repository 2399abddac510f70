"""Plays OpenShift's operators: watches what is written to an API server and answers in the status, as they would.

Operator Lifecycle Manager resolves subscriptions against catalog.yml, makes install plans and versions; operators whose
version has succeeded bring their operands up. Nothing is installed and nothing runs. What can go wrong goes wrong for the
same reasons as in reality (a catalogue that isn't there, a channel that is gone, a plan nobody approves); a version that
fails is asked for by :attr:`Operators.broken`.
"""

from __future__ import annotations

import datetime
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.openshift.api import Api, Object, RejectedError, Resource

CATALOG: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "catalog.yml").read_text())
MARKETPLACE = "openshift-marketplace"
INTERVAL = 0.3

OLM = "operators.coreos.com/v1alpha1"
SUBSCRIPTIONS = Resource(OLM, "subscriptions")
INSTALL_PLANS = Resource(OLM, "installplans")
VERSIONS = Resource(OLM, "clusterserviceversions")
CATALOGS = Resource(OLM, "catalogsources")
GROUPS = Resource("operators.coreos.com/v1", "operatorgroups")
SECRETS = Resource("v1", "secrets")

#: What each operator's operands say when they are at work and when they are done: resource, package, both statuses.
READY = {"conditions": [{"type": "Ready", "status": "True"}]}
OPERANDS: list[tuple[Resource, str, Mapping[str, Any], Mapping[str, Any]]] = [
    (
        Resource("operator.open-cluster-management.io/v1", "multiclusterhubs"),
        "advanced-cluster-management",
        {"phase": "Installing"},
        {"phase": "Running"},
    ),
    (
        Resource("apps.open-cluster-management.io/v1beta1", "gitopsclusters"),
        "advanced-cluster-management",
        {},
        {"phase": "successful"},
    ),
    (
        Resource("argoproj.io/v1beta1", "argocds"),
        "openshift-gitops-operator",
        {"phase": "Pending"},
        {"phase": "Available"},
    ),
    (Resource("ocs.openshift.io/v1", "storageclusters"), "odf-operator", {"phase": "Progressing"}, {"phase": "Ready"}),
    (Resource("ceph.rook.io/v1", "cephobjectstores"), "odf-operator", {"phase": "Progressing"}, {"phase": "Ready"}),
    (Resource("ceph.rook.io/v1", "cephobjectstoreusers"), "odf-operator", {"phase": "Progressing"}, {"phase": "Ready"}),
    (Resource("kafka.strimzi.io/v1beta2", "kafkas"), "amq-streams", {}, READY),
    (Resource("kafka.strimzi.io/v1beta2", "kafkatopics"), "amq-streams", {}, READY),
    (Resource("kafka.strimzi.io/v1beta2", "kafkausers"), "amq-streams", {}, READY),
    (Resource("operator.knative.dev/v1beta1", "knativeservings"), "serverless-operator", {}, READY),
    (Resource("operator.knative.dev/v1beta1", "knativeeventings"), "serverless-operator", {}, READY),
    (Resource("operator.serverless.openshift.io/v1alpha1", "knativekafkas"), "serverless-operator", {}, READY),
    (Resource("serving.knative.dev/v1", "services"), "serverless-operator", {}, READY),
    (Resource("eventing.knative.dev/v1alpha1", "kafkasinks"), "serverless-operator", {}, READY),
    (Resource("sources.knative.dev/v1beta1", "kafkasources"), "serverless-operator", {}, READY),
]


def now() -> str:
    """The time as Kubernetes writes it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Operators:
    """The operators of one cluster."""

    def __init__(self, api: Api) -> None:
        self._api = api
        #: Package -> reason and message of its version's failure.
        self.broken: dict[str, tuple[str, str]] = {}
        #: Package -> phase in which its operands stay.
        self.stuck: dict[str, str] = {}
        #: Plural of a kind -> what the status of its objects says instead of that they are done.
        self.told: dict[str, Mapping[str, Any]] = {}
        #: What the API server didn't take of what the operators wrote.
        self.faults: list[str] = []
        self.also: list[Callable[[], None]] = []

    def prepare(self) -> None:
        """What OpenShift brings before anybody subscribes to anything: catalogues that answer, namespaces of its own."""
        for name in (MARKETPLACE, "openshift-operators"):
            self._api.apply(_object("v1", "Namespace", None, name))
        self._api.apply(
            _object("operators.coreos.com/v1", "OperatorGroup", "openshift-operators", "global-operators", spec={})
        )
        for catalog in sorted({package["catalog"] for package in CATALOG.values()}):
            self.add_catalog(catalog)
        for name, package in CATALOG.items():
            self._add_package(name, package)

    def add_catalog(self, name: str, state: str = "READY") -> None:
        """A CatalogSource, whose pod answers where ``state`` is READY."""
        spec = {"sourceType": "grpc", "image": f"registry.example/{name}:v4.20", "displayName": name}
        made = self._api.apply(_object(OLM, "CatalogSource", MARKETPLACE, name, spec=spec))
        connection = {"lastObservedState": state, "lastConnect": now(), "address": f"{name}.{MARKETPLACE}.svc:50051"}
        self._api.set_status(CATALOGS, made, {"connectionState": connection})

    def remove_catalog(self, name: str) -> None:
        """Take a CatalogSource away."""
        self._api.delete(CATALOGS, MARKETPLACE, name)

    def _add_package(self, name: str, package: Mapping[str, Any]) -> None:
        made = self._api.apply(_object("packages.operators.coreos.com/v1", "PackageManifest", MARKETPLACE, name))
        channels = [{"name": channel, "currentCSV": version} for channel, version in package["channels"].items()]
        self._api.set_status(
            Resource("packages.operators.coreos.com/v1", "packagemanifests"),
            made,
            {
                "catalogSource": package["catalog"],
                "catalogSourceNamespace": MARKETPLACE,
                "packageName": name,
                "defaultChannel": package["default"],
                "channels": channels,
            },
        )

    @contextmanager
    def at_work(self) -> Iterator[Operators]:
        """Let them work until the end of the block."""
        ended = threading.Event()

        def work() -> None:
            while not ended.wait(INTERVAL):
                self._step()

        thread = threading.Thread(target=work, name="operators", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            ended.set()
            thread.join()

    def _step(self) -> None:
        """One look at everything."""
        try:
            installed = self._play_subscriptions()
            for resource, package, starting, done in OPERANDS:
                if package in installed:
                    self._play_operands(resource, package, starting, done)
            if "openshift-gitops-operator" in installed:
                self._make_argo_cd()
            self._play_tokens()
            for play in self.also:
                play()
        except RejectedError as error:
            self.faults.append(str(error))
        except requests.RequestException:
            # an object that went away meanwhile, a server that is busy: the next look tells
            return

    def _play_subscriptions(self) -> set[str]:
        """Operator Lifecycle Manager. Returns the packages that are installed."""
        catalogs = {found["metadata"]["name"]: found for found in self._api.list(CATALOGS)}
        plans = {_place(found): found for found in self._api.list(INSTALL_PLANS)}
        versions = {_place(found): found for found in self._api.list(VERSIONS)}
        groups = self._api.list(GROUPS)
        installed = set()
        for subscription in self._api.list(SUBSCRIPTIONS):
            namespace = subscription["metadata"]["namespace"]
            if sum(group["metadata"]["namespace"] == namespace for group in groups) != 1:
                continue
            self._play_subscription(subscription, catalogs, plans, versions)
            current = (subscription.get("status") or {}).get("installedCSV", "")
            if (versions.get((namespace, current), {}).get("status") or {}).get("phase") == "Succeeded":
                installed.add(subscription["spec"]["name"])
        return installed

    def _play_subscription(
        self,
        subscription: Object,
        catalogs: Mapping[str, Object],
        plans: Mapping[tuple[str, str], Object],
        versions: Mapping[tuple[str, str], Object],
    ) -> None:
        """One step of one subscription: resolve, plan, install, each in its own look."""
        spec, status = subscription["spec"], subscription.get("status") or {}
        problem = self._problem(subscription, catalogs)
        if problem is not None:
            if not status.get("installedCSV"):
                self._tell(subscription, conditions=[problem])
            return
        package, namespace = CATALOG[spec["name"]], subscription["metadata"]["namespace"]
        newest = package["channels"][spec.get("channel") or package["default"]]
        # what to start with counts until OLM has started with something
        version = newest if status.get("currentCSV") else spec.get("startingCSV") or newest
        if status.get("installedCSV") == version:
            if status.get("state") != "AtLatestKnown" or status.get("conditions"):
                self._tell(subscription, state="AtLatestKnown", conditions=[])
            self._play_version(versions.get((namespace, version)), spec["name"])
            return
        plan_name = f"install-{zlib.crc32(version.encode()) % 16**5:05x}"
        plan = plans.get((namespace, plan_name))
        if plan is None or (status.get("installPlanRef") or {}).get("name") != plan_name:
            self._make_plan(subscription, plan_name, version)
        elif not plan["spec"]["approved"]:
            return
        elif (plan.get("status") or {}).get("phase") != "Complete":
            self._api.set_status(INSTALL_PLANS, plan, {"phase": "Complete", "catalogSources": [], "conditions": []})
            self._make_version(subscription, version)
        else:
            self._tell(subscription, state="AtLatestKnown", installedCSV=version, conditions=[])

    def _problem(self, subscription: Object, catalogs: Mapping[str, Object]) -> Object | None:
        """The condition of a subscription that can't be resolved, in OLM's words."""
        spec, name = subscription["spec"], subscription["metadata"]["name"]
        source, package = spec["source"], CATALOG.get(spec["name"], {})
        catalog = catalogs.get(source)
        state = ((catalog or {}).get("status") or {}).get("connectionState", {}).get("lastObservedState")
        if catalog is not None and state != "READY":
            text = (
                f"failed to populate resolver cache from source {source}/{MARKETPLACE}: rpc error: code = Unavailable"
            )
            return _condition("ResolutionFailed", "ErrorPreventedResolution", text)
        if catalog is None:
            lacking = f"no operators found from catalog {source} in namespace {spec['sourceNamespace']} referenced by subscription {name}"
        elif package.get("catalog") != source:
            lacking = f"no operators found in package {spec['name']} in the catalog referenced by subscription {name}"
        elif spec.get("channel") and spec["channel"] not in package["channels"]:
            lacking = (
                f"no operators found in channel {spec['channel']} of package {spec['name']} in the catalog referenced "
                f"by subscription {name}"
            )
        elif _starts_nowhere(subscription, package):
            lacking = (
                f"no operators found with name {spec['startingCSV']} in channel {spec.get('channel')} of package "
                f"{spec['name']} in the catalog referenced by subscription {name}"
            )
        else:
            return None
        text = f"constraints not satisfiable: {lacking}, subscription {name} exists"
        return _condition("ResolutionFailed", "ConstraintsNotSatisfiable", text)

    def _make_plan(self, subscription: Object, name: str, version: str) -> None:
        namespace, manual = (
            subscription["metadata"]["namespace"],
            subscription["spec"].get("installPlanApproval") == "Manual",
        )
        spec = {
            "approval": "Manual" if manual else "Automatic",
            "approved": not manual,
            "clusterServiceVersionNames": [version],
        }
        if self._api.get(INSTALL_PLANS, namespace, name) is None:
            made = self._api.apply(_object(OLM, "InstallPlan", namespace, name, spec=spec))
            phase = "RequiresApproval" if manual else "Installing"
            self._api.set_status(INSTALL_PLANS, made, {"phase": phase, "catalogSources": []})
        reference = {"apiVersion": OLM, "kind": "InstallPlan", "name": name, "namespace": namespace}
        pending = [_condition("InstallPlanPending", "RequiresApproval" if manual else "Installing", "")]
        self._tell(
            subscription, state="UpgradePending", currentCSV=version, installPlanRef=reference, conditions=pending
        )

    def _make_version(self, subscription: Object, version: str) -> None:
        namespace = subscription["metadata"]["namespace"]
        spec = {"displayName": version, "install": {"strategy": "deployment"}}
        made = self._api.apply(_object(OLM, "ClusterServiceVersion", namespace, version, spec=spec))
        self._api.set_status(
            VERSIONS, made, {"phase": "Installing", "reason": "InstallSucceeded", "message": "waiting"}
        )

    def _play_version(self, version: Object | None, package: str) -> None:
        if version is None:
            return
        phase = (version.get("status") or {}).get("phase")
        if package in self.broken and phase != "Failed":
            reason, message = self.broken[package]
            self._api.set_status(VERSIONS, version, {"phase": "Failed", "reason": reason, "message": message})
        elif package not in self.broken and phase != "Succeeded":
            message = "install strategy completed with no errors"
            self._api.set_status(
                VERSIONS, version, {"phase": "Succeeded", "reason": "InstallSucceeded", "message": message}
            )

    def _tell(self, subscription: Object, **status: Any) -> None:
        found = subscription.get("status") or {}
        known = [{key: each[key] for key in ("type", "reason")} for each in found.get("conditions") or []]
        wanted = [{key: each[key] for key in ("type", "reason")} for each in status["conditions"]]
        same = all(found.get(key) == value for key, value in status.items() if key != "conditions")
        if not same or known != wanted:
            self._api.set_status(SUBSCRIPTIONS, subscription, {**status, "lastUpdated": now()})

    def _play_operands(
        self, resource: Resource, package: str, starting: Mapping[str, Any], done: Mapping[str, Any]
    ) -> None:
        """Bring an operator's operands up, in two looks."""
        done = self.told.get(resource.plural, done)
        for found in self._api.list(resource):
            status = found.get("status") or {}
            if package in self.stuck:
                self._play_stuck(resource, found, self.stuck[package])
            elif _is_done(found, done):
                continue
            elif starting and status.get("phase") is None:
                self._api.set_status(resource, found, starting)
            else:
                self._api.set_status(resource, found, _dated(done, found["metadata"].get("generation", 1)))

    def _play_stuck(self, resource: Resource, found: Object, phase: str) -> None:
        if (found.get("status") or {}).get("phase") != phase:
            condition = _condition("Available", "PodsNotReady", "3 of 5 pods aren't ready", status="False")
            self._api.set_status(resource, found, {"phase": phase, "conditions": [condition]})

    def _make_argo_cd(self) -> None:
        """The instance that the GitOps operator makes by itself."""
        resource = Resource("argoproj.io/v1beta1", "argocds")
        if self._api.get(resource, "openshift-gitops", "openshift-gitops") is None:
            self._api.apply(_object("v1", "Namespace", None, "openshift-gitops"))
            self._api.apply(_object("argoproj.io/v1beta1", "ArgoCD", "openshift-gitops", "openshift-gitops", spec={}))

    def _play_tokens(self) -> None:
        """Kubernetes' own controller, which writes tokens of service accounts into the Secrets that ask for one."""
        for secret in self._api.list(SECRETS):
            if secret.get("type") == "kubernetes.io/service-account-token" and not (secret.get("data") or {}).get(
                "token"
            ):
                self._api.merge(SECRETS, secret, {"stringData": {"token": "played", "ca.crt": "played"}})


def _place(found: Object) -> tuple[str, str]:
    return found["metadata"]["namespace"], found["metadata"]["name"]


def _starts_nowhere(subscription: Object, package: Mapping[str, Any]) -> bool:
    """Whether a subscription is to start with a version that its channel doesn't have."""
    spec, status = subscription["spec"], subscription.get("status") or {}
    channel = package["channels"][spec.get("channel") or package["default"]]
    return not status.get("currentCSV") and spec.get("startingCSV") not in (None, channel)


def _is_done(found: Object, done: Mapping[str, Any]) -> bool:
    """Whether an operand's status says already what is to be said of its newest generation."""
    status = found.get("status") or {}
    if "conditions" in done and status.get("observedGeneration") != found["metadata"].get("generation"):
        return False
    said = {each["type"]: each["status"] for each in status.get("conditions") or []}
    wanted = {each["type"]: each["status"] for each in done.get("conditions", [])}
    return status.get("phase") == done.get("phase") and said.items() >= wanted.items()


def _dated(status: Mapping[str, Any], generation: int) -> Object:
    if "conditions" not in status:
        return dict(status)
    conditions = [{**each, "lastTransitionTime": now()} for each in status["conditions"]]
    return {**status, "conditions": conditions, "observedGeneration": generation}


def _condition(name: str, reason: str, message: str, status: str = "True") -> Object:
    return {"type": name, "status": status, "reason": reason, "message": message, "lastTransitionTime": now()}


def _object(api_version: str, kind: str, namespace: str | None, name: str, **parts: Any) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **parts}
