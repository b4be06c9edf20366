"""Roles: an instance may do exactly what its script does, named object by named object.

Application instances only read built trees, so none of them can poison what another will run. The builder writes, and
what it publishes can never be overwritten: its permission holds only for conditional writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troposphere import GetAtt, Ref, Sub, Template, iam

from hivemind.model import names

Statement = dict[str, Any]

SESSION_MANAGER = Sub("arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore")
"""Lets operators run commands on an instance without opening a port."""


def add_role(
    template: Template, title: str, statements: Sequence[Statement], *, managed: Sequence[Any] = (), boundary: str = ""
) -> str:
    """A role that EC2 instances take, `<title>Role`, and its profile; returns the profile's logical id.

    `boundary` names the policy that it can never reach beyond.
    """
    role = iam.Role(
        f"{title}Role",
        AssumeRolePolicyDocument=_document(
            [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
        ),
        Policies=[iam.Policy(PolicyName="instance", PolicyDocument=_document(statements))],
    )
    if managed:
        role.ManagedPolicyArns = list(managed)
    if boundary:
        role.PermissionsBoundary = Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{boundary}")
    profile = iam.InstanceProfile(f"{title}Profile", Roles=[Ref(template.add_resource(role))])
    return str(template.add_resource(profile).title)


def read_objects(prefix: str, *folders: str) -> Statement:
    """Read what lies in these folders of a deployment."""
    return _allow(["s3:GetObject"], [_object(f"{prefix}{folder}/*") for folder in folders])


def list_objects(prefix: str) -> Statement:
    """Tell an object that is not there (404) from one that may not be read (403)."""
    statement = _allow(["s3:ListBucket"], [_object(None)])
    return statement | {"Condition": {"StringLike": {"s3:prefix": f"{prefix}*"}}}


def publish_objects(prefix: str, *folders: str) -> Statement:
    """Put objects that do not exist yet; an unconditional write is not allowed."""
    statement = _allow(["s3:PutObject"], [_object(f"{prefix}{folder}/*") for folder in folders])
    return statement | {"Condition": {"Null": {"s3:if-none-match": "false"}}}


def record_failures(prefix: str) -> Statement:
    """Put records of failures, tagged so that they expire."""
    return _allow(["s3:PutObject", "s3:PutObjectTagging"], [_object(f"{prefix}failures/*")])


def write_logs(group: str) -> Statement:
    """Write to one log group, given by logical id."""
    return _allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [GetAtt(group, "Arn")])


def read_secrets(database: Any | None, secrets: Sequence[str]) -> list[Statement]:
    """Read the database's secret, given by ARN, and these by name or ARN; nothing when there is none."""
    resources = [*([database] if database is not None else []), *(_secret(secret) for secret in secrets)]
    return [_allow(["secretsmanager:GetSecretValue"], resources)] if resources else []


def signal_stack() -> Statement:
    """Tell the stack that waits for this instance; `cfn-signal` needs no permission, the AWS command line does.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
    """
    return _allow(["cloudformation:SignalResource"], [Ref("AWS::StackId")])


def write_traces() -> Statement:
    """Send X-Ray segments; X-Ray knows no narrower resource."""
    actions = ["PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"]
    return _allow([f"xray:{action}" for action in actions], ["*"])


def _secret(secret: str) -> Any:
    """Secrets Manager ends an ARN with six characters of its own."""
    if secret.startswith("arn:"):
        return secret
    return Sub(f"arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:{secret}-??????")


def _object(path: str | None) -> Any:
    bucket = f"arn:${{AWS::Partition}}:s3:::${{{names.ARTIFACT_BUCKET}}}"
    return Sub(bucket if path is None else f"{bucket}/{path}")


def _allow(actions: list[str], resources: list[Any]) -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(statements: Sequence[Statement]) -> Statement:
    return {"Version": "2012-10-17", "Statement": list(statements)}
