"""Pieces that templates of the cases are put together from."""

from __future__ import annotations

import textwrap

IMAGE = "{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}"
NO_IMAGE = "ami-0123456789abcdef0"

VPC = "Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}"
TOPIC = "Topic: {Type: AWS::SNS::Topic}"
EC2_TRUST = (
    "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sts:AssumeRole', "
    "Principal: {Service: ec2.amazonaws.com}}]}"
)


def stack(*resources: str, outputs: str = "") -> str:
    """A template of these resources, each a line or a block of YAML."""
    body = "Resources:\n" + "".join(
        textwrap.indent(textwrap.dedent(each).strip("\n"), "  ") + "\n" for each in resources
    )
    return body + (f"Outputs:\n  {outputs}\n" if outputs else "")


def resource(name: str, kind: str, properties: str = "{}", **attributes: str) -> str:
    """One resource on one line; `attributes` such as DependsOn."""
    more = "".join(f", {key}: {value}" for key, value in attributes.items())
    return f"{name}: {{Type: 'AWS::{kind}', Properties: {properties}{more}}}"


def subnet(name: str, third: int, zone: str = "us-east-1a", **attributes: str) -> str:
    """A /24 of the network's range."""
    placed = f"{{VpcId: !Ref Vpc, CidrBlock: 10.1.{third}.0/24, AvailabilityZone: {zone}}}"
    return resource(name, "EC2::Subnet", placed, **attributes)


NETWORK = (VPC, subnet("SubnetA", 0), subnet("SubnetB", 1, "us-east-1b"))


def topic(name: str = "Topic", display: str = "", **attributes: str) -> str:
    """Something that always works, and shows by its display name which version of it is there."""
    return resource(name, "SNS::Topic", f"{{DisplayName: '{display}'}}", **attributes)


BAD_SUBNET = "{VpcId: vpc-0123456789abcdef0, CidrBlock: 10.0.0.0/24}"


def bad(name: str = "Bad", **attributes: str) -> str:
    """Something that always fails at creation: a subnet in no network."""
    return resource(name, "EC2::Subnet", BAD_SUBNET, **attributes)
