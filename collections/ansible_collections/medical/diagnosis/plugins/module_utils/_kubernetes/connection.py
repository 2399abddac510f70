# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the connection options of a module to a client of the ``kubernetes`` package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.client import KubernetesClient
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

DEFAULT_KUBECONFIG = "~/.kube/config"
# Options that name files, and what the library calls each.
FILES = {"ca_cert": "ssl_ca_cert", "client_cert": "cert_file", "client_key": "key_file"}


def connect(options: Mapping[str, Any]) -> KubernetesClient:
    """A client for the API server that ``options`` (see :mod:`arguments`) name; no request is made yet.

    :raises DiagnosisError: where the kubeconfig file, its context or a certificate file can't be used.
    """
    return KubernetesClient(open_api(options), timeout=options["timeout"], retry_timeout=options["retry_timeout"])


def open_api(options: Mapping[str, Any]) -> libraries.ApiClient:
    """The library's own client, for a :class:`KubernetesClient` or one derived from it; raises as :func:`connect`."""
    configuration = libraries.Configuration()
    if options["host"]:
        configuration.host = _address(options["host"])
    else:
        _load_configuration(configuration, options["kubeconfig"], options["context"] or None)
    _override(configuration, options)
    # The retries of ours are for what is transient only, wait between attempts and have a time limit.
    configuration.retries = False
    return libraries.ApiClient(configuration)


def _address(host: str) -> str:
    """The API server's address; without its scheme, what answers may be anything."""
    if not host.startswith(("https://", "http://")):
        raise DiagnosisError(f"Kubernetes API at {host}", "this is no address", "Write host as https://name:port.")
    return host.rstrip("/")


def _load_configuration(configuration: libraries.Configuration, kubeconfig: str | None, context: str | None) -> None:
    """Fill ``configuration`` from the kubeconfig file, or from the pod's service account where there is none."""
    source = kubeconfig or DEFAULT_KUBECONFIG
    if not kubeconfig and not Path(source).expanduser().exists() and "KUBERNETES_SERVICE_HOST" in os.environ:
        libraries.load_incluster_config(client_configuration=configuration)
        return
    try:
        libraries.load_kube_config(source, context, client_configuration=configuration, persist_config=False)
    except libraries.UNUSABLE_KUBECONFIG as error:
        raise _unusable(source, context, error) from error


def _unusable(source: str, context: str | None, error: Exception) -> DiagnosisError:
    """The fault of a kubeconfig file: not there, without the context, or not a kubeconfig at all."""
    subject = f"Kubeconfig {source}"
    if not any(Path(part).expanduser().exists() for part in source.split(os.pathsep)):
        return DiagnosisError(
            subject,
            "there is no such file",
            "Set kubeconfig or KUBECONFIG to a file that is there, or host and api_key instead.",
        )
    contexts = _contexts(source)
    if context is not None and contexts and context not in contexts:
        return DiagnosisError(subject, f"it has no context '{context}'", f"Its contexts are: {', '.join(contexts)}.")
    return DiagnosisError(
        subject, f"it can't be used: {' '.join(str(error).split())}", "Check the file with `kubectl config view`."
    )


def _contexts(source: str) -> list[str]:
    """Names of the contexts in a kubeconfig file; empty where they can't be read."""
    try:
        return [context["name"] for context in libraries.list_kube_config_contexts(source)[0]]
    except libraries.UNUSABLE_KUBECONFIG:
        return []


def _override(configuration: libraries.Configuration, options: Mapping[str, Any]) -> None:
    """What the options say goes before what the kubeconfig says."""
    if options["api_key"]:
        # the name of the scheme changed from the first to the second in kubernetes 36
        configuration.api_key = dict.fromkeys(("authorization", "BearerToken"), f"Bearer {options['api_key']}")
        # it would put the kubeconfig's own token back
        configuration.refresh_api_key_hook = None
    for option, setting in FILES.items():
        if options[option]:
            _require_file(option, options[option])
            setattr(configuration, setting, options[option])
    if options["validate_certs"] is not None:
        configuration.verify_ssl = options["validate_certs"]


def _require_file(option: str, path: str) -> None:
    """Tell about a missing file here; later, it would look like an API server that can't be reached."""
    if not Path(path).is_file():
        raise DiagnosisError(f"File {path}", "there is no such file", f"Correct {option}.")
