# shellcheck shell=bash
# What Amazon Linux 2023 does in a way of its own. A release carries it as image.sh.

if [[ -z "$ROOT" ]]; then
  export PATH="/opt/aws/bin:$PATH"
fi

# install_packages PACKAGE...: these, and what every machine needs, whatever the application is written in.
install_packages() {
  local package
  dnf -y -q install aws-cfn-bootstrap amazon-cloudwatch-agent logrotate "$@"
  for package in "$@"; do
    if [[ -z "$ROOT" && "$package" =~ ^ruby[0-9.]+$ ]]; then
      name_rubys_tools "$package"
    fi
  done
}

# name_rubys_tools RUBY: they may be there with a version in front only.
# https://docs.aws.amazon.com/linux/al2023/ug/ruby.html
name_rubys_tools() {
  local tool
  for tool in bundle bundler gem rake; do
    if ! type "$tool" >/dev/null 2>&1; then
      ln -sf "/usr/bin/$1-$tool" "/usr/local/bin/$tool"
    fi
  done
}

# signal CODE REASON: tells the stack whether this instance serves.
signal() {
  cfn-signal -e "$1" --stack "$HM_STACK" --resource "$HM_RESOURCE" --region "$HM_REGION" ${2:+--reason "$2"}
}
