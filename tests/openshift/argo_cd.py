"""Plays Argo CD: renders an application's chart by Helm with the application's own values, applies it, and says so in the status.

What it applies, the API server validates as strictly as it can, against the kinds' real definitions; what that doesn't take
makes a failed sync with the server's words.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import CHECKOUT
from tests.openshift.api import Api, Object, RejectedError, Resource
from tests.openshift.operators import now

APPLICATIONS = Resource("argoproj.io/v1alpha1", "applications")
REFRESH = "argocd.argoproj.io/refresh"
REVISION = "0123456789abcdef0123456789abcdef01234567"


def render(helm: Path, chart: Path, release: str, namespace: str, values: Mapping[str, Any]) -> list[Object]:
    """The objects of a chart.

    :raises CalledProcessError: where it doesn't render; Helm's words are in its stderr.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        done = subprocess.run(
            [helm, "template", release, chart, f"--namespace={namespace}", f"--values={file.name}"],
            check=True,
            capture_output=True,
            text=True,
        )
    return [found for found in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader) if found]


class ArgoCD:
    """Argo CD on a hub with one facility.

    :param facility: the API server of that.
    """

    def __init__(self, api: Api, facility: Api, helm: Path) -> None:
        self._api = api
        self._facility = facility
        self._helm = helm
        #: Application -> the resource in it that is Degraded: kind, name, namespace, message.
        self.degraded: dict[str, tuple[str, str, str, str]] = {}

    def play(self) -> None:
        """One look at all applications."""
        for found in self._api.list(APPLICATIONS):
            if self._is_due(found):
                self._look_at(found)

    def _is_due(self, found: Object) -> bool:
        status = found.get("status") or {}
        asked = REFRESH in (found["metadata"].get("annotations") or {})
        return asked or (status.get("sync") or {}).get("comparedTo") != _compared(found)

    def _look_at(self, found: Object) -> None:
        metadata, source = found["metadata"], found["spec"]["source"]
        phase, message = "Succeeded", "successfully synced (all tasks run)"
        try:
            self._sync(found)
        except subprocess.CalledProcessError as error:
            phase, message = "Failed", error.stderr
        except RejectedError as error:
            phase, message = "Failed", f"one or more objects failed to apply, reason: {error}"
        state = {
            "phase": phase,
            "message": message,
            "startedAt": now(),
            "finishedAt": now(),
            "operation": {"sync": {"revision": REVISION}},
            "syncResult": {"revision": REVISION, "source": source},
        }
        status = {
            "sync": {
                "status": "Synced" if phase == "Succeeded" else "OutOfSync",
                "revision": REVISION,
                "comparedTo": _compared(found),
            },
            **self._health(metadata["name"]),
            "reconciledAt": now(),
            "operationState": state,
        }
        annotations = {REFRESH: None} if REFRESH in (metadata.get("annotations") or {}) else {}
        self._api.merge(APPLICATIONS, found, {"metadata": {"annotations": annotations}, "status": status})

    def _sync(self, found: Object) -> None:
        source, name = found["spec"]["source"], found["metadata"]["name"]
        namespace = found["spec"]["destination"]["namespace"]
        values = (source.get("helm") or {}).get("valuesObject") or {}
        for manifest in render(self._helm, CHECKOUT / source["path"], name, namespace, values):
            self._facility.apply(manifest, namespace=namespace)

    def _health(self, application: str) -> Object:
        if application not in self.degraded:
            return {"health": {"status": "Healthy"}, "resources": []}
        kind, name, namespace, message = self.degraded[application]
        health = {"status": "Degraded", "message": message}
        resource = {"kind": kind, "name": name, "namespace": namespace, "status": "Synced", "health": health}
        return {"health": {"status": "Degraded"}, "resources": [resource]}


def _compared(found: Object) -> Object:
    """What the status says was compared: the source and the destination as they are in the spec."""
    return {"source": found["spec"]["source"], "destination": found["spec"]["destination"]}
