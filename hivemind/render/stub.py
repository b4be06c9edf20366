"""User data: a few lines that fetch a tree, check it and hand over to the script inside it.

Everything that can be wrong or change lives in the tree, which a release seals; what stands here is frozen with the
launch template. The text is that of an `Fn::Sub`, so `${Name}` is CloudFormation's and `${!NAME}` the shell's.

Amazon Linux has the AWS command line and `cfn-signal`. Debian and Ubuntu have neither: the command line is a package of
Debian's, and a snap of AWS's where Ubuntu 24.04 has none; and it signals too, since AWS's helper scripts do not run on
their Python.
https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html
https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2025
"""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model import names
from hivemind.model.findings import ServiceFindings
from hivemind.model.image import ImageName
from hivemind.model.live import Colour
from hivemind.render.scope import Scope

_COMMAND_LINE: Mapping[ImageName, str] = {
    "al2023": "",
    "debian": (
        "apt-get -qq update && "
        "apt-get -qqy -o DPkg::Lock::Timeout=300 install --no-install-recommends awscli curl >/dev/null\n"
    ),
    "ubuntu": "snap install aws-cli --classic; PATH=$PATH:/snap/bin\n",
}

_SIGNAL = """\
PATH=$PATH:/opt/aws/bin cfn-signal -e 1 --stack $HM_STACK --resource $HM_RESOURCE --region $HM_REGION \
--reason 'the built tree is missing or damaged'
"""

_SIGNAL_RESOURCE = """\
echo 'the built tree is missing or damaged'
aws cloudformation signal-resource --stack-name $HM_STACK --logical-resource-id $HM_RESOURCE --region $HM_REGION \
--status FAILURE --unique-id $(cat $INSTANCE_ROOT/var/lib/cloud/data/instance-id)
"""

_APP = """\
#!/bin/bash
export {variables}
{command_line}mkdir -p "$INSTANCE_ROOT/opt/hivemind/app" && cd "$_" &&
aws s3 cp --only-show-errors --region $HM_REGION "s3://$HM_BUCKET/${{!HM_PREFIX}}built/$HM_RELEASE.tar.gz" ../tree &&
echo "$HM_CHECKSUM  ../tree" | sha256sum -c --quiet && tar xzf ../tree && exec .hivemind-release/bootstrap
{signal}"""

_BUILDER = """\
#!/bin/bash
export {variables}
shutdown -h +60
{command_line}imds=${{!AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254/}}latest
token=$(curl -sfX PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 3600' "$imds/api/token")
meta() {{ curl -sf -H "X-aws-ec2-metadata-token: $token" "$imds/meta-data/$1"; }}
export HM_INSTANCE=$(meta instance-id) HM_RELEASE=$(meta tags/instance/{release_tag})
mkdir -p "$INSTANCE_ROOT/opt/hivemind/app" && cd "$_" &&
aws s3 cp --only-show-errors --region $HM_REGION "s3://$HM_BUCKET/${{!HM_PREFIX}}bundles/$HM_RELEASE.tar.gz" ../tree &&
echo "$HM_RELEASE  ../tree" | sha256sum -c --quiet && tar xzf ../tree && exec .hivemind-release/build
echo '{{"phase": "fetch", "exit": 1, "log": "the source bundle is missing or damaged"}}' > ../failure
aws s3 cp --only-show-errors --region $HM_REGION ../failure \
"s3://$HM_BUCKET/${{!HM_PREFIX}}failures/$HM_RELEASE/$HM_INSTANCE.json"
shutdown -h now
"""


LOCAL_START_SECONDS = "${!HM_START_SECONDS:-60}"
"""How long an application may take to answer on this machine; on AWS the bootstrap is more patient."""


def app_stub(scope: Scope, service: ServiceFindings, colour: Colour) -> str:
    """The user data of one colour's instances."""
    variables = {
        "SERVICE": service.name,
        "COLOUR": colour,
        "RELEASE": f"${{{names.for_colour(colour, 'Release')}}}",
        "CHECKSUM": f"${{{names.for_colour(colour, 'Checksum')}}}",
        **_everywhere(scope, database=scope.uses_database(service)),
        "STACK": "${AWS::StackName}",
        "RESOURCE": names.for_colour(colour, "Group"),
        "LOG_GROUP": "${LogGroup}",
    }
    if scope.environment.is_local:
        variables["START_SECONDS"] = LOCAL_START_SECONDS
    if scope.environment.monitoring.xray:
        variables["XRAY"] = "1"
    image = scope.spec.image
    signal = _SIGNAL if image == "al2023" else _SIGNAL_RESOURCE
    return _APP.format(variables=_exports(variables), command_line=_COMMAND_LINE[image], signal=signal)


def builder_stub(scope: Scope) -> str:
    """The user data of the builder, which ends itself: at the end of its work, or after an hour."""
    variables = {
        **_everywhere(scope, database=scope.database is not None),
        "LOG_GROUP": f"${{{names.BUILDER_LOGS}}}",
    }
    command_line = _COMMAND_LINE[scope.spec.image]
    return _BUILDER.format(variables=_exports(variables), command_line=command_line, release_tag=names.TAG_RELEASE)


def _everywhere(scope: Scope, *, database: bool) -> dict[str, str]:
    return {
        "BUCKET": f"${{{names.ARTIFACT_BUCKET}}}",
        "PREFIX": scope.prefix,
        "REGION": "${AWS::Region}",
        "DATABASE_SECRET": "${DatabaseSecret}" if database else "",
    }


def _exports(variables: Mapping[str, str]) -> str:
    return " ".join(f"HM_{name}={value}" for name, value in variables.items())
