# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cluster has room: what its schedulable nodes can take, less what others' pods have asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Callable

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, Verdict
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.quantity import (
    bytes_of_memory,
    cores,
    number,
    parse_quantity,
)

Object = Mapping[str, Any]
Amounts = dict[str, Fraction]

# What can be asked for, and how people write it.
RESOURCES: dict[str, Callable[[Fraction], str]] = {"cpu": cores, "memory": bytes_of_memory, "pods": number}
KEEPS_PODS_AWAY = frozenset({"NoSchedule", "NoExecute"})
OVER = frozenset({"Succeeded", "Failed"})


def needed_amounts(wanted: Mapping[str, str | None]) -> Amounts:
    """The amounts that are asked for; those that are left open aren't checked.

    :raises DiagnosisError: where one is no quantity.
    """
    return {resource: parse_quantity(amount) for resource, amount in wanted.items() if amount is not None}


def judge_capacity(
    nodes: Iterable[Object], pods: Iterable[Object], needed: Mapping[str, Fraction], own_namespaces: Iterable[str]
) -> Iterator[Verdict]:
    """One verdict for each resource that is needed.

    :param own_namespaces: pods in these are what the room is for, so they don't take it from themselves: a cluster that
        is full of what was installed before is not too small for it.
    """
    schedulable = {node["metadata"]["name"]: node for node in nodes if is_schedulable(node)}
    others = [
        pod for pod in pods if _takes_room(pod, schedulable) and pod["metadata"]["namespace"] not in own_namespaces
    ]
    where = f"on {len(schedulable)} schedulable node{'' if len(schedulable) == 1 else 's'}"
    for resource, amount in needed.items():
        show = RESOURCES[resource]
        room = sum((_allocatable(node, resource) for node in schedulable.values()), Fraction(0))
        taken = sum((requested(pod, resource) for pod in others), Fraction(0))
        found = f"{show(max(room - taken, Fraction(0)))} free of {show(room)} {where}"
        if room - taken >= amount:
            yield Verdict(resource, OK, found, show(amount))
        else:
            yield Verdict(
                resource,
                ERROR,
                found,
                show(amount),
                "Add a node, make one schedulable again (kubectl uncordon), take other pods off the cluster, or ask for less.",
            )


def is_schedulable(node: Object) -> bool:
    """Whether pods that tolerate nothing in particular may be put on a node."""
    spec = node["spec"]
    conditions = {one["type"]: one["status"] for one in (node.get("status") or {}).get("conditions") or []}
    tainted = any(taint["effect"] in KEEPS_PODS_AWAY for taint in spec.get("taints") or [])
    return conditions.get("Ready") == "True" and not spec.get("unschedulable") and not tainted


def requested(pod: Object, resource: str) -> Fraction:
    """What the scheduler sets aside for a pod, by its rule.

    Init containers run one after the other, each beside the sidecars that were started before it.
    """
    if resource == "pods":
        return Fraction(1)
    spec = pod["spec"]
    sidecars = peak = Fraction(0)
    for container in spec.get("initContainers") or []:
        amount = _request(container, resource)
        if container.get("restartPolicy") == "Always":
            sidecars += amount
            peak = max(peak, sidecars)
        else:
            peak = max(peak, sidecars + amount)
    running = sidecars + sum((_request(container, resource) for container in spec["containers"]), Fraction(0))
    return max(peak, running) + parse_quantity((spec.get("overhead") or {}).get(resource, 0))


def _takes_room(pod: Object, schedulable: Mapping[str, Object]) -> bool:
    """Whether it is, or waits to be, on one of the nodes that count."""
    node = pod["spec"].get("nodeName")
    return (pod.get("status") or {}).get("phase") not in OVER and (node is None or node in schedulable)


def _allocatable(node: Object, resource: str) -> Fraction:
    return parse_quantity(node["status"]["allocatable"].get(resource, 0))


def _request(container: Object, resource: str) -> Fraction:
    """A container's request; a limit without one is one."""
    resources = container.get("resources") or {}
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    return parse_quantity(requests.get(resource, limits.get(resource, 0)))
