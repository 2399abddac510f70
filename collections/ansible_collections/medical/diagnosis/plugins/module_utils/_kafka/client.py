# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to a cluster's administration (kafka-python), opened when first used and always closed."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ansible_collections.medical.diagnosis.plugins.module_utils._kafka import libraries as lib
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.faults import told_by_broker
from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.login import check_reachable
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.retry import retry

if TYPE_CHECKING:
    from ansible_collections.medical.diagnosis.plugins.module_utils._kafka.connection import KafkaConnection

T = TypeVar("T")

_MILLISECONDS = 1000


class KafkaClient:
    """Calls kafka-python's administration client; every fault is a DiagnosisError. Use it in a ``with`` block."""

    def __init__(self, connection: KafkaConnection) -> None:
        self.connection = connection
        self._admin: Any = None
        # kafka-python tells of every attempt; what matters is in the errors.
        logging.getLogger("kafka").addHandler(logging.NullHandler())
        logging.getLogger("kafka").propagate = False

    def __enter__(self) -> KafkaClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def call(self, subject: str, doing: str, call: Callable[[Any], T]) -> T:
        """What ``call`` returns for kafka-python's client, repeated while its fault is transient.

        :param subject: the object, and ``doing`` what is done to it (``read it``), for the error.
        """

        def once() -> T:
            admin = self._open()
            try:
                return call(admin)
            except lib.errors.KafkaError as error:
                raise told_by_broker(self.connection, subject, doing, error) from error

        return retry(once, self.connection.backoff)

    def _open(self) -> Any:
        if self._admin is None:
            check_reachable(self.connection)
            self._admin = self._bootstrap()
        return self._admin

    def _bootstrap(self) -> Any:
        connection = self.connection
        timeout = int(connection.timeout * _MILLISECONDS)
        try:
            return lib.admin.KafkaAdminClient(
                bootstrap_servers=connection.addresses,
                security_protocol=connection.security_protocol,
                sasl_mechanism=connection.sasl_mechanism if connection.sasl else None,
                sasl_plain_username=connection.username,
                sasl_plain_password=connection.password,
                ssl_context=connection.ssl_context,
                # The only one that ends the search for a broker.
                bootstrap_timeout_ms=timeout,
                request_timeout_ms=timeout,
            )
        except lib.errors.KafkaError as error:
            raise DiagnosisError(
                connection.subject,
                f"a broker is there and doesn't serve within {connection.timeout:g} s",
                f"It may still be starting; or its listener isn't one of security_protocol {connection.security_protocol}",
                transient=True,
            ) from error
