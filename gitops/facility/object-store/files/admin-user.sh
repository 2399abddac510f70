#!/bin/sh
# Before the gateway: the user of the Admin Ops API, with the key of Secret rgw-admin. Written as a whole each time, so a
# changed Secret takes effect with the next pod, and through a pipe, so that no process list shows the key.
set -eu
printf '{"data": {
  "user_id": "admin", "display_name": "Admin Ops API", "type": "rgw", "path": "/",
  "op_mask": "read, write, delete", "max_buckets": 1000,
  "keys": [{"user": "admin", "access_key": "%s", "secret_key": "%s", "active": true}],
  "caps": [{"type": "users", "perm": "*"}, {"type": "buckets", "perm": "*"},
           {"type": "metadata", "perm": "*"}, {"type": "usage", "perm": "*"}]
}}' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" | radosgw-admin --name client.rgw.lab metadata put user:admin
