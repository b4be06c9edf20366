"""Every supported type, created, changed, changed back by a failing update, and deleted, through the real API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cloudformation_bodies import NETWORK, SERVICES
from cloudformation_server import Local

from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources import HANDLERS, Handler, Wanted

pytestmark = [pytest.mark.slow, pytest.mark.proof]


@pytest.fixture
def local() -> Iterator[Local]:
    """A local cloud of the test's own."""
    made = Local()
    yield made
    made.stop()


ONE, TWO = {"Step": "one", "Days": "7"}, {"Step": "two", "Days": "14"}
BAD = (
    "  ZBad: {Type: AWS::EC2::Subnet, DependsOn: [%s], Properties: {VpcId: vpc-nope, CidrBlock: 10.9.0.0/24}}\nOutputs:"
)


def facts(local: Local) -> dict[str, Any]:
    """What the account holds that the updates of the templates change."""
    ec2, elb, rds, iam = (local.client(name) for name in ("ec2", "elbv2", "rds", "iam"))
    roles = iam.list_roles()["Roles"]
    return {
        "vpcs": sorted(str(vpc.get("Tags")) for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]),
        "groups": sorted(
            f"{group['GroupName'][:8]} {permission.get('FromPort')}"
            for group in ec2.describe_security_groups()["SecurityGroups"]
            for permission in group["IpPermissions"]
        ),
        "instances": sorted(
            f"{instance['InstanceType']} {instance.get('Tags')}"
            for page in ec2.describe_instances()["Reservations"]
            for instance in page["Instances"]
            if instance["State"]["Name"] == "running" and not instance.get("LaunchTemplate")
            and not any(tag["Key"].startswith("aws:") for tag in instance.get("Tags", ()))
        ),
        "rules": [rule["Actions"] for rule in _rules(elb)],
        "checks": [group["HealthCheckPath"] for group in elb.describe_target_groups()["TargetGroups"]],
        "databases": [
            (each["DBInstanceClass"], each["MultiAZ"], each["BackupRetentionPeriod"], each["TagList"])
            for each in rds.describe_db_instances()["DBInstances"]
        ],
        "roles": [
            (role["Description"], iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]) for role in roles
        ],
        "logs": [
            (group.get("retentionInDays")) for group in local.client("logs").describe_log_groups()["logGroups"]
        ],
        "parameters": [
            local.client("ssm").get_parameter(Name=each["Name"])["Parameter"]["Value"]
            for each in local.client("ssm").describe_parameters()["Parameters"]
        ],
        "thresholds": [each["Threshold"] for each in local.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "dashboards": len(local.client("cloudwatch").list_dashboards()["DashboardEntries"]),
        "topics": len(local.client("sns").list_topics()["Topics"]),
        "buckets": [each["Name"] for each in local.client("s3").list_buckets()["Buckets"]],
        "groups of instances": [
            each["DesiredCapacity"]
            for each in local.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        ],
        "tracing": [each.get("FilterExpression") for each in local.engine.stacks.tracing.values()],
    }  # fmt: skip


def _rules(elb: Any) -> list[Any]:
    found = []
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            found += elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    return found


@pytest.mark.parametrize("body", [NETWORK, SERVICES], ids=["network", "services"])
def test_the_life_of_a_stack(local: Local, body: str) -> None:
    nothing = facts(local)
    made = local.create("s", body, ONE)
    assert made["StackStatus"] == "CREATE_COMPLETE", local.failures("s")
    assert made["Outputs"][0]["OutputValue"]
    first = facts(local)
    assert local.foresee("s", "same", body, ONE)["Status"] == "FAILED"

    everything = [each["LogicalResourceId"] for each in local.resources("s")]
    failing = body.replace("Outputs:", BAD % ", ".join(everything))
    broken = local.update("s", failing, TWO)
    assert broken["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", local.failures("s")
    assert [each["LogicalResourceId"] for each in local.failures("s")][:1] == ["ZBad"], local.failures("s")
    assert facts(local) == first
    assert broken["Outputs"] == made["Outputs"]

    changed = local.update("s", body, TWO)
    assert changed["StackStatus"] == "UPDATE_COMPLETE", local.failures("s")
    assert facts(local) != first
    assert local.foresee("s", "still", body, TWO)["Status"] == "FAILED"

    ended = local.delete("s")
    assert ended["StackStatus"] == "DELETE_COMPLETE", local.failures(ended["StackId"])
    assert facts(local) == nothing


HALFWAY = sorted(kind for kind, handler in HANDLERS.items() if type(handler).configure is not Handler.configure)


@pytest.mark.parametrize("kind", HALFWAY)
def test_what_fails_at_the_end_of_its_creation_leaves_nothing(
    local: Local, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = NETWORK if f"Type: {kind}" in NETWORK else SERVICES
    nothing, configure = facts(local), type(HANDLERS[kind]).configure

    def broken(self: Handler, cloud: Any, physical_id: str, wanted: Wanted) -> None:
        configure(self, cloud, physical_id, wanted)
        raise Refusal("and then it failed")

    monkeypatch.setattr(type(HANDLERS[kind]), "configure", broken)
    assert local.create("s", body, ONE)["StackStatus"] == "ROLLBACK_COMPLETE", local.failures("s")
    assert any("and then it failed" in (each["ResourceStatusReason"] or "") for each in local.failures("s"))
    assert [each["ResourceStatus"] for each in local.failures("s")].count("DELETE_FAILED") == 0
    assert local.resources("s") == []
    assert facts(local) == nothing


def test_every_type_is_tried_by_a_template() -> None:
    together = json.dumps([NETWORK, SERVICES])
    untried = {kind for kind in HANDLERS if f"Type: {kind}" not in together}
    assert untried == {"AWS::XRay::SamplingRule"}  # tried by the unit tests of the engine
