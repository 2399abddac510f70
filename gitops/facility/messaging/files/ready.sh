#!/bin/bash
# Asks for the API versions, as every client does first. The broker accepts connections before it is ready to serve, but
# answers none; so a port that is open says nothing, an answer says that it has caught up with its own metadata.
# Request: length 10, ApiVersions (18) version 0, correlation id 7, no client id.
exec 3<>/dev/tcp/127.0.0.1/9092
printf '\0\0\0\x0a\0\x12\0\0\0\0\0\x07\xff\xff' >&3
# Answer: 4 bytes length, the correlation id, the error code, which must be 0.
[[ $(head -c 10 <&3 | od -An -tx1 -j4 | tr -d ' \n') == 000000070000 ]]
