"""Before the only gateway starts: take the queues of notifications from the one that died.

A gateway holds each queue by a lock. One that was killed can't give it back, and the lock ends 90 s after its last sign of
life (measured on 20.2.4); until then no film would be announced. Should the other one live after all, it notices within
30 s that it has lost the lock, and some notifications are sent twice, which costs nothing but the second sending.
"""

import json
import subprocess
from typing import Any

RADOS = ("rados", "--name", "client.rgw.lab", "--pool", "default.rgw.log", "--namespace", "notif")


def rados(*arguments: str) -> str:
    """What the command prints; a failure ends the program, and the pod tries again."""
    return subprocess.run([*RADOS, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def answer(*arguments: str) -> Any:
    """What the command prints, parsed."""
    return json.loads(rados(*arguments))


for queue in rados("ls").splitlines():
    for lock in answer("lock", "list", queue)["locks"]:
        for holder in answer("lock", "info", queue, lock["name"])["lockers"]:
            print(f"Taking queue {queue} from {holder['name']}", flush=True)  # noqa: T201 - the pod's log
            rados("lock", "break", queue, lock["name"], holder["name"], "--lock-cookie", holder["cookie"])
