# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a subscription together with what OLM has made for it, so that all of it is judged as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import KindNotServedError
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.installation import SUCCEEDED, Installation
from ansible_collections.medical.diagnosis.plugins.module_utils._operators.kinds import (
    CATALOG_SOURCE,
    CLUSTER_SERVICE_VERSION,
    INSTALL_PLAN,
    PACKAGE_MANIFEST,
    SUBSCRIPTION,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Object = dict[str, Any]


class Server(Protocol):
    """What the reader needs of an API server, see :class:`client.KubernetesClient`."""

    def get(self, kind: Kind, namespace: str | None, name: str) -> Object | None:
        """One object, or None where there is none of that name."""

    def list(self, kind: Kind, namespace: str | None = None, label_selector: str | None = None) -> Any:
        """The objects of a namespace, or of all."""


class Reader:
    """Reads installations from one API server."""

    def __init__(self, client: Server) -> None:
        self._client = client

    def read(self, namespace: str, name: str, *, with_catalog: bool = False) -> Object | None:
        """What :class:`Installation` is made of; None where there is no such subscription."""
        subscription = self._client.get(SUBSCRIPTION, namespace, name)
        return None if subscription is None else self.complete(subscription, with_catalog=with_catalog)

    def complete(self, subscription: Object, *, with_catalog: bool = False) -> Object:
        """The subscription with all that belongs to it.

        Unless asked for, the catalogue is read only while there is something to install: one that is gone does no harm
        to an operator that runs.
        """
        namespace, status = subscription["metadata"]["namespace"], subscription.get("status") or {}
        found: Object = {"subscription": subscription, "versions": self._versions(namespace, status)}
        plan = (status.get("installPlanRef") or {}).get("name")
        if plan:
            found["plan"] = self._client.get(INSTALL_PLAN, namespace, plan)
        installation = Installation(found)
        if with_catalog or not installation.installed or installation.phase(installation.current) != SUCCEEDED:
            found.update(self.catalog(subscription["spec"]))
        return found

    def catalog(self, spec: Mapping[str, Any]) -> Object:
        """``catalog``, or ``catalogs`` where it isn't there; and ``package`` where that is known to be of this catalogue."""
        source, namespace = spec["source"], spec["sourceNamespace"]
        catalog = self._client.get(CATALOG_SOURCE, namespace, source)
        if catalog is None:
            there = self._client.list(CATALOG_SOURCE, namespace)
            return {"catalogs": [found["metadata"]["name"] for found in there]}
        return {"catalog": catalog, "package": self._package(spec["name"], source, namespace)}

    def _package(self, name: str, source: str, namespace: str) -> Object | None:
        """What the catalogue says about the package.

        It only makes errors better and earlier, so whoever may not read it does without. Two catalogues may have packages
        of one name, of which one is returned here: the other one says nothing.
        """
        try:
            package = self._client.get(PACKAGE_MANIFEST, namespace, name)
        except KindNotServedError:
            return None
        except DiagnosisError as error:
            if error.code == "Forbidden":
                return None
            raise
        status = (package or {}).get("status") or {}
        same = status.get("catalogSource") == source and status.get("catalogSourceNamespace") == namespace
        return package if same and status.get("channels") else None

    def _versions(self, namespace: str, status: Mapping[str, Any]) -> Object:
        names = {status.get("currentCSV"), status.get("installedCSV")} - {None, ""}
        return {
            str(name): self._client.get(CLUSTER_SERVICE_VERSION, namespace, str(name))
            for name in sorted(map(str, names))
        }
