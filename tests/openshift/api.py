"""The few requests that the played operators make of an API server: read, apply, write a status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from tests.api_server import ApiServer

Object = dict[str, Any]

#: As whom the operators write: not as the collection, so that nobody takes their fields for ours.
MANAGER = "played-operators"
TIMEOUT = 60
#: What says nothing about the object: somebody else was faster, or the server is busy with new definitions.
PASSING = frozenset({404, 409, 429, 503, 504})


class RejectedError(Exception):
    """The API server didn't take an object; the message is its own."""


@dataclass(frozen=True)
class Resource:
    """Where the API server keeps the objects of a kind: ``operators.coreos.com/v1alpha1``, ``subscriptions``."""

    api_version: str
    plural: str

    @property
    def folder(self) -> str:
        """Path of all objects of the kind."""
        return (
            f"/apis/{self.api_version}/{self.plural}"
            if "/" in self.api_version
            else f"/api/{self.api_version}/{self.plural}"
        )

    def path(self, namespace: str | None, name: str) -> str:
        """Path of one object."""
        root, plural = self.folder.rsplit("/", 1)
        return f"{root}/namespaces/{namespace}/{plural}/{name}" if namespace else f"{root}/{plural}/{name}"


class Api:
    """One API server."""

    def __init__(self, server: ApiServer) -> None:
        self.url = server.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(server.ca_cert)
        self._session.headers["Authorization"] = f"Bearer {server.token}"
        self._resources: dict[tuple[str, str], tuple[Resource, bool]] = {}

    def list(self, resource: Resource) -> list[Object]:
        """All objects of a kind; none where the kind isn't there."""
        answer = self._session.get(f"{self.url}{resource.folder}", timeout=TIMEOUT)
        if answer.status_code == requests.codes.not_found:
            return []
        items: list[Object] = self._read(answer)["items"]
        return items

    def get(self, resource: Resource, namespace: str | None, name: str) -> Object | None:
        """One object, or None."""
        answer = self._session.get(f"{self.url}{resource.path(namespace, name)}", timeout=TIMEOUT)
        return None if answer.status_code == requests.codes.not_found else self._read(answer)

    def apply(
        self, manifest: Mapping[str, Any], *, dry_run: bool = False, namespace: str = "", manager: str = MANAGER
    ) -> Object:
        """Server-side apply of any object.

        :param namespace: of an object that names none itself.
        :raises RejectedError: with the API server's words.
        """
        resource, namespaced = self._resource(manifest["apiVersion"], manifest["kind"])
        metadata = manifest["metadata"]
        place = (metadata.get("namespace") or namespace or "default") if namespaced else None
        query = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"} | (
            {"dryRun": "All"} if dry_run else {}
        )
        return self._patch(resource.path(place, metadata["name"]), "application/apply-patch+yaml", manifest, query)

    def set_status(self, resource: Resource, found: Mapping[str, Any], status: Mapping[str, Any]) -> None:
        """Replace what the status of an object says, key by key, as its operator would."""
        metadata = found["metadata"]
        path = f"{resource.path(metadata.get('namespace'), metadata['name'])}/status"
        self._patch(path, "application/merge-patch+json", {"status": status}, {"fieldManager": MANAGER})

    def merge(self, resource: Resource, found: Mapping[str, Any], patch: Mapping[str, Any]) -> None:
        """Merge a patch into an object."""
        metadata = found["metadata"]
        path = resource.path(metadata.get("namespace"), metadata["name"])
        self._patch(path, "application/merge-patch+json", patch, {"fieldManager": MANAGER})

    def delete(self, resource: Resource, namespace: str | None, name: str) -> None:
        """Delete an object."""
        self._session.delete(f"{self.url}{resource.path(namespace, name)}", timeout=TIMEOUT)

    def _patch(self, path: str, kind: str, body: Mapping[str, Any], query: Mapping[str, str]) -> Object:
        return self._read(
            self._session.patch(
                f"{self.url}{path}",
                params=query,
                data=json.dumps(body),
                headers={"Content-Type": kind},
                timeout=TIMEOUT,
            )
        )

    def _resource(self, api_version: str, kind: str) -> tuple[Resource, bool]:
        """Where objects of a kind are, and whether they have a namespace."""
        if (api_version, kind) not in self._resources:
            root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
            answer = self._session.get(f"{self.url}{root}", timeout=TIMEOUT)
            served = answer.json()["resources"] if answer.ok else []
            found = [each for each in served if each["kind"] == kind and "/" not in each["name"]]
            if not found:
                raise RejectedError(f'no matches for kind "{kind}" in version "{api_version}"')
            self._resources[api_version, kind] = Resource(api_version, found[0]["name"]), found[0]["namespaced"]
        return self._resources[api_version, kind]

    @staticmethod
    def _read(answer: requests.Response) -> Object:
        if answer.status_code in PASSING:
            answer.raise_for_status()
        found: Object = answer.json()
        if not answer.ok:
            raise RejectedError(found.get("message") or answer.text)
        return found
