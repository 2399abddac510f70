# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of each object, and how it is told to Ansible: changed, one item an object, one diff an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

State = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One object before and after.

    A service's pure ``plan`` makes them from what is wanted and what is there, its ``apply`` writes those that differ.

    :param name: the object, unique among those of a task.
    :param before: its state as compared, without secrets; None where it doesn't exist.
    :param after: the state that is wanted, in the same terms; None where it is to go.
    :param result: what the module returns about it besides name, action and differences.
    :param hidden: what differs and can't be shown, such as ``password``; an object with an entry here is an update.
    :param payload: what ``apply`` needs to write it, as the service likes it; never shown.
    """

    name: str
    before: State | None
    after: State | None
    result: State = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    payload: Any = None

    @property
    def action(self) -> str:
        """``create``, ``update``, ``delete`` or ``none``."""
        if self.before is None:
            return "none" if self.after is None else "create"
        if self.after is None:
            return "delete"
        return "update" if self.differences else "none"

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.action != "none"

    @property
    def differences(self) -> list[str]:
        """Dotted paths of what an update writes, sorted; empty for a creation or a deletion."""
        if self.before is None or self.after is None:
            return []
        return sorted({*_differing(self.before, self.after), *self.hidden})

    def as_item(self) -> dict[str, Any]:
        """What the module returns about the object."""
        return {
            **self.result,
            "name": self.name,
            "action": self.action,
            "changed": self.changed,
            "differences": self.differences,
        }

    def as_diff(self) -> dict[str, Any]:
        """The object's part of Ansible's ``--diff``; what can't be shown appears by name with its value masked."""
        return {
            "before_header": self.name,
            "after_header": self.name,
            "before": self._shown(self.before, "********"),
            "after": self._shown(self.after, "******** (new)"),
        }

    def _shown(self, state: State | None, mask: str) -> State:
        return {} if state is None else {**state, **dict.fromkeys(self.hidden, mask)}


class Report:
    """The changes of a task that were written, or in check mode would be, in order.

    :param key: the name under which the module returns the items, such as ``topics``.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._changes: list[Change] = []

    def record(self, change: Change) -> None:
        """Note that ``change`` is done (or needed nothing)."""
        self._changes.append(change)

    def as_result(self, *, diff: bool) -> dict[str, Any]:
        """The keyword arguments of ``exit_json``: changed, the items, and with ``diff`` a diff of each changed object."""
        result: dict[str, Any] = {
            "changed": any(change.changed for change in self._changes),
            self._key: [change.as_item() for change in self._changes],
        }
        if diff:
            result["diff"] = [change.as_diff() for change in self._changes if change.changed]
        return result


def _differing(before: State, after: State, path: str = "") -> Iterator[str]:
    """Dotted paths at which two mappings differ, going into mappings that both have."""
    for key in {*before, *after}:
        here = f"{path}{key}"
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differing(old, new, f"{here}.")
        elif old != new:
            yield here
