# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a facility has besides its cluster: an object store, brokers, a database; whether this machine reaches them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.contact import (
    Contact,
    look_at,
    parse_address,
    trusting_all,
)
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.expiry import certificate_end, judge_expiry
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

NOT_YET = "Nothing, where the site playbook is about to bring it up."


def check_endpoint(endpoint: Mapping[str, Any], timeout: float, now: datetime, notice: timedelta) -> Iterator[Verdict]:
    """Look at an endpoint and judge it; never raises, whatever is wrong with it."""
    name, url = endpoint["name"], endpoint["url"]
    try:
        contact = look_at(parse_address(url), _context(endpoint), timeout)
    except DiagnosisError as error:
        yield absent(endpoint, error.problem, error.cure)
        return
    yield judge_contact(endpoint, contact)
    if contact.certificate is not None:
        cure = "Renew it."
        yield judge_expiry(f"{name} certificate", certificate_end(contact.certificate), now, notice, cure)


def judge_contact(endpoint: Mapping[str, Any], contact: Contact) -> Verdict:
    """The verdict about an endpoint that let us in: any answer that is not a server's trouble is one."""
    if contact.status is not None and contact.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return absent(endpoint, f"it answered HTTP {contact.status}", "See what it says in its log.")
    how = "it lets connections in" if contact.status is None else f"HTTP {contact.status}"
    return Verdict(endpoint["name"], OK, f"{how}, after {1000 * contact.seconds:.0f} ms", endpoint["url"])


def absent(endpoint: Mapping[str, Any], problem: str, cure: str) -> Verdict:
    """The verdict about an endpoint that isn't (yet) as it shall be."""
    if endpoint["required"]:
        return Verdict(endpoint["name"], ERROR, problem, endpoint["url"], cure)
    return Verdict(endpoint["name"], WARNING, problem, endpoint["url"], f"{NOT_YET} Otherwise: {cure}")


def _context(endpoint: Mapping[str, Any]) -> ssl.SSLContext:
    """TLS with the trust that the endpoint's options ask for.

    :raises DiagnosisError: where its file of authorities can't be used.
    """
    if not endpoint["validate_certs"]:
        return trusting_all()
    try:
        return ssl.create_default_context(cafile=endpoint["ca_cert"] or None)
    except (OSError, ssl.SSLError) as error:
        raise DiagnosisError(
            f"File {endpoint['ca_cert']}", f"ca_cert '{endpoint['ca_cert']}' can't be used: {error}", "Correct ca_cert."
        ) from error
