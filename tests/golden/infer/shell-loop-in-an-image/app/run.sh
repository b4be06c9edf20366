#!/bin/sh
: "${BUCKET:?BUCKET is missing}"
while true; do
  dump.sh
  sleep "${INTERVAL:-86400}"
done
