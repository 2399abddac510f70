# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time writes to a managed cluster: a Lease on the hub says which, and until when."""

from __future__ import annotations

import getpass
import os
import platform
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from types import TracebackType
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.kinds import LEASE
from ansible_collections.medical.diagnosis.plugins.module_utils._ocm.names import label_of
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

# A run that died frees the cluster after so many seconds; one that lives renews it three times in that while.
SECONDS = 30
RENEWAL = SECONDS / 3

Object = dict[str, Any]


def holder_name() -> str:
    """Who this run is, as another run tells its user."""
    return f"{getpass.getuser()}@{platform.node()} (process {os.getpid()}, run {uuid.uuid4().hex[:8]})"


class Lock:
    """The lease of one managed cluster; a context manager that holds it.

    :param namespace: where the leases are, on the hub.
    """

    def __init__(
        self,
        hub: KubernetesClient,
        namespace: str,
        cluster: str,
        holder: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._hub = hub
        self._namespace = namespace
        self._cluster = cluster
        self._holder = holder
        self._sleep = sleep
        self._lease: Object = {}
        self._lost: DiagnosisError | None = None
        self._released = threading.Event()
        self._renewer = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> Lock:
        """Take it.

        :raises DiagnosisError: where another run holds it, naming that one.
        """
        try:
            self._lease = self._hub.create(LEASE, self._manifest())
        except DiagnosisError as error:
            if error.code != "AlreadyExists":
                raise
            self._take_over()
        self._renewer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back. Where that can't be done, it ends by itself."""
        self._released.set()
        self._renewer.join()
        if self._lost is None:
            with suppress(DiagnosisError):
                self._hub.delete(LEASE, self._namespace, self._name, uid=self._lease["metadata"]["uid"])

    def require(self) -> None:
        """To be called before a write: the lease may have ended while the machine slept.

        :raises DiagnosisError: where it is somebody else's by now.
        """
        if self._lost is not None:
            raise self._lost

    @property
    def _name(self) -> str:
        return f"managed-cluster-{self._cluster}"

    def _manifest(self) -> Object:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "apiVersion": LEASE.api_version,
            "kind": LEASE.name,
            "metadata": {"name": self._name, "namespace": self._namespace},
            "spec": {
                "holderIdentity": self._holder,
                "leaseDurationSeconds": SECONDS,
                "acquireTime": now,
                "renewTime": now,
            },
        }

    def _take_over(self) -> None:
        """Take a lease that is there, if it is our own or nobody renews it any more.

        Whether somebody does is seen by watching it: the clock of the machine that wrote it may be wrong.
        """
        found = self._read()
        if found is None:
            self._lease = self._hub.create(LEASE, self._manifest())
            return
        if found["spec"].get("holderIdentity") != self._holder:
            self._watch(found)
        try:
            self._lease = self._hub.replace(LEASE, self._renewed(found))
        except DiagnosisError as error:
            if error.code != "Conflict":
                raise
            raise self._held(self._read() or found) from error

    def _watch(self, found: Object) -> None:
        """Return when nobody has renewed the lease for as long as it lasts."""
        if _is_fresh(found["spec"], datetime.now(timezone.utc)):
            raise self._held(found)
        waited = 0.0
        while waited < SECONDS:
            self._sleep(RENEWAL)
            waited += RENEWAL
            now = self._read()
            if now is not None and now["metadata"]["resourceVersion"] != found["metadata"]["resourceVersion"]:
                raise self._held(now)

    def _held(self, found: Object) -> DiagnosisError:
        return DiagnosisError(
            label_of(self._cluster),
            f"another run is at it: {found['spec'].get('holderIdentity')}, last seen {found['spec'].get('renewTime')}",
            f"Wait until that run is done; if it has died, the cluster is free {SECONDS} s after its last sign of life.",
        )

    def _read(self) -> Object | None:
        return self._hub.get(LEASE, self._namespace, self._name)

    def _renewed(self, found: Object) -> Object:
        """``found`` as this run's; its resource version makes the write fail if somebody else is faster."""
        return {**self._manifest(), "metadata": found["metadata"]}

    def _renew(self) -> None:
        while self._lost is None and not self._released.wait(RENEWAL):
            self._lost = self._renewal()

    def _renewal(self) -> DiagnosisError | None:
        """Renew it once; returns what says that it is lost.

        A hub that is away for a moment is no such thing: nobody else can take the lease there either.
        """
        spec = {**self._lease["spec"], "renewTime": self._manifest()["spec"]["renewTime"]}
        try:
            self._lease = self._hub.replace(LEASE, {**self._lease, "spec": spec})
        except DiagnosisError as error:
            return None if error.transient or self._still_ours(error) else error
        return None

    def _still_ours(self, error: DiagnosisError) -> bool:
        """Whether the conflict is with a write of our own whose answer got lost."""
        found = self._read() if error.code == "Conflict" else None
        if found is None or found["spec"].get("holderIdentity") != self._holder:
            return False
        self._lease = found
        return True


def _is_fresh(spec: Mapping[str, Any], now: datetime) -> bool:
    """Whether the lease is good by this machine's clock, which only shortens the wait for a definite answer."""
    try:
        renewed = datetime.strptime(spec["renewTime"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except (KeyError, ValueError, TypeError):
        return False
    return bool(abs((now - renewed).total_seconds()) < spec.get("leaseDurationSeconds", SECONDS))
