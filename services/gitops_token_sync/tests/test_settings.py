"""What the environment may say."""

from __future__ import annotations

from pathlib import Path

import pytest
from gitops_token_sync.settings import SERVICE_ACCOUNT, Settings


@pytest.fixture(autouse=True)
def kubernetes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    for name in ("SERVICE_ACCOUNT_FOLDER", "ARGOCD_NAMESPACE", "ACCOUNT", "RESYNC_SECONDS", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_not_set_has_a_default() -> None:
    assert Settings.from_environment() == Settings("https://10.0.0.1:443", SERVICE_ACCOUNT)


def test_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("SERVICE_ACCOUNT_FOLDER", "/a")
    monkeypatch.setenv("ARGOCD_NAMESPACE", "gitops")
    monkeypatch.setenv("ACCOUNT", "b")
    monkeypatch.setenv("RESYNC_SECONDS", "60")
    monkeypatch.setenv("PORT", "9000")
    assert Settings.from_environment() == Settings("https://[fd00::1]:443", Path("/a"), "gitops", "b", 60, 9000)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "soon", "²"])
def test_a_wrong_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("RESYNC_SECONDS", value)
    with pytest.raises(ValueError, match="RESYNC_SECONDS must be a whole number"):
        Settings.from_environment()


def test_outside_of_kubernetes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST")
    with pytest.raises(ValueError, match="KUBERNETES_SERVICE_HOST must be set"):
        Settings.from_environment()
