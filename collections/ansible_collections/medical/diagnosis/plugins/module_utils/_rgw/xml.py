# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML of a gateway, read in one place."""

from __future__ import annotations

from xml.etree import ElementTree


def parse_xml(body: bytes) -> ElementTree.Element:
    """The root element; raises ValueError for anything but XML. Search it with ``{*}name``: namespaces vary by version."""
    try:
        # The gateway is trusted with the keys already, and expat from 2.4.1 on stops entity bombs.
        return ElementTree.fromstring(body)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
