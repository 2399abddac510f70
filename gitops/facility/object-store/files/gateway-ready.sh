#!/bin/bash
# A bucket that can't be there: the answer 404 means that the gateway asked the store and got an answer. The name must be
# a new one each time, because the gateway remembers what it didn't find.
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'HEAD /readiness-%s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$EPOCHSECONDS" >&3
read -r _ status _ <&3
[[ $status == 404 ]]
