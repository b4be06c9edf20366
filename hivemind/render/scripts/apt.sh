# shellcheck shell=bash
# What Debian and Ubuntu do alike, sourced by the image.sh of each, which names the agents that its image lacks.

# At its first start a machine may be updating itself, and only one may install at a time. What dpkg says of every
# package would push the rest out of the console; errors are said all the same.
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 "$@" >/dev/null
}

# install_packages PACKAGE...: these, and what every machine needs, whatever the application is written in.
install_packages() {
  local agent
  apt update
  apt install --no-install-recommends logrotate "$@"
  if [[ -n "$ROOT" ]]; then
    return
  fi
  for agent in $(agents "$(dpkg --print-architecture)"); do
    install_agent "$agent"
  done
}

# install_agent URL: a package of AWS's own, which no distribution has. The local cloud has no use for them.
install_agent() {
  local file="$HOME_FOLDER/${1##*/}"
  curl -sSfL --retry 5 -o "$file" "$1"
  apt install --no-install-recommends "$file"
}

# signal CODE REASON: tells the stack whether this instance serves. AWS's cfn-signal does not run on Python 3.12.
signal() {
  local status=SUCCESS
  if (($1 != 0)); then
    status=FAILURE
  fi
  aws cloudformation signal-resource --region "$HM_REGION" --stack-name "$HM_STACK" \
    --logical-resource-id "$HM_RESOURCE" --unique-id "$HM_INSTANCE" --status "$status"
}
