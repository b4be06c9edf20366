# shellcheck shell=bash
# What Ubuntu does in a way of its own. A release carries it as image.sh.

# shellcheck source=hivemind/render/scripts/apt.sh
source "$HERE/apt.sh"

if [[ -z "$ROOT" ]]; then
  export PATH="$PATH:/snap/bin"
fi

# agents ARCHITECTURE: where the CloudWatch agent is; the SSM agent is a snap that every AMI of Ubuntu has.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/download-cloudwatch-agent-commandline.html
# https://docs.aws.amazon.com/systems-manager/latest/userguide/ami-preinstalled-agent.html
agents() {
  local s3="s3.$HM_REGION.amazonaws.com"
  echo "https://amazoncloudwatch-agent-$HM_REGION.$s3/ubuntu/$1/latest/amazon-cloudwatch-agent.deb"
}
