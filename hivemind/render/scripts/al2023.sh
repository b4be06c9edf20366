# shellcheck shell=bash
# What Amazon Linux 2023 does in a way of its own. A release carries it as image.sh.

if [[ -z "$ROOT" ]]; then
  export PATH="/opt/aws/bin:$PATH"
fi

# install_packages PACKAGE...: these, and what every machine needs, whatever the application is written in.
install_packages() {
  dnf -y -q install aws-cfn-bootstrap amazon-cloudwatch-agent logrotate "$@"
}

# signal CODE REASON: tells the stack whether this instance serves.
signal() {
  cfn-signal -e "$1" --stack "$HM_STACK" --resource "$HM_RESOURCE" --region "$HM_REGION" ${2:+--reason "$2"}
}
