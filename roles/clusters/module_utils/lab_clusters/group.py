"""Clusters of one lab together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from .cluster import Cluster
from .errors import ClusterError
from .kubeconfig import merged, write_private


def plan(clusters: list[Cluster]) -> dict[Cluster, str]:
    """Tell what has to be done for each cluster; one that can't find another that is up starts anew."""
    plans = {cluster: cluster.plan() for cluster in clusters}
    up = [cluster for cluster, todo in plans.items() if todo == "none"]
    lost = [cluster for cluster in up if not all(cluster.finds(other) for other in up if other is not cluster)]
    return plans | dict.fromkeys(lost, "start")


def in_parallel(action: Callable[[Cluster, str], None], plans: dict[Cluster, str]) -> None:
    """Do something for all clusters at the same time; ClusterError tells of every one that it failed for."""
    with ThreadPoolExecutor(len(plans)) as pool:
        attempts = [pool.submit(action, cluster, todo) for cluster, todo in plans.items()]
    failures = []
    for attempt in attempts:
        try:
            attempt.result()
        except ClusterError as error:
            failures.append(str(error))
    if failures:
        raise ClusterError("\n\n".join(failures))


def bring_up(plans: dict[Cluster, str], kubeconfig: Path) -> bool:
    """Do what is planned for each cluster, write the kubeconfig of all and tell whether that changed."""
    in_parallel(Cluster.prepare, plans)
    in_parallel(Cluster.bring_up, plans)
    content = merged([cluster.kubeconfig() for cluster in plans])
    return write_private(kubeconfig, yaml.safe_dump(content, sort_keys=False))
