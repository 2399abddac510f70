"""The service as it runs, against an API server that fails when told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer, unused_port
from gitops_token_sync.api import Api
from gitops_token_sync.service import serve_probes
from gitops_token_sync.settings import Settings
from gitops_token_sync.sync import TokenSync

from services.gitops_token_sync.tests.scripted_api import ScriptedApi


def register(api: ScriptedApi, cluster: str, used: str = "old") -> None:
    """What the module writes."""
    config = json.dumps({"bearerToken": used, "tlsClientConfig": {"caData": "UEVN"}}, sort_keys=True)
    api.put(
        "argocd",
        f"cluster-{cluster}",
        {"name": cluster, "config": config},
        labels={"argocd.argoproj.io/secret-type": "cluster"},
        annotations={"medical.diagnosis/managed-service-account": f"{cluster}/argocd-manager"},
    )


def report(api: ScriptedApi, cluster: str, token: str) -> None:
    """What the add-on writes."""
    api.put(cluster, "argocd-manager", {"token": token, "ca.crt": "PEM"})


def token_of(api: ScriptedApi, cluster: str) -> str:
    """What Argo CD logs in with."""
    return str(json.loads(api.read("argocd", f"cluster-{cluster}")["config"])["bearerToken"])


async def until(condition: Callable[[], bool]) -> None:
    """Return when ``condition`` holds."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it hasn't come about within 20 s")


@asynccontextmanager
async def running(api: ScriptedApi, folder: Path, resync: int = 300) -> AsyncIterator[Settings]:
    """The service, probes included, with a server that has no TLS."""
    (folder / "token").write_text("identity\n")
    async with TestServer(api.application()) as server:
        settings = Settings(str(server.make_url("")), identity=folder, resync=resync, port=unused_port())
        async with aiohttp.ClientSession(settings.server) as session:
            sync = TokenSync(Api(session, settings))
            runner = await serve_probes(sync, settings.port)
            task = asyncio.create_task(sync.run())
            try:
                yield settings
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                await runner.cleanup()


async def health(settings: Settings) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{settings.port}/healthz") as answer:
        return answer.status, await answer.text()


@pytest.fixture
def api() -> ScriptedApi:
    api = ScriptedApi()
    register(api, "east")
    report(api, "east", "old")
    return api


async def test_a_token_that_was_renewed_while_the_service_was_down(api: ScriptedApi, tmp_path: Path) -> None:
    report(api, "east", "new")
    async with running(api, tmp_path):
        await until(lambda: token_of(api, "east") == "new")


async def test_tokens_that_are_renewed_while_it_runs(api: ScriptedApi, tmp_path: Path) -> None:
    register(api, "west")
    async with running(api, tmp_path) as settings:
        await until(lambda: api.watches == 1)
        assert api.patches == []
        report(api, "west", "new")
        report(api, "east", "newer")
        await until(lambda: token_of(api, "west") == "new" and token_of(api, "east") == "newer")
        assert len(api.patches) == 2
        assert (await health(settings))[0] == 200


async def test_what_somebody_has_changed_is_set_right(api: ScriptedApi, tmp_path: Path) -> None:
    async with running(api, tmp_path, resync=1):
        await until(lambda: api.watches == 1)
        register(api, "east", "by hand")
        await until(lambda: token_of(api, "east") == "old")


async def test_a_write_of_somebody_elses_is_not_lost(api: ScriptedApi, tmp_path: Path) -> None:
    def label_it() -> None:
        api.before_patch = lambda: None
        secret = api.secrets["argocd", "cluster-east"]["metadata"]
        secret["labels"]["wave"] = "canary"
        secret["resourceVersion"] = "1000"

    api.before_patch = label_it
    report(api, "east", "new")
    async with running(api, tmp_path):
        await until(lambda: token_of(api, "east") == "new")
    assert api.secrets["argocd", "cluster-east"]["metadata"]["labels"]["wave"] == "canary"


async def test_one_cluster_that_cannot_be_written_does_not_stop_the_others(api: ScriptedApi, tmp_path: Path) -> None:
    report(api, "not-registered", "t")
    register(api, "west")
    report(api, "east", "new")
    report(api, "west", "new")
    api.faults["PATCH"] = [422]
    async with running(api, tmp_path) as settings:
        await until(lambda: "new" in (token_of(api, "east"), token_of(api, "west")))
        await until(lambda: api.watches == 1)
        assert (await health(settings))[0] == 200


@pytest.mark.parametrize("fault", [401, 500, 503])
async def test_an_api_server_that_fails_is_tried_again(api: ScriptedApi, tmp_path: Path, fault: int) -> None:
    report(api, "east", "new")
    api.faults["GET"] = [fault]
    async with running(api, tmp_path) as settings:
        await until(lambda: not api.faults["GET"])
        status, reason = await health(settings)
        assert status == 503
        assert f"GET /api/v1/secrets: {fault} scripted {fault}" in reason
        await until(lambda: token_of(api, "east") == "new")
        await until(lambda: api.watches == 1)
        assert (await health(settings))[0] == 200


async def test_a_watch_that_is_too_old_begins_anew(api: ScriptedApi, tmp_path: Path) -> None:
    async with running(api, tmp_path):
        await until(lambda: api.watches == 1)
        await api.end_watches()
        await until(lambda: api.watches == 0)
        report(api, "east", "new")
        await until(lambda: token_of(api, "east") == "new")
