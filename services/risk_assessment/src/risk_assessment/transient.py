"""Faults that pass: the same event, sent again later, can succeed."""

from __future__ import annotations


class TransientFaultError(RuntimeError):
    """Store or database don't answer, or refuse for now; the message holds no object keys."""
