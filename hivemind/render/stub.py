"""User data: a few lines that fetch a tree, check it and hand over to the script inside it.

Everything that can be wrong or change lives in the tree, which a release seals; what stands here is frozen with the
launch template. The text is that of an `Fn::Sub`, so `${Name}` is CloudFormation's and `${!NAME}` the shell's.
"""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.model import names
from hivemind.model.live import Colour

_APP = """\
#!/bin/bash
export {variables}
mkdir -p "$INSTANCE_ROOT/opt/hivemind/app" && cd "$_" &&
aws s3 cp --only-show-errors --region $HM_REGION "s3://$HM_BUCKET/${{!HM_PREFIX}}built/$HM_RELEASE.tar.gz" ../tree &&
echo "$HM_CHECKSUM  ../tree" | sha256sum -c --quiet && tar xzf ../tree && exec .hivemind-release/bootstrap
PATH=$PATH:/opt/aws/bin cfn-signal -e 1 --stack $HM_STACK --resource $HM_RESOURCE --region $HM_REGION \
--reason 'the built tree is missing or damaged'
"""

_BUILDER = """\
#!/bin/bash
export {variables}
shutdown -h +60
imds=${{!AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254/}}latest
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


def app_stub(service: str, colour: Colour, prefix: str, *, database: bool, xray: bool) -> str:
    """The user data of one colour's instances."""
    variables = {
        "SERVICE": service,
        "COLOUR": colour,
        "RELEASE": f"${{{names.for_colour(colour, 'Release')}}}",
        "CHECKSUM": f"${{{names.for_colour(colour, 'Checksum')}}}",
        **_everywhere(prefix, database=database),
        "STACK": "${AWS::StackName}",
        "RESOURCE": names.for_colour(colour, "Group"),
        "LOG_GROUP": "${LogGroup}",
    }
    if xray:
        variables["XRAY"] = "1"
    return _APP.format(variables=_exports(variables))


def builder_stub(prefix: str, *, database: bool) -> str:
    """The user data of the builder, which ends itself: at the end of its work, or after an hour."""
    variables = {**_everywhere(prefix, database=database), "LOG_GROUP": f"${{{names.BUILDER_LOGS}}}"}
    return _BUILDER.format(variables=_exports(variables), release_tag=names.TAG_RELEASE)


def _everywhere(prefix: str, *, database: bool) -> dict[str, str]:
    return {
        "BUCKET": f"${{{names.ARTIFACT_BUCKET}}}",
        "PREFIX": prefix,
        "REGION": "${AWS::Region}",
        "DATABASE_SECRET": "${DatabaseSecret}" if database else "",
    }


def _exports(variables: Mapping[str, str]) -> str:
    return " ".join(f"HM_{name}={value}" for name, value in variables.items())
