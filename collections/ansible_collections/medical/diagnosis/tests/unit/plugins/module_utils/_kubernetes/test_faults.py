# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.faults import (
    KindNotServedError,
    MissingFoundationError,
    ObjectNotFoundError,
    answer_fault,
    connection_fault,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.kinds import APPLICATION
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def fault(status: int, body: str, reason: str = "") -> DiagnosisError:
    return answer_fault(APPLICATION, "Application 'argocd/a'", "https://hub:6443", status, reason, body)


def status(message: str, **details: Any) -> str:
    return json.dumps({"kind": "Status", "message": message, "details": details})


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (status("", name="a", kind="applications"), ObjectNotFoundError, "there is no such object"),
        (status("", name="argocd", kind="namespaces"), MissingFoundationError, "there is no namespace 'argocd'"),
        (
            b"404 page not found\n",
            KindNotServedError,
            "https://hub:6443 doesn't serve Application of argoproj.io/v1alpha1",
        ),
        ("<html>a proxy</html>", KindNotServedError, "Install Argo CD first"),
        ("", KindNotServedError, "the right cluster"),
    ],
)
def test_what_a_404_is_about(body: str, kind: type[DiagnosisError], text: str) -> None:
    error = fault(404, body)
    assert error.__class__ is kind, "a subclass would mean something else"
    assert text in str(error)


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_an_overloaded_server_is_asked_again(code: int) -> None:
    assert fault(code, status("try again")).transient


@pytest.mark.parametrize("code", [400, 401, 403, 409, 422])
def test_a_refusal_stays_one_and_is_told_in_the_server_s_words(code: int) -> None:
    error = fault(code, status("spec.project: Required value"))
    assert not error.transient
    assert error.problem == f"the API server answered {code}: spec.project: Required value"


@pytest.mark.parametrize(
    ("body", "message"),
    [("Client sent an HTTP request to an HTTPS server.\n", "Client sent an HTTP request"), ("<html>", "Bad Request")],
)
def test_an_answer_of_something_else_is_told_where_it_is_words(body: str, message: str) -> None:
    assert fault(400, body, "Bad Request").problem.startswith(f"the API server answered 400: {message}")


def test_a_field_that_the_cluster_s_version_does_not_know_is_no_passing_trouble() -> None:
    error = fault(500, status("failed to create typed patch object: .spec.x: field not declared in schema"))
    assert not error.transient
    assert "Argo CD doesn't know the field" in error.cure


def test_an_untrusted_certificate_is_no_passing_trouble() -> None:
    error = fault(0, "", "SSLError\ncertificate verify failed: self-signed")
    assert not error.transient
    assert "Kubernetes API at https://hub:6443: no trusted TLS connection: SSLError certificate verify" in str(error)
    assert "ca_cert" in error.cure


def test_no_answer_may_pass() -> None:
    assert connection_fault("https://hub:6443", OSError("refused")).transient
