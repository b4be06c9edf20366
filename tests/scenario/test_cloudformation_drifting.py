"""Drift of every type that can be read, name conflicts, and change sets that revert drift, through the real API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cloudformation_bodies import NETWORK, SERVICES
from cloudformation_server import Local

from hivemind.emulator.cloudformation.drift.readers import READERS

pytestmark = pytest.mark.slow

PARAMETERS = {"Step": "one", "Days": "7"}


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """A local cloud that the module shares."""
    made = Local()
    yield made
    made.stop()


SMALL = """
Parameters: {Days: {Type: Number}, Shown: {Type: String}}
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: NAME-logs, RetentionInDays: !Ref Days}}
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Shown}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: NAME-bucket}}
  Traces: {Type: AWS::XRay::Group, Properties: {GroupName: NAME}}
"""
BAD = """
  Bad: {Type: AWS::SNS::TopicPolicy, DependsOn: [Logs, Topic], Properties: {PolicyDocument: {},
    Topics: ['arn:aws:sns:us-east-1:123456789012:none']}}
"""


def small(local: Local, name: str) -> str:
    """A small stack, created; its body."""
    body = SMALL.replace("NAME", name)
    assert local.create(name, body, {"Days": "7", "Shown": "one"})["StackStatus"] == "CREATE_COMPLETE"
    return body


def drifts(local: Local, name: str, **asked: Any) -> dict[str, dict[str, Any]]:
    """What DetectStackDrift finds, by logical id."""
    found = local.api.detect_stack_drift(StackName=name, **asked)["StackDriftDetectionId"]
    status = local.api.describe_stack_drift_detection_status(StackDriftDetectionId=found)
    assert status["DetectionStatus"] == "DETECTION_COMPLETE", status
    described = local.api.describe_stack_resource_drifts(StackName=name)["StackResourceDrifts"]
    return {each["LogicalResourceId"]: each for each in described}


def differences(drift: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["PropertyPath"], each["DifferenceType"]) for each in drift["PropertyDifferences"]}


def test_a_change_and_a_deletion_outside_the_stack_are_drift(local: Local) -> None:
    small(local, "seen")
    assert local.stack("seen")["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    assert {each["StackResourceDriftStatus"] for each in drifts(local, "seen").values()} == {"IN_SYNC"}
    assert local.stack("seen")["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"

    local.client("logs").put_retention_policy(logGroupName="seen-logs", retentionInDays=30)
    local.client("sns").delete_topic(TopicArn=local.physical("seen", "Topic"))
    found = drifts(local, "seen")
    assert {name: each["StackResourceDriftStatus"] for name, each in found.items()} == {
        "Logs": "MODIFIED", "Topic": "DELETED", "Bucket": "IN_SYNC",
    }  # fmt: skip
    [difference] = found["Logs"]["PropertyDifferences"]
    assert difference == {
        "PropertyPath": "/RetentionInDays", "ExpectedValue": "7", "ActualValue": "30", "DifferenceType": "NOT_EQUAL",
    }  # fmt: skip
    assert json.loads(found["Logs"]["ActualProperties"]) == {"LogGroupName": "seen-logs", "RetentionInDays": 30}
    assert "ExpectedProperties" not in found["Topic"]
    assert local.stack("seen")["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
    listed = {each["LogicalResourceId"]: each["DriftInformation"] for each in local.resources("seen")}
    assert {name: each["StackResourceDriftStatus"] for name, each in listed.items()} == {
        "Logs": "MODIFIED", "Topic": "DELETED", "Bucket": "IN_SYNC", "Traces": "NOT_CHECKED",
    }  # fmt: skip
    assert local.delete("seen")["StackStatus"] == "DELETE_COMPLETE"


def test_a_change_set_that_reverts_drift_shows_it_and_brings_the_template_back(local: Local) -> None:
    body = small(local, "back")
    local.client("logs").put_retention_policy(logGroupName="back-logs", retentionInDays=30)
    local.client("sns").delete_topic(TopicArn=local.physical("back", "Topic"))
    same = {"Days": "7", "Shown": "one"}
    assert local.foresee("back", "plain", body, same)["Status"] == "FAILED"
    described = local.foresee("back", "revert", body, same, DeploymentMode="REVERT_DRIFT")
    assert (described["DeploymentMode"], described["StackDriftStatus"]) == ("REVERT_DRIFT", "DRIFTED")
    changes = {each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in described["Changes"]}
    assert {name: (each["Action"], each["ResourceDriftStatus"]) for name, each in changes.items()} == {
        "Logs": ("Modify", "MODIFIED"), "Topic": ("Add", "DELETED"),
    }  # fmt: skip
    target = changes["Logs"]["Details"][0]["Target"]
    assert (target["BeforeValue"], target["BeforeValueFrom"]) == ("30", "ACTUAL_STATE")
    assert (target["AfterValue"], target["AfterValueFrom"]) == ("7", "TEMPLATE")
    assert (target["Drift"]["PreviousValue"], target["Drift"]["ActualValue"]) == ("7", "30")
    assert json.loads(changes["Logs"]["PreviousDeploymentContext"])["Properties"]["RetentionInDays"] == "7"

    local.api.execute_change_set(StackName="back", ChangeSetName="revert")
    assert local.settled("back")["StackStatus"] == "UPDATE_COMPLETE", local.failures("back")
    assert {each["StackResourceDriftStatus"] for each in drifts(local, "back").values()} == {"IN_SYNC"}
    assert retention(local, "back-logs") == 7
    assert local.delete("back")["StackStatus"] == "DELETE_COMPLETE"


def retention(local: Local, name: str) -> int | None:
    [group] = local.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return group.get("retentionInDays")


@pytest.mark.proof
def test_a_template_that_agrees_with_what_is_live_only_settles_it(local: Local) -> None:
    body = small(local, "agree")
    local.client("logs").put_retention_policy(logGroupName="agree-logs", retentionInDays=30)
    now = {"Days": "30", "Shown": "one"}
    [change] = local.foresee("agree", "c", body, now, DeploymentMode="REVERT_DRIFT")["Changes"]
    assert change["ResourceChange"]["Action"] == "SyncWithActual"
    [detail] = change["ResourceChange"]["Details"]
    assert (detail["ChangeSource"], detail["Target"]["AttributeChangeType"]) == ("NoModification", "SyncWithActual")
    local.api.execute_change_set(StackName="agree", ChangeSetName="c")
    assert local.settled("agree")["StackStatus"] == "UPDATE_COMPLETE"
    assert not [each for each in local.events("agree") if each["ResourceStatus"] == "UPDATE_IN_PROGRESS"
                and each["LogicalResourceId"] == "Logs"]  # fmt: skip
    assert drifts(local, "agree")["Logs"]["StackResourceDriftStatus"] == "IN_SYNC"
    assert local.delete("agree")["StackStatus"] == "DELETE_COMPLETE"


def test_a_failing_revert_returns_to_what_was_live_and_the_drift_is_still_there(local: Local) -> None:
    body = small(local, "fails")
    local.client("logs").put_retention_policy(logGroupName="fails-logs", retentionInDays=30)
    topic = local.physical("fails", "Topic")
    local.client("sns").delete_topic(TopicArn=topic)
    local.foresee("fails", "c", body + BAD, {"Days": "14", "Shown": "one"}, DeploymentMode="REVERT_DRIFT")
    local.api.execute_change_set(StackName="fails", ChangeSetName="c")
    assert local.settled("fails")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", local.failures("fails")
    assert retention(local, "fails-logs") == 30
    found = drifts(local, "fails")
    assert differences(found["Logs"]) == {("/RetentionInDays", "NOT_EQUAL")}
    assert (found["Topic"]["StackResourceDriftStatus"], found["Topic"]["PhysicalResourceId"]) == ("DELETED", topic)
    assert local.client("sns").list_topics()["Topics"] == []
    assert local.delete("fails")["StackStatus"] == "DELETE_COMPLETE"


def test_a_name_that_is_taken_is_found_before_anything_is_made(local: Local) -> None:
    local.client("s3").create_bucket(Bucket="taken-bucket")
    body = SMALL.replace("NAME", "taken")
    identity = local.api.create_stack(
        StackName="taken", TemplateBody=body,
        Parameters=[{"ParameterKey": "Days", "ParameterValue": "7"}, {"ParameterKey": "Shown", "ParameterValue": "s"}],
    )["OperationId"]  # fmt: skip
    assert local.settled("taken")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert {each["LogicalResourceId"] for each in local.events("taken")} == {"taken"}
    events = local.api.describe_events(OperationId=identity, Filters={"FailedEvents": True})["OperationEvents"]
    [error] = [each for each in events if each["EventType"] == "VALIDATION_ERROR"]
    assert (error["ValidationName"], error["ValidationPath"]) == ("NAME_CONFLICT_VALIDATION", "/Resources/Bucket")
    assert error["ValidationStatusReason"] == (
        "Resource of type 'AWS::S3::Bucket' with identifier 'taken-bucket' already exists."
    )
    local.client("s3").delete_bucket(Bucket="taken-bucket")
    assert local.delete("taken")["StackStatus"] == "DELETE_COMPLETE"


@pytest.mark.proof
def test_a_bucket_that_is_not_empty_is_warned_of_but_stops_nothing(local: Local) -> None:
    small(local, "full")
    local.client("s3").put_object(Bucket="full-bucket", Key="k", Body=b"x")
    less = "Resources: {Traces: {Type: AWS::XRay::Group, Properties: {GroupName: full}}}"
    described = local.foresee("full", "c", less)
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    events = local.api.describe_events(StackName="full", ChangeSetName="c")["OperationEvents"]
    [warning] = [each for each in events if each["EventType"] == "VALIDATION_ERROR"]
    assert (warning["ValidationName"], warning["ValidationFailureMode"]) == ("BUCKET_EMPTINESS_VALIDATION", "WARN")
    local.client("s3").delete_object(Bucket="full-bucket", Key="k")
    assert local.delete("full")["StackStatus"] == "DELETE_COMPLETE"


@pytest.fixture(scope="module")
def everything(local: Local) -> Local:
    """Every type that the templates of the other tests use, in two stacks."""
    for name, body in (("network", NETWORK), ("services", SERVICES)):
        assert local.create(name, body, PARAMETERS)["StackStatus"] == "CREATE_COMPLETE", local.failures(name)
    return local


Act = Callable[[Local, str], object]
"""What someone does to a resource, by its physical id, behind CloudFormation's back."""


