#!/bin/sh
# Here and not in an init container: a process that crashed is started again without those.
set -eu
[ "$GATEWAYS" -gt 1 ] || python3 -I /scripts/take-queues.py
exec radosgw --foreground --name client.rgw.lab
