# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the clusters' names can be used, and whether each name is a cluster of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, Finding, Verdict

NAME = "name"
IDENTITY = "identity"
# A DNS label (RFC 1123) that leaves room for what the names of Argo CD's applications put behind it.
_FORM = re.compile(r"[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?")
_RULE = "lower case letters, digits and hyphens inside, at most 53"


def judge_names(names: Sequence[str]) -> list[Finding]:
    """What is to be said about each cluster's name."""
    times = Counter(names)
    return [Finding(name, verdict) for name in names for verdict in _judge_name(name, times[name])]


def _judge_name(name: str, times: int) -> Iterator[Verdict]:
    rename = "Rename the host in the inventory, or set facility_name."
    well_formed = _FORM.fullmatch(name) is not None
    if not well_formed:
        yield Verdict(NAME, ERROR, f"'{name}'", _RULE, rename)
    if times > 1:
        yield Verdict(NAME, ERROR, f"{times} clusters have it", "one cluster", rename)
    elif well_formed:
        yield Verdict(NAME, OK, name, _RULE)


def judge_identities(identities: Mapping[str, str]) -> list[Finding]:
    """One finding for each cluster whose identity is known.

    :param identities: by name, the UID of the cluster's namespace kube-system, which no two clusters share.
    """
    findings = []
    for name, uid in identities.items():
        twins = [other for other, its in identities.items() if its == uid and other != name]
        if twins:
            cure = "Correct kubeconfig and context of one of them; without a context it is the file's current one."
            verdict = Verdict(IDENTITY, ERROR, f"the same cluster as {', '.join(twins)}", "a cluster of its own", cure)
        else:
            verdict = Verdict(IDENTITY, OK, uid, "a cluster of its own")
        findings.append(Finding(name, verdict))
    return findings
