"""What ends up in a container's log."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
from facility_messaging.logs import log_as_json
log_as_json()
for logger in ("aiokafka.conn", "event_source.delivery"):
    for _ in range(3):
        logging.getLogger(logger).warning("again %s", 5, extra={"offset": 7})
logging.getLogger("aiokafka.conn").debug("not of interest")
logging.getLogger("aiokafka.conn").warning("something else")
"""


def test_a_line_is_a_json_object_and_repetitions_of_the_client_s_are_held_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": ":".join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["logger"], line["message"]) for line in lines] == [
        ("aiokafka.conn", "again 5"),
        *[("event_source.delivery", "again 5")] * 3,
        ("aiokafka.conn", "something else"),
    ]
    assert lines[0]["level"] == "WARNING"
    assert lines[0]["offset"] == 7
    assert lines[0]["time"]
