# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes import libraries
from ansible_collections.medical.diagnosis.plugins.module_utils._kubernetes.connection import connect
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError

OPTIONS: dict[str, Any] = {
    "kubeconfig": None,
    "context": None,
    "host": None,
    "api_key": None,
    "client_cert": None,
    "client_key": None,
    "ca_cert": None,
    "validate_certs": None,
    "timeout": 1.0,
    "retry_timeout": 0.0,
}


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The configurations of the clients that are made."""
    made: list[Any] = []
    client = libraries.ApiClient

    def note(configuration: Any) -> Any:
        made.append(configuration)
        return client(configuration)

    monkeypatch.setattr(libraries, "ApiClient", note)
    return made


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    content = {
        "current-context": "hub",
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": "admin"}} for name in ("hub", "facility-east")
        ],
        "clusters": [
            {"name": name, "cluster": {"server": f"https://{name}.example:6443", "insecure-skip-tls-verify": True}}
            for name in ("hub", "facility-east")
        ],
        "users": [{"name": "admin", "user": {"token": "from-file"}}],
    }
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_the_kubeconfig_s_current_context_is_the_default(kubeconfig: Path, configured: list[Any]) -> None:
    connect({**OPTIONS, "kubeconfig": str(kubeconfig), "context": ""})
    assert configured[0].host == "https://hub.example:6443"
    assert configured[0].auth_settings()["BearerToken"]["value"] == "Bearer from-file"
    assert configured[0].verify_ssl is False


def test_options_go_before_what_the_kubeconfig_says(kubeconfig: Path, configured: list[Any]) -> None:
    own = {"context": "facility-east", "api_key": "own", "validate_certs": True}
    connect({**OPTIONS, "kubeconfig": str(kubeconfig), **own})
    assert configured[0].host == "https://facility-east.example:6443"
    assert configured[0].auth_settings()["BearerToken"]["value"] == "Bearer own"
    assert configured[0].verify_ssl is True


def test_with_a_host_no_kubeconfig_is_read(configured: list[Any]) -> None:
    connect({**OPTIONS, "kubeconfig": "/nowhere", "host": "https://api.example/", "api_key": "own"})
    assert configured[0].host == "https://api.example"


def test_a_host_without_scheme() -> None:
    with pytest.raises(DiagnosisError, match=r"Write host as https://name:port\."):
        connect({**OPTIONS, "host": "api.example:6443"})


def test_a_kubeconfig_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DiagnosisError, match="there is no such file"):
        connect({**OPTIONS, "kubeconfig": str(tmp_path / "nothing")})


def test_a_context_that_is_not_there(kubeconfig: Path) -> None:
    with pytest.raises(DiagnosisError, match=r"no context 'west'\. Its contexts are: hub, facility-east\."):
        connect({**OPTIONS, "kubeconfig": str(kubeconfig), "context": "west"})


@pytest.mark.parametrize("content", ["", "text", "- a\n- b", "a: [", "\0", "current-context: x\ncontexts: 5", "{}"])
def test_a_file_that_is_no_kubeconfig(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DiagnosisError, match="it can't be used"):
        connect({**OPTIONS, "kubeconfig": str(path)})


@pytest.mark.parametrize("option", ["ca_cert", "client_cert", "client_key"])
def test_a_certificate_that_is_not_there(kubeconfig: Path, tmp_path: Path, option: str) -> None:
    with pytest.raises(DiagnosisError, match=rf"there is no such file\. Correct {option}\."):
        connect({**OPTIONS, "kubeconfig": str(kubeconfig), option: str(tmp_path / "nothing")})
