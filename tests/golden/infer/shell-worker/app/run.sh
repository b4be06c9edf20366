#!/bin/sh
: "${TARGET:?}"
interval=${INTERVAL:-60}
while sleep "$interval"; do
  curl -fsS "$TARGET" > /dev/null
done
