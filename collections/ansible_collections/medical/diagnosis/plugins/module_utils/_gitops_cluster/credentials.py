# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``config`` of an Argo CD cluster Secret: made from what the add-on reports, kept while it still serves.

The service gitops_token_sync writes the same bytes from the same token, so that neither undoes what the other wrote.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.token import Claims, claims_of

Object = Mapping[str, Any]

# A token that ends sooner is no longer left to the service: it ought to have been renewed long ago.
MARGIN = 120.0


@dataclass(frozen=True)
class Credentials:
    """What Argo CD needs to log in, as the add-on's token Secret has it."""

    token: str
    ca: str

    @property
    def claims(self) -> Claims:
        """What the token says about itself."""
        return claims_of(self.token)

    @property
    def config(self) -> str:
        """The Secret's ``config``."""
        return json.dumps({"bearerToken": self.token, "tlsClientConfig": {"caData": self.ca}}, sort_keys=True)


def reported(token_secret: Object | None) -> Credentials | None:
    """What the add-on has reported; None for nothing yet."""
    data = (token_secret or {}).get("data") or {}
    if not data.get("token") or not data.get("ca.crt"):
        return None
    return Credentials(decoded(data["token"]), data["ca.crt"])


def in_use(cluster_secret: Object | None) -> Credentials | None:
    """What Argo CD logs in with; None where that is anything but a token and an authority, written as we write it."""
    text = _config_of(cluster_secret)
    try:
        config = json.loads(text)
        found = Credentials(config["bearerToken"], config["tlsClientConfig"]["caData"])
    except (ValueError, KeyError, TypeError):
        return None
    return found if found.config == text else None


def token_in_use(cluster_secret: Object) -> str:
    """The token that Argo CD logs in with, whoever wrote it; empty where it uses none."""
    try:
        config = json.loads(_config_of(cluster_secret))
    except ValueError:
        return ""
    return str(config.get("bearerToken") or "") if isinstance(config, Mapping) else ""


def serves(used: Credentials | None, fresh: Credentials, clock: Callable[[], float] = time.time) -> bool:
    """Whether the service may be left to replace what is used by ``fresh``.

    So a run that comes between a rotation and the service's write has nothing to write; one that finds a token that has
    ended, or one of another account, has.
    """
    if used is None:
        return False
    mine, theirs = used.claims, fresh.claims
    same_account = (mine.namespace, mine.account, mine.account_uid) == (
        theirs.namespace,
        theirs.account,
        theirs.account_uid,
    )
    return bool(mine.account_uid) and same_account and mine.expires - clock() > MARGIN


def _config_of(cluster_secret: Object | None) -> str:
    return decoded(((cluster_secret or {}).get("data") or {}).get("config") or "")


def decoded(text: str) -> str:
    """A value of a Secret; empty for one that is no text."""
    try:
        return base64.b64decode(text).decode()
    except ValueError:
        return ""


def encoded(text: str) -> str:
    """A value for a Secret."""
    return base64.b64encode(text.encode()).decode()
