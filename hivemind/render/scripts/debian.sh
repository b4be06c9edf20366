# shellcheck shell=bash
# What Debian does in a way of its own. A release carries it as image.sh.

# shellcheck source=hivemind/render/scripts/apt.sh
source "$HERE/apt.sh"

# agents ARCHITECTURE: where the CloudWatch agent and the SSM agent are.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/download-cloudwatch-agent-commandline.html
# https://docs.aws.amazon.com/systems-manager/latest/userguide/agent-install-deb.html
agents() {
  local s3="s3.$HM_REGION.amazonaws.com"
  echo "https://amazoncloudwatch-agent-$HM_REGION.$s3/debian/$1/latest/amazon-cloudwatch-agent.deb"
  echo "https://$s3/amazon-ssm-$HM_REGION/latest/debian_$1/amazon-ssm-agent.deb"
}
