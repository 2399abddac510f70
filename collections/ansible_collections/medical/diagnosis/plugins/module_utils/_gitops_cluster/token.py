# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service account's token says about itself. Nobody's word is taken for it: the API server that it is for checks it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

SUBJECT = "system:serviceaccount:"


@dataclass(frozen=True)
class Claims:
    """The claims of a token; empty or zero where it has none.

    :param namespace: of the service account, in the cluster that issued the token.
    :param account_uid: identity of the service account: a new one of the same name doesn't honour old tokens.
    :param expires: when it ends, in seconds since the epoch; zero for one that never does.
    """

    namespace: str = ""
    account: str = ""
    account_uid: str = ""
    expires: int = 0

    @property
    def expires_at(self) -> str:
        """When it ends, RFC 3339; empty for never."""
        return datetime.fromtimestamp(self.expires, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if self.expires else ""


def claims_of(token: str) -> Claims:
    """The claims of ``token``; empty ones for what is no token of a service account."""
    payload = _payload(token)
    subject = str(payload.get("sub") or "")
    namespace, _colon, account = subject[len(SUBJECT) :].partition(":") if subject.startswith(SUBJECT) else ("", "", "")
    bound = payload.get("kubernetes.io")
    bound_to = bound.get("serviceaccount") if isinstance(bound, Mapping) else None
    uid = str(bound_to.get("uid") or "") if isinstance(bound_to, Mapping) else ""
    expires = payload.get("exp")
    return Claims(namespace, account, uid, int(expires) if isinstance(expires, (int, float)) else 0)


def _payload(token: str) -> Mapping[str, Any]:
    try:
        _header, payload, _signature = token.split(".")
        decoded = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return decoded if isinstance(decoded, Mapping) else {}
