"""What a Prometheus can see."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

EVENTS = Counter("event_source_events", "Events by outcome: done, retried (once per retry) or dead", ["outcome"])
DONE, RETRIED, DEAD = (EVENTS.labels(outcome) for outcome in ("done", "retried", "dead"))
BACKLOG = Gauge("event_source_backlog", "Events that are held in memory: not committed yet, delivered or not")
IN_FLIGHT = Gauge("event_source_in_flight", "Events that are being delivered, pauses between attempts included")
