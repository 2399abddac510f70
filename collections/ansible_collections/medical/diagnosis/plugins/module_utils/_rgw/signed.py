# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed requests for what boto3 has no words for: RGW's notification filters and the Admin Ops API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.faults import refused, unreachable
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.xml import parse_xml
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import retry

if TYPE_CHECKING:
    import requests
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection

# The gateway checks a signature against whatever region the request names, so any one does.
REGION = "us-east-1"


class SignedSession:
    """HTTP to one gateway, each request signed (AWS signature 4) and repeated while its fault is transient."""

    def __init__(self, connection: RgwConnection) -> None:
        self._connection = connection
        self._session = lib.requests.Session()
        # .netrc or a proxy's user must not take the place of the signature.
        self._session.auth = _no_auth
        self._signer = lib.S3SigV4Auth(lib.Credentials(connection.access_key, connection.secret_key), "s3", REGION)

    def send(
        self,
        method: str,
        path: str,
        subject: str,
        doing: str,
        params: Mapping[str, str],
        body: bytes = b"",
    ) -> requests.Response:
        """The answer (2xx).

        :param path: absolute, already quoted.
        :param subject: the object, and ``doing`` what is done to it (``read it``), for the error.
        :raises DiagnosisError: for any other answer, with the gateway's code in it, or none.
        """
        return retry(lambda: self._once(method, path, subject, doing, params, body), self._connection.backoff)

    def _once(
        self,
        method: str,
        path: str,
        subject: str,
        doing: str,
        params: Mapping[str, str],
        body: bytes,
    ) -> requests.Response:
        url = f"{self._connection.endpoint_url}{path}"
        request = lib.AWSRequest(method=method, url=url, params=dict(params), data=body)
        self._signer.add_auth(request)
        prepared = request.prepare()
        try:
            answer = self._session.request(
                method,
                prepared.url,
                data=body,
                headers=dict(prepared.headers),
                timeout=self._connection.timeout,
                verify=self._connection.verify,
                allow_redirects=False,
            )
        except lib.requests.exceptions.RequestException as error:
            raise unreachable(self._connection, error) from error
        if answer.ok and not answer.is_redirect:
            return answer
        code, message = error_of(answer)
        raise refused(self._connection, subject, doing, code, answer.status_code, message)


def error_of(answer: requests.Response) -> tuple[str, str]:
    """Code and message of a gateway's error, told as XML by its S3 side and as JSON by its admin side; may be empty."""
    try:
        told: Any = answer.json()
        return str(told.get("Code") or ""), str(told.get("Message") or "")
    except (ValueError, AttributeError):
        pass
    try:
        root = parse_xml(answer.content)
    except ValueError:
        return "", ""
    return root.findtext(".//{*}Code") or "", root.findtext(".//{*}Message") or ""


def _no_auth(request: Any) -> Any:
    return request
