"""Plays what of OpenShift Data Foundation isn't said in a status: the keys of object store users, here those of a real gateway."""

from __future__ import annotations

from collections.abc import Mapping

from tests.openshift.api import Api, Resource
from tests.openshift.operators import SECRETS

USERS = Resource("ceph.rook.io/v1", "cephobjectstoreusers")


class DataFoundation:
    """Rook.

    :param keys: ``AccessKey`` and ``SecretKey`` that every user gets.
    """

    def __init__(self, api: Api, keys: Mapping[str, str]) -> None:
        self._api = api
        self._keys = keys

    def play(self) -> None:
        """One look at all users."""
        for user in self._api.list(USERS):
            namespace = user["metadata"]["namespace"]
            name = f"rook-ceph-object-user-{user['spec']['store']}-{user['metadata']['name']}"
            if self._api.get(SECRETS, namespace, name) is None:
                metadata = {"name": name, "namespace": namespace}
                secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "kubernetes.io/rook"}
                self._api.apply({**secret, "stringData": self._keys})
