"""Words for people: what a step does, what a resource type is called, how an amount or a time is said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from hivemind.model.live import Colour
from hivemind.model.release import KEPT
from hivemind.model.step import (
    AddColour,
    AwaitHealthy,
    BuildRelease,
    CollectReleases,
    DeleteArtifacts,
    DeleteStack,
    EmptyColour,
    ProveEmpty,
    RecordRelease,
    RollInstances,
    RunMigration,
    SaveEvidence,
    ShiftTraffic,
    Step,
    TryRelease,
    UpdateStack,
    UploadBundle,
    VerifyRelease,
    WatchRelease,
)
from hivemind.model.template import FOUNDATION


def describe(step: Step) -> str:  # noqa: C901 - one case per kind of step, each a sentence
    """One step as an instruction, such as `wait until every target of web blue is healthy`."""
    match step:
        case UpdateStack():
            return _update(step)
        case UploadBundle(digest=digest):
            return f"upload the sources of release {short(digest)}"
        case BuildRelease(digest=digest):
            return f"build release {short(digest)} once, on a builder of its own"
        case RunMigration(digest=digest):
            return f"run the migration of release {short(digest)}, exactly once"
        case AddColour(service=service, colour=colour, capacity=count, instance_type=machine, digest=digest):
            return f"start {service} {colour}: {count} x {machine} with release {short(digest)}"
        case RollInstances(service=service, colour=colour, digest=digest):
            return f"replace the instances of {service} {colour} one after another with release {short(digest)}"
        case AwaitHealthy(service=service, colour=colour):
            return f"wait until every target of {service} {colour} is healthy"
        case VerifyRelease(service=service, colour=colour, path=path):
            return f"probe {path} of {service} {colour} before any user does"
        case ShiftTraffic(service=service, weights=weights):
            return f"send the traffic of {service} to {_shares(weights)}"
        case TryRelease(service=service, colour=colour, seconds=seconds):
            return f"try {service} {colour} with requests of our own for {duration(seconds)}"
        case WatchRelease(service=service, colour=colour, seconds=seconds):
            return f"watch {service} {colour} with users for {duration(seconds)}"
        case SaveEvidence(service=service, colour=colour):
            return f"save the evidence of {service} {colour}: console, logs, stop reasons"
        case EmptyColour(service=service, colour=colour):
            return f"empty {service} {colour}"
        case RecordRelease(digest=digest):
            return f"record release {short(digest)}"
        case CollectReleases():
            return f"delete the bundles and built trees older than the newest {KEPT} releases"
        case DeleteStack(stack=stack):
            return f"delete the stack {stack}"
        case DeleteArtifacts(prefix=prefix):
            return f"delete the bundles and builds under {prefix}"
        case ProveEmpty(stacks=stacks):
            return f"prove that nothing of {len(stacks)} {plural('stack', len(stacks))} is left"
        case _:
            assert_never(step)


def _update(step: UpdateStack) -> str:
    match step.purpose:
        case "bootstrap":
            return f"make the artifact bucket ({step.stack})"
        case "protect":
            return "protect the foundation against deletion"
        case "unprotect":
            return "lift the foundation's protection"
        case "base":
            return f"put up {_part(step)}{'' if step.part == FOUNDATION else ' with no instances yet'} ({step.stack})"
        case "widen":
            return f"add to the foundation what is new, and keep what still serves ({step.stack})"
        case "change":
            return f"change {_part(step)} in place ({step.stack})"


def _part(step: UpdateStack) -> str:
    return "the foundation" if step.part == FOUNDATION else step.part


def _shares(weights: Mapping[Colour, int]) -> str:
    total = sum(weights.values()) or 1
    return ", ".join(f"{colour} {round(100 * weight / total)} %" for colour, weight in weights.items() if weight)


NOUNS: Mapping[str, str] = {
    "AWS::AutoScaling::AutoScalingGroup": "instance group",
    "AWS::AutoScaling::ScalingPolicy": "scaling policy",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "AWS::EC2::EIP": "public address",
    "AWS::EC2::InternetGateway": "internet gateway",
    "AWS::EC2::LaunchTemplate": "launch template",
    "AWS::EC2::NatGateway": "NAT gateway",
    "AWS::EC2::Route": "route",
    "AWS::EC2::RouteTable": "route table",
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::SecurityGroupEgress": "security group rule",
    "AWS::EC2::SecurityGroupIngress": "security group rule",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::SubnetRouteTableAssociation": "route association",
    "AWS::EC2::VPC": "network",
    "AWS::EC2::VPCEndpoint": "endpoint",
    "AWS::EC2::VPCGatewayAttachment": "gateway attachment",
    "AWS::ElasticLoadBalancingV2::Listener": "listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "listener rule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "target group",
    "AWS::IAM::InstanceProfile": "instance profile",
    "AWS::IAM::Policy": "policy",
    "AWS::IAM::Role": "role",
    "AWS::Logs::LogGroup": "log group",
    "AWS::RDS::DBInstance": "database",
    "AWS::RDS::DBParameterGroup": "database settings",
    "AWS::RDS::DBSubnetGroup": "database subnet group",
    "AWS::S3::Bucket": "bucket",
    "AWS::S3::BucketPolicy": "bucket policy",
    "AWS::SNS::Topic": "topic",
    "AWS::SNS::Subscription": "subscription",
    "AWS::SNS::TopicPolicy": "topic policy",
    "AWS::SecretsManager::Secret": "secret",
    "AWS::SecretsManager::SecretTargetAttachment": "secret attachment",
    "AWS::XRay::Group": "trace group",
}


def noun(type_name: str) -> str:
    """What a resource type is called; its last word for a type nobody named."""
    return NOUNS.get(type_name) or type_name.rsplit("::", 1)[-1]


def plural(word: str, count: int) -> str:
    """`2 policies`, `1 alarm`, without the number."""
    if count == 1 or word.endswith("settings"):
        return word
    if word.endswith(("y",)) and not word.endswith(("ay", "ey", "oy")):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"


def counted(word: str, count: int) -> str:
    """`4 subnets`, or the word alone for one."""
    return word if count == 1 else f"{count} {plural(word, count)}"


def short(digest: str) -> str:
    """The first twelve digits."""
    return digest[:12]


def dollars(amount: Decimal | None) -> str:
    """`$1,234.50`; an amount that is not known says so."""
    return "unknown" if amount is None else f"${amount:,.2f}"


def duration(seconds: int) -> str:
    """`45 s`, `12 min`, `1 h 5 min`."""
    if seconds < 90:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
