# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the function found: the rows of the table ``assessments`` in a facility's database."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

IMPORT_ERROR: str | None = None
try:
    import psycopg
    from psycopg.rows import dict_row
except ImportError:
    IMPORT_ERROR = traceback.format_exc()

# One film may have been read twice under the same key with another content: the ETag tells which is meant.
QUERY = """
SELECT DISTINCT ON (key, etag) key, etag, risk, label, latency_ms, model_name, model_version, model_digest, revision,
       processed_key, anonymized_key
FROM assessments
WHERE bucket = %(bucket)s AND key = ANY(%(keys)s) AND etag = ANY(%(etags)s)
ORDER BY key, etag, assessed_at DESC
"""


class Assessments:
    """A facility's rows.

    :param url: the database as a libpq URL; its password never appears in an error.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout

    def find(self, bucket: str, keys: Iterable[str], etags: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
        """The newest row of each film that is read by now, by key and ETag."""
        parameters = {"bucket": bucket, "keys": list(keys), "etags": list(etags)}
        try:
            with psycopg.connect(
                self._url, connect_timeout=max(2, round(self._timeout)), row_factory=dict_row
            ) as connection:
                rows = connection.execute(QUERY, parameters).fetchall()
        except psycopg.OperationalError as error:
            raise DiagnosisError(
                f"database '{self._where()}'",
                "can't be reached, or refuses the user",
                "Check the address, user and password of database_url, and that the database runs.",
                transient=True,
            ) from error
        except psycopg.errors.UndefinedTable as error:
            raise DiagnosisError(
                f"database '{self._where()}'",
                "has no table 'assessments'",
                "Run site.yml: its migrations make the table.",
            ) from error
        return {(row["key"], row["etag"]): row for row in rows}

    def _where(self) -> str:
        """The database's address without user and password."""
        try:
            parts = psycopg.conninfo.conninfo_to_dict(self._url)
        except psycopg.ProgrammingError:
            return "database_url"
        return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
