# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a pod doesn't run. Knative says for up to ten minutes only that it is still deploying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]

# A container that waits for one of these waits for nothing that is wrong.
STARTING = frozenset({"ContainerCreating", "PodInitializing"})


def problems(pod: Tree) -> list[str]:
    """What keeps ``pod`` from running, in words; empty where nothing does."""
    status = pod.get("status") or {}
    containers = [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]
    return [*_scheduling(status), *(problem for container in containers for problem in _container(container))]


def _scheduling(status: Tree) -> Iterator[str]:
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            yield _words(condition.get("reason"), condition.get("message"))


def _container(container: Tree) -> Iterator[str]:
    name = container["name"]
    waiting = (container.get("state") or {}).get("waiting") or {}
    if waiting.get("reason") and waiting["reason"] not in STARTING:
        yield f"container {name}: {_words(waiting['reason'], waiting.get('message'))}"
    for state in ("state", "lastState"):
        ended = (container.get(state) or {}).get("terminated") or {}
        if ended.get("exitCode"):
            yield f"container {name} ended with {_words(str(ended['exitCode']), ended.get('message') or ended.get('reason'))}"


def _words(reason: str | None, message: str | None) -> str:
    return ": ".join(" ".join(part.split()) for part in (reason, message) if part)
