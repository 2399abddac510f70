# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python libraries of the RGW modules, imported once, so that a missing one becomes a hint and not a traceback."""

from __future__ import annotations

import traceback

IMPORT_ERRORS: dict[str, str | None] = {"boto3": None, "requests": None}

try:
    import boto3
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError
    from botocore.exceptions import ConnectionError as BotoConnectionError
    from botocore.parsers import ResponseParserError
except ImportError:
    IMPORT_ERRORS["boto3"] = traceback.format_exc()

try:
    import requests
except ImportError:
    IMPORT_ERRORS["requests"] = traceback.format_exc()

__all__ = [
    "IMPORT_ERRORS",
    "AWSRequest",
    "BotoConnectionError",
    "BotoCoreError",
    "ClientError",
    "Config",
    "Credentials",
    "HTTPClientError",
    "ResponseParserError",
    "S3SigV4Auth",
    "SSLError",
    "boto3",
    "requests",
]
