"""When the next film is due, without drift and without making up for an outage by a flood."""

from __future__ import annotations

from dataclasses import dataclass

#: Films that may be late; what is later than that is left out.
LATE = 5


@dataclass
class Schedule:
    """Due times, in seconds of a monotonic clock.

    :param due: when the next film is due.
    """

    films_per_second: float
    due: float

    def advance(self, now: float) -> None:
        """Set the time of the film after the one that has just been sent."""
        interval = 1 / self.films_per_second
        self.due = max(self.due + interval, now - LATE * interval)
