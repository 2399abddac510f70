"""Brings each token into the cluster Secret it belongs into: all of them now and then, one as soon as it changes."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from prometheus_client import Counter, Gauge

from gitops_token_sync.api import Api, ApiError
from gitops_token_sync.cluster_secret import ForeignSecretError, expiry_of, name_for, patch_for

log = logging.getLogger(__name__)

WRITES = Counter("gitops_token_sync_writes", "Cluster Secrets that were given another token")
FAILURES = Counter("gitops_token_sync_failures", "Tokens that couldn't be brought into their cluster Secret")
EXPIRY = Gauge("gitops_token_sync_token_expiry_timestamp_seconds", "When a cluster's token ends", ["cluster"])

#: Attempts at one Secret when somebody else writes it at the same time.
ATTEMPTS = 3
#: Seconds between attempts to reach the API server, doubling from the first to the second.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class TokenSync:
    """Copies tokens until it is cancelled."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._problem: str | None = "hasn't compared anything yet"
        self._known: set[str] = set()

    @property
    def problem(self) -> str | None:
        """Why tokens aren't copied now; None while they are."""
        return self._problem

    async def run(self) -> None:
        """Compare everything, watch for a while, and so on; a fault is waited out."""
        failures = 0
        while True:
            try:
                await self._round()
                failures = 0
            except ApiError as error:
                self._problem = str(error)
                failures += 1
                pause = random.uniform(0.5, 1.0) * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 10))
                log.warning(
                    "tokens aren't copied, trying again", extra={"reason": str(error), "pause": round(pause, 1)}
                )
                await asyncio.sleep(pause)

    async def _round(self) -> None:
        found, version = await self._api.token_secrets()
        self._forget({secret["metadata"]["namespace"] for secret in found})
        for secret in found:
            await self._bring(secret)
        self._problem = None
        async for secret in self._api.changed_token_secrets(version):
            await self._bring(secret)

    async def _bring(self, token_secret: Mapping[str, Any]) -> None:
        """Bring one token into its Secret. What is wrong with one cluster is no reason to stop for the others."""
        cluster, name = token_secret["metadata"]["namespace"], name_for(token_secret)
        try:
            written = await self._write(name, token_secret)
        except ForeignSecretError as error:
            log.warning("left alone", extra={"secret": name, "reason": str(error)})
            return
        except ApiError as error:
            if error.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                # Not registered with Argo CD, or not yet: the module gives the right together with the Secret.
                log.info("not registered", extra={"secret": name, "reason": str(error)})
                return
            FAILURES.inc()
            if error.status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
                log.warning(
                    "not written, to be tried again with the next comparison",
                    extra={"secret": name, "reason": str(error)},
                )
                return
            raise
        self._known.add(cluster)
        EXPIRY.labels(cluster).set(expiry_of(token_secret))
        if written:
            WRITES.inc()
            log.info("token renewed", extra={"secret": name, "cluster": cluster})

    async def _write(self, name: str, token_secret: Mapping[str, Any]) -> bool:
        """Whether there was anything to write."""
        for attempt in range(1, ATTEMPTS + 1):
            patch = patch_for(await self._api.cluster_secret(name), token_secret)
            if patch is None:
                return False
            try:
                await self._api.write(name, patch)
            except ApiError as error:
                if error.status != HTTPStatus.CONFLICT or attempt == ATTEMPTS:
                    raise
            else:
                return True
        return False

    def _forget(self, clusters: set[str]) -> None:
        """Drop the metrics of clusters that are gone."""
        for cluster in self._known - clusters:
            EXPIRY.remove(cluster)
        self._known &= clusters
