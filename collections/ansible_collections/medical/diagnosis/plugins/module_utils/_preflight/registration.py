# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hub, if any, manages a facility's cluster already, and whether its name on this hub is free."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.finding import ERROR, OK, WARNING, Verdict

CHECK = "registration"
EXPECTED = "not registered, or with this hub"


@dataclass(frozen=True)
class Agent:
    """A facility's klusterlet.

    :param cluster_name: the name it registers its cluster under; empty where it may choose one.
    :param hub_server: API server of its hub; empty where it can't be told.
    :param hub_authorities: the certificate authorities by which it trusts that server.
    """

    cluster_name: str
    hub_server: str = ""
    hub_authorities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hub:
    """What the hub knows.

    :param server: address of its API server, as this machine has it.
    :param authorities: the certificate authorities that its pods trust.
    :param joined: name of each managed cluster -> whether its agent has ever joined.
    """

    server: str
    authorities: frozenset[str] = frozenset()
    joined: dict[str, bool] = field(default_factory=dict)

    def is_hub_of(self, agent: Agent) -> bool:
        """Whether an agent's hub is this one; its address differs with where one looks from, its authority doesn't."""
        return bool(self.authorities & agent.hub_authorities) or self.server == agent.hub_server


def judge_registration(name: str, agent: Agent | None, hub: Hub | None) -> Verdict:
    """The verdict about a facility; ``hub`` is None where it couldn't be asked."""
    if agent is None:
        return _judge_newcomer(name, hub)
    if agent.hub_server and hub is not None and hub.is_hub_of(agent):
        return _judge_own(name, agent, hub)
    if not agent.hub_server:
        cure = "A klusterlet without its hub is left of an earlier import: playbooks/onboard.yml goes on with it."
        return Verdict(CHECK, WARNING, "a klusterlet that knows no hub", EXPECTED, cure)
    managed = f"managed by {agent.hub_server} as '{agent.cluster_name}'"
    if hub is None:
        cure = "Whether that is this hub couldn't be told: mend the hub first."
        return Verdict(CHECK, WARNING, managed, EXPECTED, cure)
    cure = "Take it out there first (playbooks/offboard.yml with that hub's inventory), or remove it from this one."
    return Verdict(CHECK, ERROR, managed, EXPECTED, cure)


def _judge_own(name: str, agent: Agent, hub: Hub) -> Verdict:
    """The verdict about a cluster whose klusterlet belongs to this hub."""
    if agent.cluster_name and agent.cluster_name != name:
        cure = f"Name the host '{agent.cluster_name}', or take it out under that name first."
        return Verdict(CHECK, ERROR, f"registered with this hub as '{agent.cluster_name}'", f"'{name}'", cure)
    if name not in hub.joined:
        cure = "The hub has lost it, or it is half taken out: playbooks/onboard.yml registers it again."
        return Verdict(CHECK, WARNING, "it has this hub's klusterlet, and the hub doesn't know it", EXPECTED, cure)
    return Verdict(CHECK, OK, "registered with this hub", EXPECTED)


def _judge_newcomer(name: str, hub: Hub | None) -> Verdict:
    """The verdict about a cluster without a klusterlet."""
    if hub is None or name not in hub.joined:
        return Verdict(CHECK, OK, "not registered yet", EXPECTED)
    if hub.joined[name]:
        cure = "Choose another name, or take the facility that has it out first (playbooks/offboard.yml)."
        return Verdict(CHECK, ERROR, "the hub has another cluster of this name", EXPECTED, cure)
    cure = "An import stopped half-way: playbooks/onboard.yml goes on where it did."
    return Verdict(CHECK, WARNING, "known to the hub, never joined", EXPECTED, cure)
