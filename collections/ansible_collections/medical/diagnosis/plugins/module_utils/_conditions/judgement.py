# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an object of any kind has come as far as is wished, told from its phase or from one of its conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.outcomes import (
    DONE,
    Judge,
    Outcome,
    condition_of,
    describe,
    failed,
    unknown,
    waiting,
)

Object = Mapping[str, Any]

# Conditions that are bad news when they are True.
BAD_NEWS = re.compile(r"(Fail|Degraded|Error|Unhealthy|NotReady|Blocked)")
NAMED = 3

MISSING_CURE = "Check that what creates it has done so, and that the name and the namespace are right."
CONTROLLER_CURE = "Check that its operator runs, and look at the operator's log."
LOOK_CURE = "Look at it with `kubectl describe {kind} {name}{namespace}`, and at its operator's log."


def reached(options: Mapping[str, Any]) -> Judge:
    """The judge of one object of the module resource_condition, by that object's options."""

    def judge(found: Object | None) -> Outcome:
        if found is None:
            return waiting("it doesn't exist", cure=MISSING_CURE)
        generation, seen = found["metadata"].get("generation", 0), _status(found).get("observedGeneration")
        if seen is not None and seen < generation:
            said = f"its operator has seen generation {seen}, the newest is {generation}"
            return unknown(said, cure=CONTROLLER_CURE)
        return _phase(found, options) if options["phases"] else _condition(found, options)

    return judge


def phase_of(found: Object | None) -> str:
    """The object's phase; empty for none."""
    return str(_status(found or {}).get("phase") or "")


def _phase(found: Object, options: Mapping[str, Any]) -> Outcome:
    """How far the object is by its phase."""
    phase = phase_of(found)
    if phase in options["phases"]:
        return DONE
    said = "; ".join([f"phase is {phase}" if phase else "it has no phase yet", *_news(found)])
    if phase and phase in options["failed_phases"]:
        return failed(said, cure=_look(options), grace=options["failed_timeout"] or 0)
    return waiting(said, cure=_look(options) if phase else CONTROLLER_CURE)


def _condition(found: Object, options: Mapping[str, Any]) -> Outcome:
    """How far the object is by its condition."""
    name = options["condition"]
    present = condition_of(found, name)
    if present is None:
        return _without(found, options)
    if present.get("status") == options["status"]:
        return DONE
    # a summary such as Ready often only repeats what another one says better
    said = "; ".join(dict.fromkeys([describe(present), *_news(found)]))
    if present.get("status") != "Unknown" and options["failed_timeout"] is not None:
        return failed(said, cure=_look(options), grace=options["failed_timeout"])
    return waiting(said, cure=_look(options))


def _without(found: Object, options: Mapping[str, Any]) -> Outcome:
    """How far an object without the condition is: not yet, unless another one says why, as AMQ Streams' NotReady does."""
    news = _news(found)
    said = "; ".join([f"it has no condition {options['condition']} yet", *news])
    if news and options["failed_timeout"] is not None:
        return failed(said, cure=_look(options), grace=options["failed_timeout"])
    return waiting(said, cure=_look(options) if news else CONTROLLER_CURE)


def _news(found: Object) -> list[str]:
    """The conditions that say what is missing or broken, the first few of them."""
    conditions = _status(found).get("conditions") or []
    bad = [each for each in conditions if (each.get("status") == "True") is bool(BAD_NEWS.search(each.get("type", "")))]
    return [describe(each) for each in bad][:NAMED]


def _look(options: Mapping[str, Any]) -> str:
    namespace = f" -n {options['namespace']}" if options["namespace"] else ""
    return LOOK_CURE.format(kind=options["kind"].lower(), name=options["name"], namespace=namespace)


def _status(found: Object) -> Mapping[str, Any]:
    return found.get("status") or {}
