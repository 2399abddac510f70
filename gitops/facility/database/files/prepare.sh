#!/bin/sh
# Before each start: makes the database on a new volume, and gives the role the password of the Secret. All without a
# server, so that nobody can connect halfway; interrupted, it begins again.
set -eu
bin=/usr/lib/postgresql/15/bin
data=/var/lib/postgresql/data

case $DATABASE_USER$DATABASE_NAME in
*[!a-z0-9_]*)
  echo "Secret db-secret: database-user and database-db may have small letters, digits and _ only" >&2
  exit 1
  ;;
esac
password=$(printf %s "$DATABASE_PASSWORD" | sed "s/'/''/g")

# One statement a line. An error ends it, and is reported without the statement, which may hold the password.
sql() {
  "$bin/postgres" --single -D "$1" -c exit_on_error=true -c log_min_error_statement=panic postgres >/dev/null
}

if [ ! -d "$data" ]; then
  rm -rf "$data.new"
  "$bin/initdb" --pgdata="$data.new" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth-local=peer --auth-host=scram-sha-256
  sql "$data.new" <<END
CREATE ROLE "$DATABASE_USER" LOGIN
CREATE DATABASE "$DATABASE_NAME" OWNER "$DATABASE_USER"
REVOKE ALL ON DATABASE "$DATABASE_NAME" FROM PUBLIC
END
  mv "$data.new" "$data"
fi

sql "$data" <<END
ALTER ROLE "$DATABASE_USER" PASSWORD '$password'
END
