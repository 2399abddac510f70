# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python library of the Kafka modules, imported once, so that a missing one becomes a hint and not a traceback."""

from __future__ import annotations

import traceback

IMPORT_ERRORS: dict[str, str | None] = {"kafka-python": None}

try:
    from kafka import admin, errors
    from kafka.net.sasl.scram import ScramClient
except ImportError:
    IMPORT_ERRORS["kafka-python"] = traceback.format_exc()

__all__ = ["IMPORT_ERRORS", "ScramClient", "admin", "errors"]
