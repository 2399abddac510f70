# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest
import yaml
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.hub_kubeconfig import agent_of, authorities
from ansible_collections.medical.diagnosis.plugins.module_utils._preflight.registration import (
    Agent,
    Hub,
    judge_registration,
)

CA = "-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n"
OTHER_CA = CA.replace("QUJD", "WFla")
HUB = Hub("https://127.0.0.1:6443", authorities(CA), {"east": True, "west": False})


def kubeconfig(server: str, bundle: str) -> str:
    data = base64.b64encode(bundle.encode()).decode()
    return yaml.safe_dump(
        {
            "current-context": "b",
            "contexts": [{"name": "b", "context": {"cluster": "hub", "user": "agent"}}],
            "clusters": [
                {"name": "old", "cluster": {"server": "https://old.example"}},
                {"name": "hub", "cluster": {"server": server, "certificate-authority-data": data}},
            ],
        }
    )


def test_the_hub_of_a_kubeconfig() -> None:
    agent = agent_of("east", kubeconfig("https://hub.example:6443", CA))
    assert agent == Agent("east", "https://hub.example:6443", frozenset({"QUJDREVG"}))
    assert HUB.is_hub_of(agent)
    assert not HUB.is_hub_of(agent_of("east", kubeconfig("https://hub.example:6443", OTHER_CA)))
    assert HUB.is_hub_of(agent_of("east", kubeconfig(HUB.server, "")))


@pytest.mark.parametrize("content", ["", "a: b: c", "[]", "clusters: []", "clusters: [{name: a}]", "clusters: 3"])
def test_a_kubeconfig_that_leads_nowhere(content: str) -> None:
    assert agent_of("east", content) == Agent("east")


OURS = ("https://hub.example", authorities(CA))
THEIRS = ("https://theirs.example", authorities(OTHER_CA))


@pytest.mark.parametrize(
    ("name", "agent", "hub", "level", "said"),
    [
        ("north", None, HUB, "ok", "not registered yet"),
        ("east", None, None, "ok", "not registered yet"),
        ("east", None, HUB, "error", "another cluster of this name"),
        ("west", None, HUB, "warning", "never joined"),
        ("east", Agent("east", *OURS), HUB, "ok", "registered with this hub"),
        ("east", Agent("", *OURS), HUB, "ok", "registered with this hub"),
        ("east", Agent("north", *OURS), HUB, "error", "as 'north'"),
        ("north", Agent("north", *OURS), HUB, "warning", "the hub doesn't know it"),
        ("east", Agent("east", *THEIRS), HUB, "error", "managed by https://theirs.example as 'east'"),
        ("east", Agent("east", *THEIRS), None, "warning", "managed by https://theirs.example"),
        ("east", Agent("east"), HUB, "warning", "knows no hub"),
    ],
)
def test_judgement(name: str, agent: Agent | None, hub: Hub | None, level: str, said: str) -> None:
    verdict = judge_registration(name, agent, hub)
    assert verdict.level == level
    assert said in verdict.found
    assert bool(verdict.cure) is (level != "ok")
