# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""boto3 at a gateway: one way to make its clients, and one place where their faults become errors for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable, Literal, TypeVar

from ansible_collections.medical.diagnosis.plugins.module_utils._rgw import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.faults import no_gateway, refused, unreachable
from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.signed import REGION
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import retry

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._rgw.connection import RgwConnection

T = TypeVar("T")


class BotoClient:
    """A boto3 client of the gateway; may be used by several threads."""

    def __init__(self, connection: RgwConnection, service: Literal["s3", "sns"]) -> None:
        self._connection = connection
        self.api: Any = lib.boto3.client(
            service,
            endpoint_url=connection.endpoint_url,
            aws_access_key_id=connection.access_key,
            aws_secret_access_key=connection.secret_key,
            region_name=REGION,
            verify=connection.verify,
            config=lib.Config(
                connect_timeout=connection.timeout,
                read_timeout=connection.timeout,
                # Repeating is done in one place, which knows the time limit.
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )

    def call(self, subject: str, doing: str, call: Callable[[], T]) -> T:
        """What ``call`` returns, repeated while its fault is transient.

        :param subject: the object, and ``doing`` what is done to it (``read it``), for the error.
        :raises DiagnosisError: with the gateway's code in it, where it answered.
        """

        def once() -> T:
            try:
                return call()
            except lib.ClientError as error:
                # SNS errors lack the element that boto3 looks for on Ceph 16 and 18: the code is at the top there.
                told: Mapping[str, Any] = error.response.get("Error") or error.response
                code, message = str(told.get("Code") or ""), str(told.get("Message") or "")
                status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                raise refused(self._connection, subject, doing, code, status, message) from error
            except (lib.BotoConnectionError, lib.HTTPClientError) as error:
                raise unreachable(self._connection, error) from error
            except (lib.BotoCoreError, lib.ResponseParserError) as error:
                raise no_gateway(self._connection, subject) from error

        return retry(once, self._connection.backoff)
