# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of one managed cluster to the objects on the hub and in the cluster."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.bootstrap import (
    BOOTSTRAP_SECRET,
    kubeconfig_file,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import (
    CLUSTER_NAME_LABEL,
    CLUSTER_SET_LABEL,
    MANAGED_CLUSTER,
    MANAGED_CLUSTER_LABEL,
    NAMESPACE,
    SECRET,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.managed_cluster import IDENTITY_ANNOTATION

AUTO_IMPORT_SECRET = "auto-import-secret"  # noqa: S105 - its name
AUTO_IMPORT_RETRIES = "5"

Options = Mapping[str, Any]
Manifest = dict[str, Any]


def managed_cluster(options: Options, cluster_uid: str) -> Manifest:
    """The ManagedCluster.

    :param cluster_uid: identity of the cluster; empty where the task doesn't reach it.
    """
    labels = _texts(options["labels"])
    if options["cluster_set"]:
        labels[CLUSTER_SET_LABEL] = options["cluster_set"]
    annotations = _texts(options["annotations"])
    if cluster_uid:
        annotations[IDENTITY_ANNOTATION] = cluster_uid
    metadata = {"name": options["name"], **_filled(labels=labels, annotations=annotations)}
    return {
        "apiVersion": MANAGED_CLUSTER.api_version,
        "kind": MANAGED_CLUSTER.name,
        "metadata": metadata,
        "spec": {"hubAcceptsClient": options["accepted"]},
    }


def hub_namespace(name: str) -> Manifest:
    """The managed cluster's namespace on the hub, as the hub itself would make it."""
    return _object(
        NAMESPACE.api_version,
        NAMESPACE.name,
        {"name": name, "labels": {CLUSTER_NAME_LABEL: name, MANAGED_CLUSTER_LABEL: name}},
    )


def agent_namespace(name: str) -> Manifest:
    """The agent's namespace in the managed cluster."""
    return _object(NAMESPACE.api_version, NAMESPACE.name, {"name": name})


def bootstrap_secret(namespace: str, kubeconfig: str) -> Manifest:
    """The agent's first kubeconfig."""
    return _secret(namespace, BOOTSTRAP_SECRET, {"kubeconfig": kubeconfig})


def auto_import_secret(name: str, kubeconfig: str) -> Manifest:
    """What ACM's import controller takes as the order, and the means, to import a cluster; it deletes it afterwards."""
    return _secret(name, AUTO_IMPORT_SECRET, {"autoImportRetry": AUTO_IMPORT_RETRIES, "kubeconfig": kubeconfig})


def portable_kubeconfig(configuration: libraries.Configuration, server: str | None) -> str:
    """A kubeconfig file with everything inline, for use on another machine.

    :param configuration: the connection as this machine has it.
    :param server: the API server's address as the other machine reaches it; None for the same.
    """
    cluster: Manifest = {"server": server or configuration.host}
    if not configuration.verify_ssl:
        cluster["insecure-skip-tls-verify"] = True
    elif configuration.ssl_ca_cert:
        cluster["certificate-authority-data"] = _file(configuration.ssl_ca_cert)
    user: Manifest = {}
    if configuration.cert_file and configuration.key_file:
        user["client-certificate-data"] = _file(configuration.cert_file)
        user["client-key-data"] = _file(configuration.key_file)
    tokens = [value for value in (configuration.api_key or {}).values() if value]
    if tokens:
        user["token"] = tokens[0].rpartition(" ")[2]
    return kubeconfig_file(cluster, user)


def _secret(namespace: str, name: str, values: Mapping[str, str]) -> Manifest:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    secret = _object(SECRET.api_version, SECRET.name, {"name": name, "namespace": namespace})
    return {**secret, "type": "Opaque", "data": data}


def _object(api_version: str, kind: str, metadata: Manifest) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _file(path: str) -> str:
    return base64.b64encode(Path(path).read_bytes()).decode()


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _filled(**parts: Mapping[str, str]) -> Manifest:
    return {key: value for key, value in parts.items() if value}
