"""Traffic, instances, objects, telemetry and inventory, call by call."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody

from hivemind.aws.cloud import cloud, observatory
from hivemind.aws.session import Session
from hivemind.errors import CloudError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BLUE, GREEN = "arn:tg/blue", "arn:tg/green"


def rule(*weights: tuple[str, int], **more: Any) -> dict[str, Any]:
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights]
    forward = {"TargetGroups": groups, "TargetGroupStickinessConfig": {"Enabled": False}}
    return {"Rules": [{"RuleArn": "r", "Actions": [{"Type": "forward", "ForwardConfig": forward}], **more}]}


def test_weights_and_a_shift_that_keeps_the_rest(session: Session, stub: Any) -> None:
    elb = stub("elbv2")
    for _ in range(2):
        elb.add_response("describe_rules", rule((BLUE, 100), (GREEN, 0)), {"RuleArns": ["r"]})
    (wanted,) = rule((BLUE, 0), (GREEN, 100))["Rules"]
    elb.add_response("modify_rule", {}, {"RuleArn": "r", "Actions": wanted["Actions"]})
    traffic = cloud(session).traffic
    assert traffic.weights("r") == {BLUE: 100, GREEN: 0}
    traffic.shift("r", {BLUE: 0, GREEN: 100})


def test_a_rule_with_one_target_group_and_one_that_is_gone(session: Session, stub: Any) -> None:
    elb = stub("elbv2")
    elb.add_response("describe_rules", {"Rules": [{"Actions": [{"Type": "forward", "TargetGroupArn": BLUE}]}]})
    elb.add_client_error("describe_rules", service_error_code="RuleNotFound")
    assert cloud(session).traffic.weights("r") == {BLUE: 1}
    assert cloud(session).traffic.weights("r") == {}


def test_health_of_every_target(session: Session, stub: Any) -> None:
    elb = stub("elbv2")
    states = [("i-1", "healthy", ""), ("i-2", "unhealthy", "Target.Timeout"), ("i-3", "unhealthy.draining", "")]
    described = [{"Target": {"Id": i}, "TargetHealth": {"State": s, "Reason": r}} for i, s, r in states]
    elb.add_response("describe_target_health", {"TargetHealthDescriptions": described}, {"TargetGroupArn": BLUE})
    elb.add_client_error("describe_target_health", service_error_code="TargetGroupNotFound")
    found = observatory(session).traffic.health(BLUE)
    assert [(t.target, t.state, t.reason) for t in found] == [
        ("i-1", "healthy", ""),
        ("i-2", "unhealthy", "Target.Timeout"),
        ("i-3", "draining", ""),
    ]
    assert observatory(session).traffic.health(BLUE) == ()


def test_the_header_of_a_test_rule(session: Session, stub: Any) -> None:
    elb = stub("elbv2")
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Test", "Values": ["blue-secret"]}}
    elb.add_response("describe_rules", rule((BLUE, 1), Conditions=[{"Field": "path-pattern"}, header]))
    elb.add_response("describe_rules", rule((BLUE, 1), Conditions=[]))
    assert cloud(session).traffic.header("r") == ("X-Test", "blue-secret")
    with pytest.raises(CloudError, match="matches no header"):
        cloud(session).traffic.header("r")


def machine(number: int, state: str) -> dict[str, Any]:
    tags = [{"Key": "hivemind:role", "Value": "builder"}]
    launched = NOON.replace(minute=number)
    return {"InstanceId": f"i-{number}", "State": {"Name": state}, "LaunchTime": launched, "Tags": tags}


def test_machines_by_tag_in_order_of_launch_over_pages(session: Session, stub: Any) -> None:
    ec2 = stub("ec2")
    filters = [{"Name": "tag:hivemind:role", "Values": ["builder"]}]
    ec2.add_response(
        "describe_instances",
        {"Reservations": [{"Instances": [machine(2, "running")]}], "NextToken": "n"},
        {"Filters": filters},
    )
    ec2.add_response(
        "describe_instances",
        {"Reservations": [{"Instances": [machine(1, "terminated")]}]},
        {"Filters": filters, "NextToken": "n"},
    )
    found = cloud(session).instances.tagged({"hivemind:role": "builder"})
    assert [(m.id, m.state, m.tags) for m in found] == [
        ("i-1", "terminated", {"hivemind:role": "builder"}),
        ("i-2", "running", {"hivemind:role": "builder"}),
    ]


def test_machines_of_a_group(session: Session, stub: Any) -> None:
    filters = [{"Name": "tag:aws:autoscaling:groupName", "Values": ["g"]}]
    stub("ec2").add_response("describe_instances", {"Reservations": []}, {"Filters": filters})
    assert cloud(session).instances.in_group("g") == ()


def test_a_launch_names_the_newest_version_the_image_and_the_token(session: Session, stub: Any) -> None:
    tags = [{"Key": "k", "Value": "v"}]
    request = {
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "$Latest"},
        "ImageId": "ami-1",
        "MinCount": 1,
        "MaxCount": 1,
        "ClientToken": "once",
        "TagSpecifications": [{"ResourceType": "instance", "Tags": tags}, {"ResourceType": "volume", "Tags": tags}],
    }
    stub("ec2").add_response("run_instances", {"Instances": [{"InstanceId": "i-9"}]}, request)
    assert cloud(session).instances.launch("lt-1", image="ami-1", tags={"k": "v"}, token="once") == "i-9"


def test_the_console_with_and_without_the_latest(session: Session, stub: Any) -> None:
    ec2 = stub("ec2")
    ec2.add_response("get_console_output", {"Output": "aGVsbG8="}, {"InstanceId": "i-1", "Latest": True})
    ec2.add_client_error("get_console_output", service_error_code="UnsupportedOperation")
    ec2.add_response("get_console_output", {}, {"InstanceId": "i-1"})
    ec2.add_client_error("get_console_output", service_error_code="InvalidInstanceID.NotFound")
    instances = cloud(session).instances
    assert [instances.console("i-1") for _ in range(3)] == ["hello", "", ""]


def test_terminating_what_is_gone_is_fine(session: Session, stub: Any) -> None:
    ec2 = stub("ec2")
    ec2.add_response("terminate_instances", {}, {"InstanceIds": ["i-1"]})
    ec2.add_client_error("terminate_instances", service_error_code="InvalidInstanceID.NotFound")
    ec2.add_client_error("terminate_instances", service_error_code="UnauthorizedOperation", service_message="no")
    cloud(session).instances.terminate("i-1")
    cloud(session).instances.terminate("i-1")
    with pytest.raises(CloudError, match="TerminateInstances: no") as caught:
        cloud(session).instances.terminate("i-1")
    assert "`TerminateInstances`" in caught.value.hint


def test_objects_that_are_there_and_not(session: Session, stub: Any, tmp_path: Path) -> None:
    s3 = stub("s3")
    s3.add_response("get_object", {"Body": StreamingBody(io.BytesIO(b"content"), 7)}, {"Bucket": "b", "Key": "k"})
    s3.add_client_error("get_object", service_error_code="NoSuchKey")
    s3.add_client_error("get_object", service_error_code="NoSuchBucket")
    s3.add_response("head_object", {}, {"Bucket": "b", "Key": "k"})
    s3.add_client_error("head_object", service_error_code="404")
    s3.add_client_error("head_object", service_error_code="403", service_message="Forbidden")
    objects = cloud(session).objects
    assert [objects.get("b", "k") for _ in range(3)] == [b"content", None, None]
    assert [objects.exists("b", "k") for _ in range(2)] == [True, False]
    with pytest.raises(CloudError, match="Forbidden"):
        objects.exists("b", "k")


def test_an_upload_never_overwrites(session: Session, stub: Any, tmp_path: Path) -> None:
    path = tmp_path / "bundle"
    path.write_bytes(b"x")
    s3 = stub("s3")
    s3.add_response("put_object", {})
    s3.add_client_error("put_object", service_error_code="PreconditionFailed")
    assert cloud(session).objects.put_file("b", "k", path) is True
    assert cloud(session).objects.put_file("b", "k", path) is False


def test_deleting_all_takes_every_version_in_batches(session: Session, stub: Any) -> None:
    s3 = stub("s3")
    versions = [{"Key": f"p/{n}", "VersionId": "1"} for n in range(1001)]
    s3.add_response("list_object_versions", {"Versions": versions, "DeleteMarkers": [{"Key": "p/x", "VersionId": "2"}]})
    s3.add_response("delete_objects", {}, {"Bucket": "b", "Delete": {"Objects": versions[:1000], "Quiet": True}})
    rest = [versions[1000], {"Key": "p/x", "VersionId": "2"}]
    s3.add_response("delete_objects", {}, {"Bucket": "b", "Delete": {"Objects": rest, "Quiet": True}})
    assert cloud(session).objects.delete_all("b", "p/") == 1002


def test_deleting_from_no_bucket_what_stays_and_too_short_a_prefix(session: Session, stub: Any) -> None:
    s3 = stub("s3")
    s3.add_client_error("list_object_versions", service_error_code="NoSuchBucket")
    s3.add_response("list_object_versions", {"Versions": [{"Key": "p/k", "VersionId": "1"}]})
    s3.add_response("delete_objects", {"Errors": [{"Key": "p/k", "Code": "AccessDenied", "Message": "locked"}]})
    objects = cloud(session).objects
    assert objects.delete_all("b", "p/") == 0
    with pytest.raises(CloudError, match="locked") as caught:
        objects.delete_all("b", "p/")
    assert caught.value.where == "s3://b/p/k"
    with pytest.raises(ValueError):
        objects.delete_all("b", "")


def test_a_log_tail_mixes_the_streams_by_time(session: Session, stub: Any) -> None:
    logs = stub("logs")
    logs.add_response("describe_log_streams", {"logStreams": [{"logStreamName": "a"}, {"logStreamName": "b"}]})
    for stream, times in (("a", (1, 4)), ("b", (2, 3))):
        events = [{"timestamp": time, "message": f"{stream}{time}\n"} for time in times]
        request = {"logGroupName": "g", "logStreamName": stream, "limit": 3, "startFromHead": False}
        logs.add_response("get_log_events", {"events": events}, request)
    logs.add_client_error("describe_log_streams", service_error_code="ResourceNotFoundException")
    assert cloud(session).telemetry.log_tail("g", 3) == ("b2", "b3", "a4")
    assert cloud(session).telemetry.log_tail("g", 3) == ()


def test_who_we_are_and_what_an_image_name_means(session: Session, stub: Any) -> None:
    stub("sts").add_response(
        "get_caller_identity", {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/me", "UserId": "u"}
    )
    stub("ssm").add_response("get_parameter", {"Parameter": {"Value": "ami-1"}}, {"Name": "/aws/image"})
    caller = observatory(session).inventory.caller()
    assert (caller.account, caller.region, caller.arn) == (
        "123456789012",
        "us-east-1",
        "arn:aws:iam::123456789012:user/me",
    )
    assert observatory(session).inventory.image("/aws/image") == "ami-1"


def test_the_deployments_that_have_a_stack(session: Session, stub: Any) -> None:
    tags = [[{"Key": "hivemind:deployment", "Value": value}] for value in ("b:local", "a:local", "b:local")]
    stack = {"StackName": "s", "CreationTime": NOON, "StackStatus": "CREATE_COMPLETE"}
    stub("cloudformation").add_response("describe_stacks", {"Stacks": [{**stack, "Tags": t} for t in (*tags, [])]})
    assert observatory(session).inventory.deployments() == ("a:local", "b:local")


def test_everything_owned_is_found_by_its_tag(session: Session, stub: Any) -> None:
    ours, theirs = ([{"Key": "hivemind:deployment", "Value": value}] for value in ("shop:local", "other:local"))
    stack = {"CreationTime": NOON, "StackStatus": "CREATE_COMPLETE"}
    stub("cloudformation").add_response(
        "describe_stacks",
        {"Stacks": [{"StackName": "mine", "Tags": ours, **stack}, {"StackName": "not", "Tags": theirs, **stack}]},
    )
    stub("ec2").add_response("describe_instances", {"Reservations": [{"Instances": [machine(1, "running")]}]})
    group = {"MinSize": 1, "MaxSize": 1, "DesiredCapacity": 1, "DefaultCooldown": 1, "AvailabilityZones": ["a"]}
    group |= {"HealthCheckType": "EC2", "CreatedTime": NOON}
    stub("autoscaling").add_response(
        "describe_auto_scaling_groups",
        {
            "AutoScalingGroups": [
                {"AutoScalingGroupName": "g", "Tags": ours, **group},
                {"AutoScalingGroupName": "n", **group},
            ]
        },
    )
    elb = stub("elbv2")
    arns = [f"arn:lb/{number:02}" for number in range(21)]
    elb.add_response("describe_load_balancers", {"LoadBalancers": [{"LoadBalancerArn": arn} for arn in arns]})
    elb.add_response(
        "describe_tags", {"TagDescriptions": [{"ResourceArn": arns[3], "Tags": ours}]}, {"ResourceArns": arns[:20]}
    )
    elb.add_response(
        "describe_tags", {"TagDescriptions": [{"ResourceArn": arns[20], "Tags": theirs}]}, {"ResourceArns": arns[20:]}
    )
    elb.add_response("describe_target_groups", {"TargetGroups": [{"TargetGroupArn": BLUE}]})
    elb.add_response("describe_tags", {"TagDescriptions": [{"ResourceArn": BLUE, "Tags": ours}]})
    stub("rds").add_response(
        "describe_db_instances", {"DBInstances": [{"DBInstanceIdentifier": "db", "TagList": ours}]}
    )
    found = cloud(session).inventory.owned("shop:local")
    assert [(o.kind, o.id) for o in found] == [
        ("stack", "mine"),
        ("instance", "i-1"),
        ("auto scaling group", "g"),
        ("load balancer", arns[3]),
        ("target group", BLUE),
        ("database", "db"),
    ]
