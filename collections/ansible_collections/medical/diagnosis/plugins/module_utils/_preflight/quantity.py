# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes' quantities, such as ``500m`` and ``4Gi``: read exactly, written for people."""

from __future__ import annotations

import re
from fractions import Fraction

from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

_FORM = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


def parse_quantity(text: str | float) -> Fraction:
    """The number that a quantity stands for.

    :raises DiagnosisError: where it is none.
    """
    match = _FORM.fullmatch(str(text).strip())
    if match is None:
        raise DiagnosisError(f"Quantity '{text}'", "it is none", "Write it as Kubernetes does, such as 500m or 4Gi.")
    number, exponent, suffix = match.groups()
    if exponent is not None:
        return Fraction(f"{number}e{exponent}")
    if suffix in _BINARY:
        return Fraction(number) * (1 << _BINARY[suffix])
    return Fraction(f"{number}e{_DECIMAL.get(suffix, 0)}")


def cores(quantity: Fraction) -> str:
    """Processor time as people write it: ``1.25 CPU``."""
    return f"{float(quantity):.2f}".rstrip("0").rstrip(".") + " CPU"


def bytes_of_memory(quantity: Fraction) -> str:
    """Memory as people write it: ``3.5 GiB``."""
    return f"{float(quantity) / 2**30:.1f} GiB"


def number(quantity: Fraction) -> str:
    """Things that are counted: ``25``."""
    return str(round(quantity))
