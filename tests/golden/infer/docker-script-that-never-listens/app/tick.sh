#!/bin/sh
set -eu
: "${KEEP:?how many days}"
while :; do
  psql "$DATABASE_URL" -f /opt/prune.sql
  sleep "${PAUSE:-3600}"
done
