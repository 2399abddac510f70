# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.medical.diagnosis.plugins.module_utils._gitops_cluster.validation import (
    normal_server,
    validate_present,
)
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError


def cluster(name: str = "east", server: str | None = "https://east:6443", validity: str = "24h") -> dict[str, Any]:
    return {"name": name, "server": server, "validity": validity}


@pytest.mark.parametrize(
    "server", ["https://east:6443", "https://east", "https://[::1]:6443", "https://proxy/clusters/east"]
)
@pytest.mark.parametrize("validity", ["10m", "600s", "24h", "1h30m"])
def test_good_clusters(server: str, validity: str) -> None:
    validate_present([cluster(server=server, validity=validity), cluster("west", "https://west:6443")])


@pytest.mark.parametrize(
    ("clusters", "problem"),
    [
        ([cluster(server=None)], "it has no server"),
        ([cluster(server="http://east:6443")], "has scheme http"),
        ([cluster(server="east:6443")], "has no scheme"),
        ([cluster(server="https://")], "no address of an API server"),
        ([cluster(server="https://east:port")], "is no address"),
        ([cluster(server="https://u:p@east")], "names a user"),
        ([cluster(server="https://east?a=b")], "no address of an API server"),
        ([cluster(validity="")], "is no duration"),
        ([cluster(validity="1d")], "is no duration"),
        ([cluster(validity="9m59s")], "is too short"),
        ([cluster(), cluster(server="https://other")], "it is listed 2 times"),
        ([cluster(), cluster("west", "https://EAST:6443/")], "'east', 'west': they have the same server"),
    ],
)
def test_bad_clusters(clusters: list[dict[str, Any]], problem: str) -> None:
    with pytest.raises(DiagnosisError, match=problem) as caught:
        validate_present(clusters)
    assert caught.value.cure


def test_a_password_in_an_address_is_not_told_on() -> None:
    with pytest.raises(DiagnosisError) as caught:
        validate_present([cluster(server="https://user:secret@east")])
    assert "secret" not in str(caught.value)


def test_two_spellings_of_one_address() -> None:
    assert normal_server("https://EAST:6443/") == normal_server("https://east:6443")
    assert normal_server("https://proxy/a") != normal_server("https://proxy/b")