def ec2(operation: str, **given: Any) -> Act:
    return lambda local, physical: getattr(local.client("ec2"), operation)(
        **{key: [physical] if value == ["ID"] else physical if value == "ID" else value for key, value in given.items()}
    )


WORLD = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _weigh(local: Local, rule: str) -> object:
    elb = local.client("elbv2")
    group = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"][0]
    forward = {"TargetGroups": [{**group, "Weight": 93}]}
    return elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": forward}])


def _answer(local: Local, listener: str) -> object:
    response = {"StatusCode": "410", "ContentType": "text/plain", "MessageBody": "one"}
    actions = [{"Type": "fixed-response", "FixedResponseConfig": response}]
    return local.client("elbv2").modify_listener(ListenerArn=listener, DefaultActions=actions)


def _alarm(local: Local, name: str) -> object:
    return local.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace="app", MetricName="errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=99, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


def _open(local: Local, role: str) -> object:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    return local.client("iam").put_role_policy(RoleName=role, PolicyName="mine", PolicyDocument=json.dumps(document))


def _rewrite(local: Local, physical: str) -> object:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = local.physical("services", "Role")
    return local.client("iam").put_role_policy(
        RoleName=role, PolicyName="inline-one", PolicyDocument=json.dumps(document)
    )


CHANGES: list[tuple[str, str, Act, set[tuple[str, str]]]] = [
    ("network", "Vpc", ec2("create_tags", Resources=["ID"], Tags=[{"Key": "x", "Value": "y"}]), {("/Tags/1", "ADD")}),
    (
        "network",
        "SubnetA",
        ec2("modify_subnet_attribute", SubnetId="ID", MapPublicIpOnLaunch={"Value": True}),
        {("/MapPublicIpOnLaunch", "NOT_EQUAL")},
    ),
    (
        "network",
        "Front",
        ec2("authorize_security_group_ingress", GroupId="ID", IpPermissions=WORLD),
        {("/SecurityGroupIngress/1", "ADD")},
    ),
    (
        "network",
        "Back",
        lambda local, group: local.client("ec2").revoke_security_group_egress(
            GroupId=group,
            IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        ),
        {("/SecurityGroupEgress/0", "REMOVE")},
    ),
    (
        "network",
        "Balancer",
        lambda local, arn: local.client("elbv2").modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "99"}]
        ),
        {("/LoadBalancerAttributes/0/Value", "NOT_EQUAL")},
    ),
    (
        "network",
        "Targets",
        lambda local, arn: local.client("elbv2").modify_target_group(TargetGroupArn=arn, HealthCheckPath="/else"),
        {("/HealthCheckPath", "NOT_EQUAL")},
    ),
    ("network", "Listener", _answer, {("/DefaultActions/0/FixedResponseConfig/StatusCode", "NOT_EQUAL")}),
    ("network", "Forward", _weigh, {("/Actions/0/ForwardConfig/TargetGroups/0/Weight", "NOT_EQUAL")}),
    (
        "network",
        "Group",
        lambda local, name: local.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=name, MaxSize=5),
        {("/MaxSize", "NOT_EQUAL")},
    ),
    (
        "network",
        "Machine",
        ec2("delete_tags", Resources=["ID"], Tags=[{"Key": "step"}]),
        {("/Tags/0", "REMOVE")},
    ),
    (
        "services",
        "Database",
        lambda local, name: local.client("rds").modify_db_instance(
            DBInstanceIdentifier=name, BackupRetentionPeriod=3, ApplyImmediately=True
        ),
        {("/BackupRetentionPeriod", "NOT_EQUAL")},
    ),
    (
        "services",
        "Secret",
        lambda local, arn: local.client("secretsmanager").update_secret(SecretId=arn, Description="else"),
        {("/Description", "NOT_EQUAL")},
    ),
    ("services", "Role", _open, {("/Policies/1", "ADD")}),
    ("services", "Inline", _rewrite, {("/PolicyDocument", "NOT_EQUAL")}),
    (
        "services",
        "Logs",
        lambda local, name: local.client("logs").delete_retention_policy(logGroupName=name),
        {("/RetentionInDays", "REMOVE")},
    ),
    (
        "services",
        "Topic",
        lambda local, arn: local.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="DisplayName", AttributeValue="else"
        ),
        {("/DisplayName", "NOT_EQUAL")},
    ),
    ("services", "Alarm", _alarm, {("/Threshold", "NOT_EQUAL"), ("/AlarmActions/0", "REMOVE")}),
    (
        "services",
        "Parameter",
        lambda local, name: local.client("ssm").put_parameter(Name=name, Value="else", Type="String", Overwrite=True),
        {("/Value", "NOT_EQUAL")},
    ),
    (
        "services",
        "Bucket",
        lambda local, name: local.client("s3").delete_public_access_block(Bucket=name),
        {("/PublicAccessBlockConfiguration", "REMOVE")},
    ),
]


