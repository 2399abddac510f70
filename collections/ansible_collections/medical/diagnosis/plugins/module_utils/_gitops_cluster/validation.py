# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said about the options before the hub is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

Options = Mapping[str, Any]

DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
# Kubernetes issues no token for less.
LEAST_VALIDITY = 600


def label_of(options: Options) -> str:
    """The cluster as errors call it."""
    return f"Cluster '{options['name']}'"


def validate_present(clusters: Sequence[Options]) -> None:
    """Tell what is wrong with clusters that are to be registered.

    :raises DiagnosisError: at the first one with a wrong address or validity, or one that is listed twice.
    """
    for options in clusters:
        _require_address(options)
        _require_validity(options)
    reject_duplicates(clusters)
    for server, names in _by_server(clusters).items():
        if len(names) > 1:
            raise DiagnosisError(
                f"Clusters {', '.join(repr(name) for name in names)}",
                f"they have the same server {server}",
                "Give each cluster its own API server's address: Argo CD tells clusters apart by it.",
            )


def reject_duplicates(clusters: Sequence[Options]) -> None:
    """Two entries for one cluster would undo each other on every run."""
    for label, times in Counter(label_of(options) for options in clusters).items():
        if times > 1:
            raise DiagnosisError(label, f"it is listed {times} times", "Leave one entry of it in the task.")


def normal_server(server: str) -> str:
    """The address in the one way that two spellings of it share."""
    parts = urlsplit(server)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _by_server(clusters: Sequence[Options]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for options in clusters:
        names.setdefault(normal_server(options["server"]), []).append(options["name"])
    return names


def _require_address(options: Options) -> None:
    server = options["server"]
    if not server:
        raise DiagnosisError(label_of(options), "it has no server", "Add the address of its API server to the task.")
    cure = "Write server as https://name:port, as the hub reaches the cluster's API server."
    try:
        parts = urlsplit(server)
        has_user = parts.username is not None
        valid = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise DiagnosisError(label_of(options), f"its server {server!r} is no address: {error}", cure) from error
    if has_user:
        # not with its value: it may hold a password
        raise DiagnosisError(label_of(options), "its server names a user", cure)
    if parts.scheme != "https":
        raise DiagnosisError(
            label_of(options),
            f"its server {server!r} has {f'scheme {parts.scheme}' if '://' in server else 'no scheme'}; "
            "a token goes over https only",
            cure,
        )
    if not valid or parts.query or parts.fragment:
        raise DiagnosisError(label_of(options), f"its server {server!r} is no address of an API server", cure)


def _require_validity(options: Options) -> None:
    validity = options["validity"]
    matched = DURATION.fullmatch(validity)
    if not validity or matched is None:
        raise DiagnosisError(label_of(options), f"its validity {validity!r} is no duration", "Write it as 24h or 90m.")
    hours, minutes, seconds = (int(part or 0) for part in matched.groups())
    if hours * 3600 + minutes * 60 + seconds < LEAST_VALIDITY:
        raise DiagnosisError(
            label_of(options),
            f"its validity {validity} is too short",
            "Use 10m or more: Kubernetes issues no shorter token.",
        )
