"""What the environment says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

#: Where Kubernetes mounts the pod's own token and the API server's authority.
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True)
class Settings:
    """Which API server, as whom, and what is copied where."""

    server: str
    """Address of the hub's API server."""
    identity: Path = SERVICE_ACCOUNT
    """Folder with ``token`` and ``ca.crt``."""
    namespace: str = "argocd"
    """Where Argo CD's cluster Secrets are."""
    account: str = "argocd-manager"
    """Name of the ManagedServiceAccount, and so of its token Secret, in the namespace of each cluster."""
    resync: int = 300
    """Seconds until everything is compared again, whether a token has changed or not."""
    port: int = 8081
    """Of the probes."""

    @classmethod
    def from_environment(cls) -> Settings:
        """From the variables that the README lists; ValueError names what is wrong."""
        host = _required("KUBERNETES_SERVICE_HOST")
        return cls(
            server=f"https://{f'[{host}]' if ':' in host else host}:{_required('KUBERNETES_SERVICE_PORT')}",
            identity=Path(os.environ.get("SERVICE_ACCOUNT_FOLDER") or SERVICE_ACCOUNT),
            namespace=os.environ.get("ARGOCD_NAMESPACE") or cls.namespace,
            account=os.environ.get("ACCOUNT") or cls.account,
            resync=_whole_number("RESYNC_SECONDS", cls.resync),
            port=_whole_number("PORT", cls.port),
        )


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ValueError(f"environment variable {name} must be set")
    return value


def _whole_number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError(f"environment variable {name} must be a whole number of at least 1, not {text!r}")
    return int(text)
