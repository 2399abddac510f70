# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Operator Lifecycle Manager says about a subscription, by the names of the questions one asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import condition_of

Tree = Mapping[str, Any]

SUCCEEDED = "Succeeded"
FAILED = "Failed"


class Installation:
    """A subscription with what belongs to it, as :class:`reader.Reader` reads them together.

    :param found: ``subscription``, and where they are there: ``versions`` (ClusterServiceVersions by name), ``plan``,
        ``catalog``, ``catalogs`` (names of those that are there instead), ``package``.
    """

    def __init__(self, found: Tree) -> None:
        self._found = found
        self._subscription: Tree = found["subscription"]
        self._status: Tree = self._subscription.get("status") or {}
        self._plan: Tree = found.get("plan") or {}
        self.spec: Tree = self._subscription.get("spec") or {}

    @property
    def namespace(self) -> str:
        """Namespace of the subscription and of all that OLM makes for it."""
        return str(self._subscription["metadata"]["namespace"])

    @property
    def current(self) -> str:
        """Name of the version (CSV) that OLM is heading for; empty for none yet."""
        return str(self._status.get("currentCSV") or "")

    @property
    def installed(self) -> str:
        """Name of the version (CSV) that is installed; empty for none."""
        return str(self._status.get("installedCSV") or "")

    @property
    def state(self) -> str:
        """``AtLatestKnown``, ``UpgradePending``, ``UpgradeAvailable``, ``UpgradeFailed`` or empty."""
        return str(self._status.get("state") or "")

    def version(self, name: str) -> Tree | None:
        """The ClusterServiceVersion of this name, None where there is none."""
        versions: Tree = self._found.get("versions") or {}
        return versions.get(name)

    def phase(self, name: str) -> str:
        """Phase of a version; empty where it isn't there."""
        return str(((self.version(name) or {}).get("status") or {}).get("phase") or "")

    def reason(self, name: str) -> str:
        """Why a version is in its phase, OLM's word for programs."""
        return str(((self.version(name) or {}).get("status") or {}).get("reason") or "")

    def message(self, name: str) -> str:
        """Why a version is in its phase, in OLM's words for people."""
        message = str(((self.version(name) or {}).get("status") or {}).get("message") or "")
        return " ".join(message.split())

    @property
    def plan_name(self) -> str:
        """Name of the newest install plan; empty for none."""
        return str((self._plan.get("metadata") or {}).get("name") or "")

    @property
    def plan_versions(self) -> list[str]:
        """Names of the versions that the install plan installs; other operators of the namespace may be among them."""
        return list((self._plan.get("spec") or {}).get("clusterServiceVersionNames") or [])

    @property
    def plan_phase(self) -> str:
        """``Planning``, ``RequiresApproval``, ``Installing``, ``Complete``, ``Failed`` or empty."""
        return str((self._plan.get("status") or {}).get("phase") or "")

    @property
    def plan_wants_approval(self) -> bool:
        """Whether the install plan waits for somebody to approve it."""
        return self.plan_phase == "RequiresApproval" and not (self._plan.get("spec") or {}).get("approved")

    @property
    def plan_message(self) -> str:
        """What OLM says about the install plan."""
        status: Tree = self._plan.get("status") or {}
        said = [present.get("message") for present in status.get("conditions") or [] if present.get("status") != "True"]
        return " ".join(" ".join([*filter(None, said), str(status.get("message") or "")]).split())

    @property
    def catalog_is_missing(self) -> bool:
        """Whether the CatalogSource that the subscription names isn't there."""
        return "catalogs" in self._found

    @property
    def catalogs(self) -> list[str]:
        """Names of the CatalogSources that are there in its place."""
        return list(self._found.get("catalogs") or [])

    @property
    def catalog_state(self) -> str:
        """State of OLM's connection to the CatalogSource, ``READY`` where it answers; empty where nothing is known."""
        status = (self._found.get("catalog") or {}).get("status") or {}
        return str((status.get("connectionState") or {}).get("lastObservedState") or "")

    @property
    def catalog_fault(self) -> str:
        """What OLM says is wrong with the CatalogSource; empty for nothing."""
        status = (self._found.get("catalog") or {}).get("status") or {}
        said = [str(status.get(part) or "") for part in ("reason", "message")]
        return ": ".join(filter(None, said))

    @property
    def channels(self) -> list[str] | None:
        """Names of the package's channels; None where the catalogue isn't known to have the package."""
        package = self._found.get("package")
        return None if package is None else sorted(channel["name"] for channel in package["status"]["channels"])

    @property
    def default_channel(self) -> str:
        """The package's default channel; empty where it isn't known."""
        package = self._found.get("package") or {}
        return str((package.get("status") or {}).get("defaultChannel") or "")

    @property
    def head(self) -> str:
        """Name of the newest version in the subscription's channel; empty where it isn't known."""
        package = self._found.get("package") or {}
        wanted = self.spec.get("channel") or self.default_channel
        channels = (package.get("status") or {}).get("channels") or []
        return next((str(channel.get("currentCSV") or "") for channel in channels if channel["name"] == wanted), "")

    @property
    def conditions(self) -> list[Tree]:
        """The subscription's conditions."""
        return list(self._status.get("conditions") or [])

    def condition(self, name: str) -> Tree | None:
        """One of the subscription's conditions where its status is True, else None."""
        present = condition_of(self._subscription, name)
        return present if present is not None and present.get("status") == "True" else None

    def as_result(self) -> dict[str, Any]:
        """The state as the modules return it."""
        shown = self.current or self.installed
        return {
            "namespace": self.namespace,
            "package": str(self.spec.get("name") or ""),
            "channel": str(self.spec.get("channel") or ""),
            "source": str(self.spec.get("source") or ""),
            "source_namespace": str(self.spec.get("sourceNamespace") or ""),
            "install_plan_approval": str(self.spec.get("installPlanApproval") or "Automatic"),
            "state": self.state,
            "current_csv": self.current,
            "installed_csv": self.installed,
            "csv_phase": self.phase(shown),
            "csv_message": self.message(shown),
            "install_plan": self.plan_name,
            "install_plan_phase": self.plan_phase,
            "conditions": self.conditions,
        }
