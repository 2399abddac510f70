# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
import requests
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.boto import BotoClient
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.faults import refused, unreachable
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.signed import error_of
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import Backoff
from botocore.exceptions import ClientError

CONNECTION = RgwConnection(
    endpoint_url="http://gateway:80",
    access_key="KEY",
    secret_key="secret",  # noqa: S106 - of nobody
    verify=True,
    timeout=2,
    backoff=Backoff(limit=0),
)


def params(**given: Any) -> dict[str, Any]:
    return {
        "endpoint_url": "http://gateway/",
        "access_key": "KEY",
        "secret_key": "secret",
        "validate_certs": True,
        "ca_path": None,
        "timeout": 2.0,
        "retry_timeout": 0.0,
        **given,
    }


def below(error: Exception, cause: Exception) -> Exception:
    """``error`` with ``cause`` where urllib3 keeps it: as an argument of an argument."""
    error.args = (OSError("pool", cause),)
    return error


@pytest.mark.parametrize(
    ("code", "subject", "problem"),
    [
        ("InvalidAccessKeyId", "Object gateway http://gateway:80", "access key 'KEY' is unknown there"),
        (
            "SignatureDoesNotMatch",
            "Object gateway http://gateway:80",
            "the secret key doesn't belong to access key 'KEY'",
        ),
        ("AccessDenied", "Topic 'a'", "the user of access key 'KEY' may not read it"),
        ("NoSuchBucket", "Topic 'a'", "there is no such bucket"),
    ],
)
def test_a_code_becomes_words_about_the_right_object(code: str, subject: str, problem: str) -> None:
    error = refused(CONNECTION, "Topic 'a'", "read it", code, 403)
    assert (error.subject, error.problem, error.code) == (subject, problem, code)
    assert error.cure
    assert not error.transient


@pytest.mark.parametrize(
    ("code", "status", "transient"),
    [("", 503, True), ("SlowDown", 503, True), ("OperationAborted", 409, True), ("InvalidArgument", 400, False)],
)
def test_only_what_may_pass_is_repeated(code: str, status: int, transient: bool) -> None:
    assert refused(CONNECTION, "Topic 'a'", "read it", code, status).transient is transient


def test_an_answer_without_a_code_is_none_of_a_gateway() -> None:
    assert "isn't one of an object gateway" in str(refused(CONNECTION, "Topic 'a'", "read it", "", 404))


@pytest.mark.parametrize(
    ("cause", "problem", "transient"),
    [
        (ConnectionRefusedError(), "nothing listens there", True),
        (TimeoutError(), "no answer within 2 s", True),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "its host name is unknown", False),
        (ConnectionResetError(), "the connection broke off", True),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), "TLS doesn't come about", False),
    ],
)
def test_what_happens_on_the_way_is_found_below_the_library_s_error(
    cause: Exception, problem: str, transient: bool
) -> None:
    error = unreachable(CONNECTION, below(requests.ConnectionError(), cause))
    assert problem in error.problem
    assert error.subject == "Object gateway http://gateway:80"
    assert error.transient is transient


@pytest.mark.parametrize(
    "response",
    [
        {"Error": {"Code": "AccessDenied", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 403}},
        # Ceph 16 and 18
        {"Code": "AccessDenied", "ResponseMetadata": {"HTTPStatusCode": 403}},
    ],
)
def test_the_code_of_an_sns_error_is_found_on_every_version(response: Any) -> None:
    def call() -> None:
        raise ClientError(response, "GetTopicAttributes")

    with pytest.raises(DiagnosisError) as raised:
        BotoClient(CONNECTION, "sns").call("Topic 'a'", "read it", call)
    assert raised.value.code == "AccessDenied"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"Code":"NoSuchUser","Message":""}', ("NoSuchUser", "")),
        (
            b'<?xml version="1.0"?><Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>',
            ("NoSuchBucket", "gone"),
        ),
        (b"<html>It works!", ("", "")),
        (b"[]", ("", "")),
        (b"", ("", "")),
    ],
)
def test_errors_are_read_from_json_and_xml(body: bytes, expected: tuple[str, str]) -> None:
    answer = requests.Response()
    answer._content = body
    assert error_of(answer) == expected


def test_a_connection_is_made_of_options() -> None:
    connection = RgwConnection.from_params(params())
    assert connection.endpoint_url == "http://gateway"
    assert connection.verify is True
    assert RgwConnection.from_params(params(validate_certs=False)).verify is False
    assert RgwConnection.from_params(params(ca_path=__file__)).verify == __file__
    assert "secret" not in repr(connection)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"endpoint_url": None}, "S3_ENDPOINT"),
        ({"access_key": None, "secret_key": ""}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ({"endpoint_url": "gateway:80"}, "this is no address"),
        ({"ca_path": "/no/such/file"}, "there is no such file"),
    ],
)
def test_options_that_do_not_do_are_told(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DiagnosisError, match=said):
        RgwConnection.from_params(params(**options))
