"""Who we are, and what exists under a deployment's tag: asked of each service itself, since a tag index lags behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hivemind.aws.failures import cloud_errors
from hivemind.aws.permissions import role_of, statements
from hivemind.aws.session import Session
from hivemind.model.live import Caller, Owned
from hivemind.model.names import TAG_DEPLOYMENT

PER_TAGS_CALL = 20
ALIVE = ["pending", "running", "stopping", "stopped", "shutting-down"]


class AwsInventory:
    """The Inventory port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def caller(self) -> Caller:
        """Account, region and identity of the credentials in use."""
        with cloud_errors("credentials"):
            found = self._session.client("sts").get_caller_identity()
        return Caller(account=found["Account"], region=self._session.region, arn=found["Arn"])

    def permissions(self) -> tuple[Mapping[str, Any], ...] | None:
        """The statements of every policy of the role that we act as; None where we act as no role."""
        role = role_of(self.caller().arn)
        if role is None:
            return None
        with cloud_errors(f"role {role}"):
            return tuple(statements(self._session.client("iam"), role))

    def image(self, parameter: str) -> str:
        """The machine image id that a public SSM parameter names now."""
        with cloud_errors(f"parameter {parameter}"):
            return str(self._session.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"])

    def owned(self, deployment: str) -> tuple[Owned, ...]:
        """Everything alive that carries the deployment's tag; a stack's id is its name."""
        with cloud_errors(f"what {deployment} owns"):
            return tuple(
                Owned(kind=kind, id=name)
                for kind, found in (
                    ("stack", self._stacks(deployment)),
                    ("instance", self._instances(deployment)),
                    ("auto scaling group", self._groups(deployment)),
                    ("load balancer", self._balanced("load_balancer", "LoadBalancer", deployment)),
                    ("target group", self._balanced("target_group", "TargetGroup", deployment)),
                    ("database", self._databases(deployment)),
                )
                for name in found
            )

    def stacks(self, deployment: str) -> tuple[str, ...]:
        """The names of the stacks that carry the deployment's tag."""
        with cloud_errors(f"the stacks of {deployment}"):
            return tuple(self._stacks(deployment))

    def deployments(self) -> tuple[str, ...]:
        """Every deployment that has a stack here, sorted."""
        with cloud_errors("the stacks"):
            stacks = tuple(self._pages("cloudformation", "describe_stacks", "Stacks"))
        tags = (tag for stack in stacks for tag in stack.get("Tags", ()))
        return tuple(sorted({tag["Value"] for tag in tags if tag["Key"] == TAG_DEPLOYMENT}))

    def _stacks(self, deployment: str) -> Iterator[str]:
        for stack in self._pages("cloudformation", "describe_stacks", "Stacks"):
            if _carries(stack.get("Tags", ()), deployment):
                yield stack["StackName"]

    def _instances(self, deployment: str) -> Iterator[str]:
        filters = [
            {"Name": f"tag:{TAG_DEPLOYMENT}", "Values": [deployment]},
            {"Name": "instance-state-name", "Values": ALIVE},
        ]
        for reservation in self._pages("ec2", "describe_instances", "Reservations", Filters=filters):
            yield from (machine["InstanceId"] for machine in reservation["Instances"])

    def _groups(self, deployment: str) -> Iterator[str]:
        for group in self._pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"):
            if _carries(group.get("Tags", ()), deployment):
                yield group["AutoScalingGroupName"]

    def _balanced(self, plural_of: str, noun: str, deployment: str) -> Iterator[str]:
        """Load balancers or target groups: their tags are told by a call of its own, 20 at a time."""
        arns = [each[f"{noun}Arn"] for each in self._pages("elbv2", f"describe_{plural_of}s", f"{noun}s")]
        for at in range(0, len(arns), PER_TAGS_CALL):
            told = self._session.client("elbv2").describe_tags(ResourceArns=arns[at : at + PER_TAGS_CALL])
            for each in told["TagDescriptions"]:
                if _carries(each["Tags"], deployment):
                    yield each["ResourceArn"]

    def _databases(self, deployment: str) -> Iterator[str]:
        for database in self._pages("rds", "describe_db_instances", "DBInstances"):
            if _carries(database.get("TagList", ()), deployment):
                yield database["DBInstanceIdentifier"]

    def _pages(self, service: str, operation: str, key: str, **request: Any) -> Iterator[Any]:
        for page in self._session.client(service).get_paginator(operation).paginate(**request):
            yield from page[key]


def _carries(tags: Any, deployment: str) -> bool:
    return any(tag["Key"] == TAG_DEPLOYMENT and tag["Value"] == deployment for tag in tags)
