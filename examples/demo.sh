#!/bin/sh
# The whole way in one go: look at the spec, plan, apply on the local cloud, and ask the application.
set -eu
app=examples/guestbook
hivemind="${BIN:-.venv/bin}/hivemind"

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { say "$@"; shift; "$hivemind" "$@"; }

run hivemind init "$app"
run hivemind plan "$app"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
say hivemind apply "$app" --yes
"$hivemind" apply "$app" --yes | tee "$said"
url=$(sed -n 's/^URL: //p' "$said" | tail -n 1)
test -n "$url"

ask() { "${BIN:-.venv/bin}/python" - "$@" <<'PY'
import sys
from urllib.request import ProxyHandler, Request, build_opener

url, body = sys.argv[1], sys.argv[2].encode() if sys.argv[2:] else None
request = Request(url, body, {"Content-Type": "application/json"} if body else {})
with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
    print(answer.read().decode().strip())
PY
}
say "curl --json '{\"name\": \"you\", \"message\": \"hello\"}' $url/api/entries"
ask "$url/api/entries" '{"name": "you", "message": "hello"}'
say "curl $url/api/entries"
ask "$url/api/entries"
say "curl $url/healthz"
ask "$url/healthz"

row() { printf '  %-52s %s\n' "$1" "$2"; }
printf '\nIt runs. Look further:\n'
row "open $url" "the guestbook, through the load balancer"
row "$hivemind plan $app" "what would change now: nothing"
row "$hivemind emulator status" "the local cloud, and how any AWS client reaches it"
printf '%s\n' "Take it all down again, with a final snapshot of the database:"
printf '  %s\n' "$hivemind destroy $app --yes"
