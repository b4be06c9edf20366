#!/usr/bin/env bash
set -eu
port="${PORT:-9000}"
# exec python app.py
while true; do
  echo -e "HTTP/1.1 200 OK\r\n\r\nok" | nc -l -p "$port"
done
