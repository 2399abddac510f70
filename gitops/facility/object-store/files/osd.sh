#!/bin/sh
# The monitors hand out the OSD's number once; asked again for the same uuid they give the same.
set -eu
until id=$(ceph --connect-timeout 5 osd new "$(cat /var/lib/ceph/osd.uuid)"); do
  echo "The monitor doesn't answer yet" >&2
  sleep 1
done
[ "$id" = 0 ] || { echo "The monitor calls this OSD $id, its store is number 0" >&2; exit 1; }
exec ceph-osd --foreground --id 0
