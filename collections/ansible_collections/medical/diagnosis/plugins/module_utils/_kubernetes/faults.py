# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API server or the network answered, told to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NOT_FOUND = 404
# Passing troubles: an overloaded server, a webhook or an aggregated API that is just starting.
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
# The server says 500 to a server-side apply with a field that the kind doesn't have, however often it is asked.
UNKNOWN_FIELD = "field not declared in schema"

CURES = {
    401: "Check api_key, or the user that the kubeconfig's context names; the token or certificate may have expired.",
    403: "Give this user the right with a Role or ClusterRole, or use another user.",
    409: "Another writer was faster; run the task again.",
    422: "Correct the value that the message names.",
}


class ObjectNotFoundError(DiagnosisError):
    """There is no object of that name."""


class MissingFoundationError(DiagnosisError):
    """A write that can't be done since its namespace, or the kind itself, isn't there."""


class KindNotServedError(MissingFoundationError):
    """The API server doesn't know the kind: what provides it isn't installed."""


def answer_fault(kind: Kind, subject: str, server: str, status: int, reason: str, body: str) -> DiagnosisError:
    """The fault of an answer that is not 2xx.

    :param subject: the object the request was about.
    :param status: HTTP status, or 0 where TLS failed before there was one.
    :param reason: HTTP reason, or what TLS said.
    :param body: a ``Status`` object as JSON, or whatever else came.
    """
    if status == 0:
        return DiagnosisError(
            f"Kubernetes API at {server}",
            f"no trusted TLS connection: {' '.join(reason.split())}",
            "Set ca_cert to the authority that signed its certificate, or check client_cert and client_key.",
        )
    answer = _status_of(body)
    if status == NOT_FOUND:
        return _not_found(kind, subject, server, answer.get("details") or {})
    message = answer.get("message") or _first_line(body) or reason
    if UNKNOWN_FIELD in message:
        return DiagnosisError(
            subject, message, f"The cluster's {kind.provider} doesn't know the field: leave it out or upgrade."
        )
    return DiagnosisError(
        subject,
        f"the API server answered {status}: {message}",
        CURES.get(status, ""),
        code=answer.get("reason") or "",
        transient=status in TRANSIENT_STATUSES,
    )


def connection_fault(server: str, error: Exception) -> DiagnosisError:
    """The fault of an API server that gave no answer at all, which may be just starting."""
    return DiagnosisError(
        f"Kubernetes API at {server}",
        f"it can't be reached: {error}",
        "Check that the cluster runs and that kubeconfig, context or host name the right one.",
        transient=True,
    )


def _not_found(kind: Kind, subject: str, server: str, details: Mapping[str, Any]) -> DiagnosisError:
    """What a 404 is about: the namespace, the object itself, or, where nothing is named, the kind."""
    if details.get("kind") == "namespaces" and kind.plural != "namespaces":
        return MissingFoundationError(
            subject,
            f"there is no namespace '{details.get('name')}'",
            f"Install {kind.provider} or create the namespace first.",
        )
    if details.get("name"):
        return ObjectNotFoundError(subject, "there is no such object")
    return not_served(kind, subject, server)


def not_served(kind: Kind, subject: str, server: str) -> KindNotServedError:
    """The fault of an API server that doesn't know the kind."""
    return KindNotServedError(
        subject,
        f"{server} doesn't serve {kind.name} of {kind.api_version}",
        f"Install {kind.provider} first, or check that kubeconfig and context name the right cluster.",
    )


def _status_of(body: str) -> Mapping[str, Any]:
    """The ``Status`` object in an answer; empty where it holds something else, such as a proxy's page."""
    try:
        status = json.loads(body or "{}")
    except ValueError:
        return {}
    return status if isinstance(status, dict) else {}


def _first_line(body: str) -> str:
    """The first line of an answer that is no ``Status``, such as a web server's; empty for a page of markup."""
    line = body.strip().partition("\n")[0]
    return "" if line.startswith(("<", "{")) else line[:200]
