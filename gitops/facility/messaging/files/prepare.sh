#!/bin/sh
# Before each start: completes the configuration, and formats the volume if it is new. Passwords go through files in
# memory that only this pod sees, never through a command line.
set -eu
config=/etc/kafka/server.properties
umask 077

case $ADMIN_USERNAME$ADMIN_PASSWORD in
*[!A-Za-z0-9._~-]*)
  echo "Secret xray-cluster-admin: use letters, digits and . _ ~ - only; Kafka's own syntax has a meaning for the rest" >&2
  exit 1
  ;;
esac

own_password=$(head -c 24 /dev/urandom | base64 | tr -dc A-Za-z0-9)
plain="org.apache.kafka.common.security.plain.PlainLoginModule required username=\"broker\" password=\"$own_password\" user_broker=\"$own_password\";"
cat /scripts/server.properties - >"$config" <<END
super.users=User:$ADMIN_USERNAME;User:broker
listeners=$LISTENERS
advertised.listeners=$ADVERTISED_LISTENERS
listener.name.controller.plain.sasl.jaas.config=$plain
listener.name.broker.plain.sasl.jaas.config=$plain
END

if [ -e /var/lib/kafka/data/meta.properties ]; then
  exit 0
fi
# Kafka wants 16 bytes in base64 for URLs.
cluster_id=$(head -c 16 /dev/urandom | base64 | tr '/+' '_a' | cut -c 1-22)
arguments=$(dirname "$config")/format
cat >"$arguments" <<END
format
--config=$config
--cluster-id=$cluster_id
--add-scram
SCRAM-SHA-512=[name=$ADMIN_USERNAME,password=$ADMIN_PASSWORD]
END
java -Xmx96m -cp '/opt/kafka/libs/*' kafka.tools.StorageTool "@$arguments"
rm "$arguments"
