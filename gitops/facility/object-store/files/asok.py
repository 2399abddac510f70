"""Ask a Ceph daemon through its admin socket how it is.

usage: asok.py DAEMON COMMAND FIELD [VALUE...]     for example: asok.py osd.0 status state active

Exit 0 when the daemon answers and the field of its answer is one of the values, or has any value where none is named.
A connection to the port wouldn't do: the OSD listens long before the monitors let it serve.
"""

import json
import socket
import sys

daemon, command, field, *wanted = sys.argv[1:]
try:
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(4)
        channel.connect(f"/run/ceph/{daemon}.asok")
        channel.sendall(json.dumps({"prefix": command}).encode() + b"\0")
        with channel.makefile("rb") as answer:
            length = int.from_bytes(answer.read(4), "big")
            value = str(json.loads(answer.read(length))[field])
except (OSError, ValueError, KeyError) as error:
    sys.exit(f"{daemon} doesn't tell its {field}: {error}")
if wanted and value not in wanted:
    sys.exit(f"{daemon}: {field} is {value}, not {' or '.join(wanted)}")
