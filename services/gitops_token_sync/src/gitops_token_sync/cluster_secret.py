"""What becomes of an Argo CD cluster Secret when its account has another token.

The module medical.diagnosis.gitops_cluster makes these Secrets and writes the same bytes from the same token, so that
neither undoes what the other wrote.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]

#: Says whose token the Secret has. Without it, the Secret is somebody else's business.
ACCOUNT_ANNOTATION = "medical.diagnosis/managed-service-account"
TYPE_LABEL = "argocd.argoproj.io/secret-type"


class ForeignSecretError(Exception):
    """The Secret isn't one to write to; the message says why."""


def name_for(token_secret: Object) -> str:
    """Name of the cluster Secret that the token belongs into."""
    return f"cluster-{token_secret['metadata']['namespace']}"


def patch_for(cluster_secret: Object, token_secret: Object) -> dict[str, Any] | None:
    """The merge patch that brings the token into ``cluster_secret``; None where it has it, or where there is none yet.

    Somebody else's write in between makes the patch fail with a conflict rather than be lost.

    :raises ForeignSecretError: where the Secret doesn't say that it has a token of this account.
    """
    metadata, token = cluster_secret["metadata"], token_secret["metadata"]
    account = f"{token['namespace']}/{token['name']}"
    says = (metadata.get("annotations") or {}).get(ACCOUNT_ANNOTATION)
    if (metadata.get("labels") or {}).get(TYPE_LABEL) != "cluster" or says != account:
        raise ForeignSecretError(f"it says it has the token of {says or 'nobody'}, not of {account}")
    data = token_secret.get("data") or {}
    if not data.get("token") or not data.get("ca.crt"):
        return None
    config = encoded_config(base64.b64decode(data["token"]).decode(), data["ca.crt"])
    if (cluster_secret.get("data") or {}).get("config") == config:
        return None
    return {"metadata": {"resourceVersion": metadata["resourceVersion"]}, "data": {"config": config}}


def encoded_config(token: str, ca: str) -> str:
    """The value of ``config`` for a token and the authority of the API server, which is base64 already."""
    config = {"bearerToken": token, "tlsClientConfig": {"caData": ca}}
    return base64.b64encode(json.dumps(config, sort_keys=True).encode()).decode()


def expiry_of(token_secret: Object) -> float:
    """When the token ends, in seconds since the epoch; zero for never, and for what is no token."""
    try:
        token = base64.b64decode((token_secret.get("data") or {})["token"]).decode()
        payload = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).get("exp") or 0)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return 0.0
