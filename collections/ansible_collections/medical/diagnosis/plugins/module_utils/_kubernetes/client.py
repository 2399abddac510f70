# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes of Kubernetes objects, as plain dictionaries, with retries and errors for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import (
    ObjectNotFoundError,
    answer_fault,
    connection_fault,
    not_served,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import Kind
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import Backoff, retry

Object = dict[str, Any]

FIELD_MANAGER = "medical.diagnosis"
APPLY = "application/apply-patch+yaml"
MERGE_PATCH = "application/merge-patch+json"
PAGE = 500


class AnswerError(Exception):
    """What was asked and what came back, in a line; the library's own error is a page of headers and tracebacks."""


class _NoDiscovery:
    """Takes the place of the dynamic client's discovery, which asks much and caches in a file of a known name."""

    def __init__(self, client: libraries.DynamicClient, cache_file: str | None) -> None:
        """Do nothing: :mod:`kinds` knows the paths."""


class KubernetesClient:
    """One API server.

    :param api: a connected client, see :func:`connection.connect`.
    :param timeout: seconds to wait for a connection, and for an answer.
    :param retry_timeout: seconds for which to repeat what failed for a passing reason.
    """

    def __init__(self, api: libraries.ApiClient, *, timeout: float, retry_timeout: float) -> None:
        self._dynamic = libraries.DynamicClient(api, discoverer=_NoDiscovery)
        self._server: str = api.configuration.host
        self._timeout = timeout
        self._backoff = Backoff(limit=retry_timeout)

    @property
    def server(self) -> str:
        """Address of the API server."""
        return self._server

    def get(self, kind: Kind, namespace: str | None, name: str) -> Object | None:
        """One object, or None where there is none of that name.

        :raises KindNotServedError: where the API server doesn't know the kind.
        """
        try:
            return self._call(kind, kind.label(namespace, name), "GET", kind.path(namespace, name))
        except ObjectNotFoundError:
            return None

    def list(self, kind: Kind, namespace: str | None = None, label_selector: str | None = None) -> Iterator[Object]:
        """The objects of a namespace, or of all, that match the selector, ordered by namespace and name.

        :raises KindNotServedError: where the API server doesn't know the kind.
        """
        subject = f"{kind.name} objects" + (f" in namespace '{namespace}'" if namespace else "")
        query: dict[str, Any] = {"label_selector": label_selector or None, "limit": PAGE}
        while True:
            page = self._call(kind, subject, "GET", kind.path(namespace), **query)
            yield from page["items"]
            query["_continue"] = page["metadata"].get("continue")
            if not query["_continue"]:
                return

    def apply(self, kind: Kind, manifest: Mapping[str, Any], *, dry_run: bool = False) -> Object:
        """Server-side apply of ``manifest``; returns the object that comes of it.

        Fields that others set to something else are taken over: the task's author said what they are to be.
        """
        query = {"content_type": APPLY, "force_conflicts": True, "dry_run": "All" if dry_run else None}
        metadata = manifest["metadata"]
        return self._patch(kind, metadata.get("namespace"), metadata["name"], manifest, **query)

    def merge_patch(self, kind: Kind, namespace: str | None, name: str, patch: Mapping[str, Any]) -> Object:
        """Merge ``patch`` (RFC 7386: None removes) into an object; returns the object that comes of it."""
        return self._patch(kind, namespace, name, patch, content_type=MERGE_PATCH)

    def create(self, kind: Kind, manifest: Mapping[str, Any]) -> Object:
        """Create an object that isn't there yet; returns it.

        :raises DiagnosisError: with code ``AlreadyExists`` where one of its name is there, be it by this very call, whose
            first attempt may have been done without an answer.
        """
        return self._write("POST", kind, manifest)

    def replace(self, kind: Kind, manifest: Mapping[str, Any], subresource: str = "") -> Object:
        """Put ``manifest`` in the place of the object that it was read from; returns what comes of it.

        :raises DiagnosisError: with code ``Conflict`` where somebody has written the object since it was read.
        """
        return self._write("PUT", kind, manifest, subresource)

    def request(self, kind: Kind, namespace: str, name: str, subresource: str, body: Mapping[str, Any]) -> Object:
        """Post ``body`` to a subresource that answers a question, such as ``token`` of a service account."""
        path = f"{kind.path(namespace, name)}/{subresource}"
        return self._call(kind, kind.label(namespace, name), "POST", path, body=dict(body))

    def kind_of(self, api_version: str, name: str) -> Kind:
        """The kind that manifests call by ``apiVersion`` and ``kind``, asked of the API server.

        :raises KindNotServedError: where the API server doesn't know it.
        """
        group, _slash, version = api_version.rpartition("/")
        unknown = Kind(group, version, name, name.lower(), f"what provides {name} of {api_version}")
        path = f"/apis/{api_version}" if group else f"/api/{api_version}"
        served = self._call(unknown, f"{name} objects", "GET", path).get("resources") or []
        for resource in served:
            if resource["kind"] == name and "/" not in resource["name"]:
                return replace(unknown, plural=resource["name"])
        raise not_served(unknown, f"{name} objects", self._server)

    def delete(self, kind: Kind, namespace: str | None, name: str, *, uid: str | None = None) -> None:
        """Ask for an object's deletion; it goes when its finalizers are done. One that isn't there is no error.

        :param uid: delete only the object of this identity, not another one that has taken its name since.
        """
        query: dict[str, Any] = {"body": {"preconditions": {"uid": uid}}} if uid is not None else {}
        try:
            self._call(kind, kind.label(namespace, name), "DELETE", kind.path(namespace, name), **query)
        except ObjectNotFoundError:
            return

    def _write(self, method: str, kind: Kind, manifest: Mapping[str, Any], subresource: str = "") -> Object:
        metadata = manifest["metadata"]
        namespace, name = metadata.get("namespace"), metadata["name"]
        path = kind.path(namespace, None if method == "POST" else name) + (f"/{subresource}" if subresource else "")
        return self._call(
            kind, kind.label(namespace, name), method, path, body=dict(manifest), field_manager=FIELD_MANAGER
        )

    def _patch(self, kind: Kind, namespace: str | None, name: str, body: Mapping[str, Any], **query: Any) -> Object:
        label, path = kind.label(namespace, name), kind.path(namespace, name)
        return self._call(kind, label, "PATCH", path, body=dict(body), field_manager=FIELD_MANAGER, **query)

    def _call(self, kind: Kind, subject: str, method: str, path: str, **query: Any) -> Object:
        """One request, repeated while its fault is transient: each of ours leads to the same when done twice."""

        def request() -> Object:
            try:
                answer = self._dynamic.request(
                    method, path, serialize=False, _request_timeout=(self._timeout, self._timeout), **query
                )
                found: Object = json.loads(answer.data)
            except libraries.ApiException as error:
                status, reason, body = error.status or 0, error.reason or "", _text(error.body)
                fault = answer_fault(kind, subject, self._server, status, reason, body)
                raise fault from AnswerError(f"{method} {path}: {status} {reason}: {body}")
            except libraries.HTTPError as error:
                raise connection_fault(self._server, error) from error
            return found

        return retry(request, self._backoff)


def _text(body: str | bytes | None) -> str:
    """The body of an answer; which of the three it is depends on the library's version and on the answer."""
    return body.decode(errors="replace") if isinstance(body, bytes) else body or ""
