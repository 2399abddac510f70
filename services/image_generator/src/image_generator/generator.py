"""Send films when they are due, until told to stop."""

from __future__ import annotations

import logging
import random
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from image_generator import film
from image_generator.schedule import Schedule

if TYPE_CHECKING:
    from image_generator.settings import Settings

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Generator:
    """A modality that never tires.

    :param stop: set from outside to end it after the film that is under way.
    """

    def __init__(self, settings: Settings, stop: threading.Event, chance: random.Random) -> None:
        self._settings = settings
        self._stop = stop
        self._chance = chance
        self._sources = sorted(settings.folder.rglob("*.jpeg"))
        if not self._sources:
            raise FileNotFoundError(f"no *.jpeg in {settings.folder}")
        self._store: Any = boto3.client(
            "s3",
            endpoint_url=settings.endpoint,
            region_name="default",
            config=Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 1}),
        )
        self.sent = 0

    def run(self) -> None:
        """Send films until stopped; with a rate of 0 just wait for that."""
        if not self._settings.films_per_second:
            log.info("FILMS_PER_SECOND is 0: sending nothing")
            self._stop.wait()
            return
        schedule = Schedule(self._settings.films_per_second, time.monotonic())
        while not self._stop.wait(max(0, schedule.due - time.monotonic())):
            self._send(self._chance.choice(self._sources))
            schedule.advance(time.monotonic())

    def _send(self, source: Path) -> None:
        """Put one film; tries until it is stored or the generator is stopped."""
        identity = film.Identity.invent(self._chance)
        content = film.make(source, identity, self._chance)
        pause = FIRST_PAUSE
        while True:
            try:
                self._store.put_object(Bucket=self._settings.bucket, Key=identity.file_name, Body=content)
            except (BotoCoreError, ClientError) as error:
                log.warning("the object store did not take a film (%s); again in %.1f s", type(error).__name__, pause)
                if self._stop.wait(pause):
                    return
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self.sent += 1
                return
