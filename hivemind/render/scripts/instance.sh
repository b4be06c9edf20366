# shellcheck shell=bash disable=SC2034
# What the builder and the instances of the application do alike. Sourced by scripts that run with -euo pipefail.
#
# INSTANCE_ROOT stands for / on the local cloud and is empty on AWS, where everything is the same otherwise.

ROOT="${INSTANCE_ROOT:-}"
HOME_FOLDER="$ROOT/opt/hivemind"
APP="$HOME_FOLDER/app"
RUN="$ROOT/run/hivemind"
LOGS="$ROOT/var/log/hivemind"
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if [[ -z "$ROOT" ]]; then
  export PATH="/opt/aws/amazon-cloudwatch-agent/bin:$PATH"
fi
# shellcheck source=hivemind/render/scripts/al2023.sh
source "$HERE/image.sh"

# Sets the HM_* of one service, see `release.py`.
load_service() {
  # shellcheck disable=SC1090
  source "$HERE/services/$1.sh"
}

# Asks the instance metadata service, version 2.
metadata() {
  local base="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254/}latest" token
  token="$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/api/token")"
  curl -sf -H "X-aws-ec2-metadata-token: $token" "$base/meta-data/$1"
}

# ship_logs FILE: has the CloudWatch agent send what is appended to FILE to this machine's stream of HM_LOG_GROUP.
# An application that serves but cannot be heard is better than none, so a failure here is only said.
ship_logs() {
  local config="$HOME_FOLDER/agent.json" traces=""
  if [[ -n "${HM_XRAY:-}" ]]; then
    traces=', "traces": {"traces_collected": {"xray": {}}}'
  fi
  cat >"$config" <<JSON
{"logs": {"force_flush_interval": 5, "logs_collected": {"files": {"collect_list": [
  {"file_path": "$1", "log_group_name": "$HM_LOG_GROUP", "log_stream_name": "$HM_INSTANCE"}
]}}}$traces}
JSON
  amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c "file:$config" >/dev/null ||
    echo "The log agent did not start; logs stay on this machine."
}

# relocate VENV: a virtual environment names the place it was made at. On AWS that is the same on every machine; on the
# local cloud each has a root of its own.
relocate() {
  local made_at file
  made_at="$(<"$HERE/made-at")"
  if [[ "$made_at" == "$APP" ]]; then
    return
  fi
  for file in "$1"/bin/* "$1"/lib/python*/site-packages/{*.pth,__editable__*}; do
    if [[ -f "$file" && ! -L "$file" ]] && grep -qIF "$made_at" "$file"; then
      sed -i "s|$made_at|$APP|g" "$file"
    fi
  done
}

# Puts the tools of a service first: its virtual environment, its node modules. What Bundler and Mix need at the start,
# too, is kept in the service's folder, where the release holds it.
use_tools() {
  cd "$APP/$HM_PATH" || return
  export PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"
  case "$HM_RUNTIME_LANGUAGE" in
    ruby) export BUNDLE_PATH="${BUNDLE_PATH:-vendor/bundle}" ;;
    elixir) export MIX_HOME="$PWD/.mix" HEX_HOME="$PWD/.hex" ;;
  esac
}

# become COMMAND: turns this process into a command of the loaded service, in the environment `environment` wrote.
become() {
  set -a
  # shellcheck disable=SC1090
  source "$RUN/$HM_SERVICE.env" || exit
  set +a
  use_tools || exit
  exec bash -c "$1"
}