@pytest.mark.proof
def test_what_was_just_made_has_not_drifted(local: Local) -> None:
    for name, body in (("calm-network", NETWORK), ("calm-services", SERVICES)):
        body = body.replace("GroupName: traces", "GroupName: calm").replace("token.example.com", "calm.example.com")
        local.create(name, body, PARAMETERS)
        found = drifts(local, name)
        assert {each: drift["PropertyDifferences"] for each, drift in found.items() if differences(drift)} == {}
        kinds = {each["ResourceType"] for each in local.resources(name)} & READERS.keys()
        assert {each["ResourceType"] for each in found.values()} == kinds
        assert local.delete(name)["StackStatus"] == "DELETE_COMPLETE", local.failures(name)


@pytest.mark.proof
@pytest.mark.parametrize("stack, name, act, expected", CHANGES, ids=[name for _, name, _, _ in CHANGES])
def test_a_change_outside_is_found_where_it_is(
    everything: Local, stack: str, name: str, act: Act, expected: set[tuple[str, str]]
) -> None:
    act(everything, everything.physical(stack, name))
    drift = everything.api.detect_stack_resource_drift(StackName=stack, LogicalResourceId=name)["StackResourceDrift"]
    assert drift["StackResourceDriftStatus"] == "MODIFIED"
    assert differences(drift) == expected


def test_the_way_out_that_every_group_has_may_be_described(local: Local) -> None:
    body = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.9.0.0/16}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: d, VpcId: !Ref Vpc,
    SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 0.0.0.0/0, Description: WORDS}]}}
"""
    assert local.create("described", body, {})["StackStatus"] == "CREATE_COMPLETE"
    assert drifts(local, "described")["Group"]["StackResourceDriftStatus"] == "IN_SYNC"
    assert local.update("described", body.replace("WORDS", "other"), {})["StackStatus"] == "UPDATE_COMPLETE"
    assert drifts(local, "described")["Group"]["StackResourceDriftStatus"] == "IN_SYNC"
