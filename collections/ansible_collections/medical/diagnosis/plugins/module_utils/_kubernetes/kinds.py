# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of object that the collection manages, with where the API server keeps them.

Knowing them beforehand saves the discovery that a dynamic client does on its first use (a dozen requests) and the cache
file, of a name anyone can guess, that it keeps in the folder for temporary files.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Kind:
    """One kind; where it isn't namespaced, its objects have the namespace None.

    :param group: its API group; empty for the core of Kubernetes.
    :param plural: its name in paths.
    :param provider: what has to be installed for the kind to be there, as people call it.
    """

    group: str
    version: str
    name: str
    plural: str
    provider: str

    @property
    def api_version(self) -> str:
        """``apiVersion`` of its objects."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """Path of one object, or of all those of a namespace, or of all."""
        parts = ["/apis" if self.group else "/api", self.api_version]
        if namespace is not None:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name is not None:
            parts.append(quote(name, safe=""))
        return "/".join(parts)

    def label(self, namespace: str | None, name: str) -> str:
        """One object as people call it: ``Application 'argocd/facility-east-database'``, ``Namespace 'argocd'``."""
        return f"{self.name} '{namespace}/{name}'" if namespace is not None else f"{self.name} '{name}'"


APPLICATION = Kind("argoproj.io", "v1alpha1", "Application", "applications", "Argo CD")
KNATIVE_SERVICE = Kind("serving.knative.dev", "v1", "Service", "services", "Knative Serving")
KNATIVE_REVISION = Kind("serving.knative.dev", "v1", "Revision", "revisions", "Knative Serving")
POD = Kind("", "v1", "Pod", "pods", "Kubernetes")
