# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Argo CD says in the status of an ``Application``, by the names of the questions one asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]

REFRESH_ANNOTATION = "argocd.argoproj.io/refresh"
# How Argo CD's types write their JSON: nothing, false and the empty are left out. In Helm's values all of it counts.
EMPTY: tuple[Any, ...] = (None, False, "", [], {})
VERBATIM = "valuesObject"


class Application:
    """One ``Application`` as the API server returned it."""

    def __init__(self, found: Tree) -> None:
        self._metadata: Tree = found["metadata"]
        self._operation: Tree = found.get("operation") or {}
        self._status: Tree = found.get("status") or {}
        self.spec: Tree = found.get("spec") or {}

    @property
    def is_being_deleted(self) -> bool:
        """Whether its deletion has been asked for."""
        return bool(self._metadata.get("deletionTimestamp"))

    @property
    def refresh_is_pending(self) -> bool:
        """Whether Argo CD has been asked to look again and hasn't yet: it takes the annotation away when it has."""
        return REFRESH_ANNOTATION in (self._metadata.get("annotations") or {})

    @property
    def is_compared(self) -> bool:
        """Whether the sync status is about the spec as it is now."""
        compared = self._sync.get("comparedTo") or {}
        parts = ("source", "sources", "destination", "ignoreDifferences")
        return all(_normal(compared.get(part)) == _normal(self.spec.get(part)) for part in parts)

    @property
    def is_automated(self) -> bool:
        """Whether Argo CD syncs it by itself."""
        automated = (self.spec.get("syncPolicy") or {}).get("automated")
        return automated is not None and automated.get("enabled", True) is not False

    @property
    def prunes(self) -> bool:
        """Whether Argo CD deletes by itself what has gone from the repository."""
        return bool(((self.spec.get("syncPolicy") or {}).get("automated") or {}).get("prune"))

    @property
    def target_revision(self) -> str:
        """Branch, tag, commit or version range that was asked for."""
        return str((self.spec.get("source") or {}).get("targetRevision") or "HEAD")

    @property
    def sync_status(self) -> str:
        """``Synced``, ``OutOfSync`` or ``Unknown``."""
        return str(self._sync.get("status") or "Unknown")

    @property
    def revision(self) -> str:
        """The commit or version that the target resolved to when Argo CD last looked; empty where it couldn't tell."""
        return str(self._sync.get("revision") or "")

    @property
    def health_status(self) -> str:
        """``Healthy``, ``Progressing``, ``Degraded``, ``Suspended``, ``Missing`` or ``Unknown``."""
        return str((self._status.get("health") or {}).get("status") or "Unknown")

    @property
    def reconciled_at(self) -> str:
        """When Argo CD last compared it with the repository, RFC 3339; empty for never."""
        return str(self._status.get("reconciledAt") or "")

    @property
    def images(self) -> list[str]:
        """The container images its resources use."""
        return list((self._status.get("summary") or {}).get("images") or [])

    @property
    def conditions(self) -> list[dict[str, str]]:
        """Errors and warnings, each with type and message."""
        conditions = self._status.get("conditions") or []
        return [{"type": present["type"], "message": present.get("message", "")} for present in conditions]

    @property
    def history(self) -> list[dict[str, Any]]:
        """The revisions that were synced, oldest first."""
        return [
            {
                "id": entry["id"],
                "revision": entry.get("revision", ""),
                "deployed_at": entry.get("deployedAt", ""),
                "source": entry.get("source") or {},
            }
            for entry in self._status.get("history") or []
        ]

    @property
    def out_of_sync(self) -> list[dict[str, Any]]:
        """The resources that aren't as the repository says."""
        return [_resource(entry) for entry in self._resources if entry.get("status") == "OutOfSync"]

    @property
    def only_needs_pruning(self) -> bool:
        """Whether all that is out of sync is out of sync because it ought to be deleted."""
        resources = self.out_of_sync
        return bool(resources) and all(resource["requires_pruning"] for resource in resources)

    @property
    def unhealthy(self) -> list[dict[str, Any]]:
        """The resources that aren't healthy, as far as Argo CD writes their health down (see knows_resource_health)."""
        return [
            {**_resource(entry), "health": entry["health"]["status"], "message": entry["health"].get("message", "")}
            for entry in self._resources
            if (entry.get("health") or {}).get("status") not in (None, "Healthy")
        ]

    @property
    def knows_resource_health(self) -> bool:
        """Whether the health of each resource is in the status; by default Argo CD 3 keeps it in its cache alone."""
        return self._status.get("resourceHealthSource") != "appTree"

    @property
    def operation_phase(self) -> str:
        """Phase of the newest sync: ``Running``, ``Terminating``, ``Succeeded``, ``Failed``, ``Error``; empty for none."""
        return str(self._operation_state.get("phase") or "")

    @property
    def operation_message(self) -> str:
        """What Argo CD says about the newest sync."""
        return str(self._operation_state.get("message") or "")

    @property
    def sync_failures(self) -> list[dict[str, str]]:
        """The resources and hooks that the newest attempt of the newest sync failed at, each with the reason."""
        return [
            {**_name(entry), "message": entry.get("message", "")}
            for entry in (self._operation_state.get("syncResult") or {}).get("resources") or []
            if entry.get("status") == "SyncFailed" or entry.get("hookPhase") in ("Failed", "Error")
        ]

    @property
    def is_syncing(self) -> bool:
        """Whether a sync has been asked for or runs; one that failed and will be retried runs too."""
        return bool(self._operation) or self.operation_phase in ("Running", "Terminating")

    @property
    def sync_failed(self) -> bool:
        """Whether the newest sync is over and didn't succeed."""
        return not self.is_syncing and self.operation_phase in ("Failed", "Error")

    @property
    def sync_is_current(self) -> bool:
        """Whether the newest sync is about the source and the revision that are wanted now."""
        result = self._operation_state.get("syncResult") or (self._operation_state.get("operation") or {}).get("sync")
        if not result:
            return False
        same_source = _normal(result.get("source")) == _normal(self.spec.get("source"))
        return same_source and result.get("revision", "") in ("", self.revision)

    @property
    def retries_what_is_obsolete(self) -> bool:
        """Whether a failed sync waits for its next attempt although something else is wanted by now.

        Argo CD would go on with it until its retries are used up, and sync what is wanted only then. Without a result,
        it mustn't be ended: Argo CD takes a sync that ended without one for an attempt at whatever is wanted.
        """
        state = self._operation_state
        waits = state.get("phase") == "Running" and bool(state.get("finishedAt"))
        return waits and bool(state.get("syncResult")) and not self.sync_is_current

    def as_result(self) -> dict[str, Any]:
        """The status as the modules return it."""
        state = self._operation_state
        return {
            "sync_status": self.sync_status,
            "health_status": self.health_status,
            "target_revision": self.target_revision,
            "revision": self.revision,
            "reconciled_at": self.reconciled_at,
            "conditions": self.conditions,
            "out_of_sync": self.out_of_sync,
            "unhealthy": self.unhealthy,
            "operation": {
                "phase": self.operation_phase,
                "message": self.operation_message,
                "failures": self.sync_failures,
                "revision": str((state.get("syncResult") or {}).get("revision") or ""),
                "started_at": str(state.get("startedAt") or ""),
                "finished_at": str(state.get("finishedAt") or ""),
            },
        }

    @property
    def _sync(self) -> Tree:
        return self._status.get("sync") or {}

    @property
    def _operation_state(self) -> Tree:
        return self._status.get("operationState") or {}

    @property
    def _resources(self) -> list[Tree]:
        return self._status.get("resources") or []


def _resource(entry: Tree) -> dict[str, Any]:
    return {**_name(entry), "requires_pruning": bool(entry.get("requiresPruning"))}


def _name(entry: Tree) -> dict[str, str]:
    return {part: entry.get(part, "") for part in ("kind", "group", "namespace", "name")}


def _normal(value: Any) -> Any:
    """``value`` without what Argo CD's types leave out of their JSON, so that two ways to write the same are equal."""
    if isinstance(value, Mapping):
        fields = {key: part if key == VERBATIM else _normal(part) for key, part in value.items()}
        return {key: part for key, part in fields.items() if part not in EMPTY} or None
    if isinstance(value, list):
        return [_normal(part) for part in value] or None
    return None if value in EMPTY else value
