# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cluster of the fleet: what it is asked for, and what comes of asking it, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import open_api
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight import (
    capacity,
    clock,
    groups,
    storage,
    version,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight import permissions as rights
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.api_server import ApiServer
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.contact import (
    look_at,
    parse_address,
    trusting_all,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.expiry import (
    certificate_end,
    first_certificate,
    judge_expiry,
    token_end,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import Agent, Hub
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

CONNECTION = "connection"
SERVER_CERTIFICATE = "server certificate"
CREDENTIALS = "credentials"
HUB = "hub"
# What an answer of a server that is no Kubernetes runs into.
STRANGE = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Limits:
    """What is the same for all clusters.

    :param clock_skew: seconds that a clock may be off.
    :param certificate_notice: how long before a certificate's end there is a warning.
    :param token_notice: how long a token has to be good for.
    """

    timeout: float
    retry_timeout: float
    clock_skew: float
    certificate_notice: timedelta
    token_notice: timedelta


@dataclass
class Survey:
    """What was learnt about one cluster.

    :param uid: its identity; empty where it couldn't be had.
    :param agent: its klusterlet, where ``registration_known``.
    :param hub: what it knows as a hub, where it is one and could be asked.
    """

    name: str
    verdicts: list[Verdict] = field(default_factory=list)
    uid: str = ""
    agent: Agent | None = None
    registration_known: bool = False
    hub: Hub | None = None


class ClusterCheck:
    """Looks at one cluster.

    :param options: its entry in the task.
    """

    def __init__(self, options: Mapping[str, Any], limits: Limits, now: datetime) -> None:
        self._options = options
        self._limits = limits
        self._now = now
        self._survey = Survey(options["name"])

    def run(self) -> Survey:
        """Every check of the cluster itself; one that fails doesn't keep the others from running."""
        if self._options["problem"]:
            self._add([_unusable(self._options["problem"])])
            return self._survey
        try:
            api = open_api({**self._options, "timeout": self._limits.timeout})
            # kubernetes finds out about TLS files that can't be read as late as here
            server = ApiServer(api, timeout=self._limits.timeout, retry_timeout=self._limits.retry_timeout)
            found = server.version()
        except DiagnosisError as error:
            self._add([Verdict(CONNECTION, ERROR, f"{error.subject}: {error.problem}", "an API server", error.cure)])
        except STRANGE as error:
            self._add([_strange(CONNECTION, error)])
        else:
            self._add([Verdict(CONNECTION, OK, api.configuration.host, "an API server")])
            self._look(server, api.configuration, found)
        return self._survey

    def _look(self, server: ApiServer, configuration: libraries.Configuration, found: str) -> None:
        """Ask everything of a server that answers."""
        options = self._options
        kubernetes = options["kubernetes_version"] or {}
        checks: list[tuple[str, Callable[[], Iterable[Verdict]]]] = [
            (
                version.CHECK,
                lambda: [version.judge_version(found, kubernetes.get("minimum"), kubernetes.get("maximum"))],
            ),
            (CREDENTIALS, lambda: self._credentials(configuration)),
            (SERVER_CERTIFICATE, lambda: self._contact(configuration.host)),
            ("identity", lambda: self._identity(server)),
            (rights.CHECK, lambda: self._permissions(server)),
            (groups.CHECK, lambda: self._groups(server)),
            (storage.CHECK, lambda: self._storage(server)),
            ("capacity", lambda: self._capacity(server)),
            ("registration", lambda: self._registration(server, configuration.host)),
        ]
        for name, check in checks:
            self._attempt(name, check)

    def _attempt(self, name: str, check: Callable[[], Iterable[Verdict]]) -> None:
        """Add what a check finds; what it can't read is a finding, too."""
        try:
            self._add(check())
        except DiagnosisError as error:
            self._add([Verdict(name, ERROR, f"{error.subject}: {error.problem}", "an answer", error.cure)])
        except STRANGE as error:
            self._add([_strange(name, error)])

    def _add(self, verdicts: Iterable[Verdict]) -> None:
        self._survey.verdicts.extend(verdicts)

    def _credentials(self, configuration: libraries.Configuration) -> Iterator[Verdict]:
        """When the certificate or the token that this machine shows ends."""
        limits = self._limits
        cure = "Have new ones issued, and put them into the kubeconfig."
        if configuration.cert_file:
            end = certificate_end(first_certificate(Path(configuration.cert_file).read_bytes()))
            yield judge_expiry(CREDENTIALS, end, self._now, limits.certificate_notice, cure)
        for token in {value.rpartition(" ")[2] for value in (configuration.api_key or {}).values() if value}:
            ends = token_end(token)
            if ends is not None:
                yield judge_expiry(CREDENTIALS, ends, self._now, limits.token_notice, cure)
            else:
                yield Verdict(CREDENTIALS, OK, "a token that doesn't tell when it ends")

    def _contact(self, host: str) -> Iterator[Verdict]:
        """The server's certificate and clock, by a look of our own: the library shows neither."""
        address = parse_address(f"{host}/version")
        try:
            contact = look_at(address, trusting_all(), self._limits.timeout)
        except DiagnosisError as error:
            # The library may go through a proxy, and has had an answer.
            yield Verdict(SERVER_CERTIFICATE, WARNING, f"couldn't be looked at: {error.problem}", cure=error.cure)
            return
        if contact.certificate is not None:
            cure = "Renew the API server's certificate (kubeadm certs renew, or the platform's own way)."
            end = certificate_end(contact.certificate)
            yield judge_expiry(SERVER_CERTIFICATE, end, self._now, self._limits.certificate_notice, cure)
        if contact.signal is not None:
            yield clock.judge_clock(contact.signal, self._limits.clock_skew)

    def _identity(self, server: ApiServer) -> Iterator[Verdict]:
        """The identity, which is judged once those of all clusters are known."""
        self._survey.uid = server.identity()
        yield from ()

    def _permissions(self, server: ApiServer) -> Iterator[Verdict]:
        wanted = list(rights.permissions_of(self._options["permissions"] or []))
        if wanted:
            missing = server.missing(wanted)
            yield rights.judge_permissions(server.user() if missing else "", wanted, missing)

    def _groups(self, server: ApiServer) -> Iterator[Verdict]:
        if self._options["api_groups"]:
            yield groups.judge_groups(server.groups(), self._options["api_groups"])

    def _storage(self, server: ApiServer) -> Iterator[Verdict]:
        if self._options["storage_class"] is not None:
            yield storage.judge_storage(server.storage_classes(), self._options["storage_class"])

    def _capacity(self, server: ApiServer) -> Iterator[Verdict]:
        needed = capacity.needed_amounts(self._options["capacity"] or {})
        if needed:
            own = frozenset(self._options["own_namespaces"] or [])
            yield from capacity.judge_capacity(server.nodes(), server.pods(), needed, own)

    def _registration(self, server: ApiServer, host: str) -> Iterator[Verdict]:
        """Who manages it, which is judged once the hub is known, too."""
        if self._options["role"] == HUB:
            self._survey.hub = server.hub(host)
        else:
            self._survey.agent = server.agent()
            self._survey.registration_known = True
        yield from ()


def _unusable(problem: str) -> Verdict:
    cure = "Correct what the inventory says about it."
    return Verdict("inventory", ERROR, problem, "settings that can be used", cure)


def _strange(check: str, error: Exception) -> Verdict:
    """The verdict about an answer that makes no sense; a proxy's login page for example."""
    found = f"an answer that isn't Kubernetes' ({type(error).__name__}: {error})"
    return Verdict(check, ERROR, found, "an answer", "Check that the address is that of a Kubernetes API server.")
