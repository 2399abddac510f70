# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two API servers that a registration is about: the hub's, and that of the cluster to be managed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient, Object
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect, open_api
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.bootstrap import Bootstrap, HubEndpoint
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import CLUSTER_SET, MANAGED_CLUSTER
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.manifests import portable_kubeconfig
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.hub_kubeconfig import authorities
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Hub
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Options = Mapping[str, Any]


class HubAccess:
    """The hub.

    :param params: the module's options.
    """

    def __init__(self, params: Options) -> None:
        self._params = params
        self.client: KubernetesClient = connect(params)
        self.namespace: str = params["hub_namespace"]
        self.bootstrap = Bootstrap(
            self.client,
            server=params["hub_server"],
            ca_cert=params["hub_ca_cert"],
            namespace=self.namespace,
            account=params["bootstrap_service_account"],
        )

    @cached_property
    def endpoint(self) -> HubEndpoint:
        """How managed clusters reach it."""
        return self.bootstrap.endpoint()

    @cached_property
    def identity(self) -> Hub:
        """What tells it from other hubs: its own authority, which no other has, or its address."""
        return Hub(self.endpoint.server, authorities(self.bootstrap.root_ca()))

    def managed_cluster(self, name: str) -> Object | None:
        """The ManagedCluster of a name; None also where the hub isn't installed yet."""
        try:
            return self.client.get(MANAGED_CLUSTER, None, name)
        except KindNotServedError:
            return None

    def require_cluster_set(self, cluster: str, name: str) -> None:
        """Refuse a cluster set that isn't there: its members would be nobody's.

        :raises DiagnosisError: naming it.
        """
        try:
            found = self.client.get(CLUSTER_SET, None, name)
        except KindNotServedError:
            # where the hub isn't installed yet nobody can tell
            return
        if found is None:
            raise DiagnosisError(
                label_of(cluster),
                f"the hub has no ManagedClusterSet '{name}'",
                "Create the set first, or correct cluster_set.",
            )

    def site_options(self, options: Options) -> Options:
        """The connection options of a managed cluster, see :func:`connection.connect`."""
        reach = options["import"]
        shared = {key: self._params[key] for key in ("timeout", "retry_timeout")}
        kubeconfig = reach["kubeconfig"] or (None if reach["host"] else self._params["kubeconfig"])
        return {**reach, **shared, "kubeconfig": kubeconfig}

    def site_client(self, options: Options) -> KubernetesClient:
        """A client for the managed cluster of ``options``; no request is made yet."""
        with told_of(options["name"]):
            return connect(self.site_options(options))

    def site_kubeconfig(self, options: Options) -> str:
        """A kubeconfig by which the hub reaches the managed cluster."""
        with told_of(options["name"]):
            api = open_api(self.site_options(options))
        return portable_kubeconfig(api.configuration, options["import"]["server"])


@contextmanager
def told_of(name: str) -> Iterator[None]:
    """Faults of a managed cluster's own API server name the managed cluster: a task may be about many."""
    try:
        yield
    except DiagnosisError as error:
        problem = f"its cluster: {error.subject}: {error.problem}"
        raise DiagnosisError(label_of(name), problem, error.cure, code=error.code, transient=error.transient) from (
            error.__cause__ or error
        )
