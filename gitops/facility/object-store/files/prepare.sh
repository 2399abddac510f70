#!/bin/sh
# Before each start: makes the stores of monitor and OSD on the volume if there are none, and tells the monitor the
# address at which it is known. Interrupted anywhere, it begins again where it was: a store gets its name only when whole.
set -eu
state=/var/lib/ceph
keyring=/etc/ceph-keyring/keyring
conf=/etc/ceph/ceph.conf
monmap=/etc/ceph/monmap

new_uuid() {
  [ -s "$1" ] || { cat /proc/sys/kernel/random/uuid >"$1.new" && mv "$1.new" "$1"; }
}

# The monitor's address is in every map of the cluster, and a pod's changes with each pod: so it is known by its
# Service's, and listens on the pod's.
address=$(getent ahostsv4 ceph-mon | awk 'NR == 1 { print $1 }')
[ -n "$address" ] || { echo "The Service ceph-mon has no address yet" >&2; exit 1; }

new_uuid "$state/cluster.uuid"
new_uuid "$state/osd.uuid"
cat /scripts/ceph.conf - >"$conf" <<END

[global]
fsid = $(cat "$state/cluster.uuid")
public_addr = $POD_IP
[mon]
public_addr = $address
public_bind_addr = $POD_IP
END

if [ ! -d "$state/mon" ]; then
  echo "Making the monitor's store"
  rm -rf "$state/mon.new"
  monmaptool --create --clobber --fsid "$(cat "$state/cluster.uuid")" --addv a "[v2:$address:3300]" "$monmap"
  ceph-mon --mkfs --id a --mon-data "$state/mon.new" --monmap "$monmap" --keyring "$keyring"
  mv "$state/mon.new" "$state/mon"
else
  ceph-mon --id a --extract-monmap "$monmap"
  if ! monmaptool --print "$monmap" | grep -qF "[v2:$address:3300/0]"; then
    echo "The Service ceph-mon was made anew: moving the monitor to $address"
    monmaptool --rm a "$monmap"
    monmaptool --addv a "[v2:$address:3300]" "$monmap"
    ceph-mon --id a --inject-monmap "$monmap"
  fi
fi

if [ ! -d "$state/osd" ]; then
  echo "Making the OSD's store"
  rm -rf "$state/osd.new"
  mkdir "$state/osd.new"
  ceph-osd --mkfs --no-mon-config --id 0 --osd-data "$state/osd.new" --osd-uuid "$(cat "$state/osd.uuid")" --bluestore-block-size "$OSD_SIZE"
  mv "$state/osd.new" "$state/osd"
fi
mkdir -p "$state/mgr"
