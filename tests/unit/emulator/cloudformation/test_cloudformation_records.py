"""Signals, stack policies, schemas, names, and the state that survives a restart."""

from __future__ import annotations

import json
import pickle
import re

import pytest

from hivemind.emulator.cloudformation.differences import differences
from hivemind.emulator.cloudformation.intrinsics import UNKNOWN
from hivemind.emulator.cloudformation.physical import physical_name
from hivemind.emulator.cloudformation.properties import problems
from hivemind.emulator.cloudformation.records import Definition, Json, Resource
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources import HANDLERS
from hivemind.emulator.cloudformation.schemas import schema_of
from hivemind.emulator.cloudformation.signals import Expectation, expectation, seconds
from hivemind.emulator.cloudformation.stack_policy import check_update
from hivemind.emulator.cloudformation.stacks import Signal, Stacks

GROUP, INSTANCE = "AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance"


def signals(*statuses: str) -> list[Signal]:
    return [Signal(f"i-{number}", status) for number, status in enumerate(statuses)]


def test_enough_successes_satisfy() -> None:
    expected = Expectation(GROUP, 2, 60, 100)
    assert not expected.satisfied(signals("SUCCESS"))
    assert expected.satisfied(signals("SUCCESS", "SUCCESS"))


@pytest.mark.parametrize(
    "kind, share, received, said",
    [
        (INSTANCE, 100, ("FAILURE",), "Received FAILURE signal with UniqueId i-0"),
        (GROUP, 100, ("SUCCESS", "FAILURE"), "Received 1 FAILURE signal(s) out of 2.  Unable to satisfy 100%"),
        (GROUP, 50, ("FAILURE", "FAILURE"), "Unable to satisfy 50%"),
    ],
)
def test_failures_that_cannot_be_made_good_end_the_wait(
    kind: str, share: int, received: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        Expectation(kind, 2, 60, share).satisfied(signals(*received))
    assert said in refused.value.message


def test_some_failures_are_tolerated_by_a_smaller_share() -> None:
    assert Expectation(GROUP, 2, 60, 50).satisfied(signals("SUCCESS", "FAILURE"))


def test_what_is_said_when_the_time_is_over() -> None:
    assert (
        "Received 1 SUCCESS signal(s) out of 2." in Expectation(GROUP, 2, 1, 100).timed_out(signals("SUCCESS")).message
    )
    assert "Failed to receive 1 resource signal(s)" in Expectation(INSTANCE, 1, 1, 100).timed_out([]).message


def test_a_creation_policy_is_read_from_the_definition() -> None:
    policy = {"CreationPolicy": {"ResourceSignal": {"Count": "3", "Timeout": "PT1M"}}}
    assert expectation(Definition("G", GROUP, {}, {}, attributes=policy)) == Expectation(GROUP, 3, 60, 100)
    assert expectation(Definition("G", GROUP, {}, {})) is None
    assert expectation(Definition("T", "AWS::SNS::Topic", {}, {}, attributes=policy)) is None


@pytest.mark.parametrize("duration, length", [("PT5M", 300), ("PT1H30M", 5400), ("PT45S", 45)])
def test_durations(duration: str, length: float) -> None:
    assert seconds(duration) == length


@pytest.mark.parametrize("duration", ["5M", "PT", "P1D", ""])
def test_other_durations_are_refused(duration: str) -> None:
    with pytest.raises(Refusal, match="Invalid timeout"):
        seconds(duration)


DENYING = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": "LogicalResourceId/Database*",
                "Condition": {"StringLike": {"ResourceType": ["AWS::RDS::*"]}},
            },
        ]
    }
)


@pytest.mark.parametrize(
    "action, name, kind, allowed",
    [
        ("Update:Modify", "Database", "AWS::RDS::DBInstance", True),
        ("Update:Replace", "Database", "AWS::RDS::DBInstance", False),
        ("Update:Delete", "DatabaseGroup", "AWS::RDS::DBSubnetGroup", False),
        ("Update:Replace", "Database", "AWS::SSM::Parameter", True),
        ("Update:Replace", "Web", "AWS::RDS::DBInstance", True),
    ],
)
def test_a_stack_policy_denies_what_it_names(action: str, name: str, kind: str, allowed: bool) -> None:
    if allowed:
        check_update(DENYING, action, name, kind)
    else:
        with pytest.raises(Refusal, match=r"Statement \[#2\] does not allow"):
            check_update(DENYING, action, name, kind)


def test_what_no_statement_allows_is_denied() -> None:
    check_update(None, "Update:Delete", "X", "T")
    with pytest.raises(Refusal, match="no statement allows"):
        check_update('{"Statement": []}', "Update:Modify", "X", "T")


@pytest.mark.parametrize(
    "kind, path, meaning",
    [
        ("AWS::EC2::VPC", "CidrBlock", "Always"),
        ("AWS::EC2::VPC", "Tags/0/Value", "Never"),
        ("AWS::EC2::Instance", "InstanceType", "Conditionally"),
        ("AWS::XRay::SamplingRule", "SamplingRule/Version", "Always"),
        ("AWS::XRay::SamplingRule", "SamplingRule/Priority", "Never"),
        ("AWS::RDS::DBInstance", "StorageEncrypted", "Always"),
        ("AWS::RDS::DBInstance", "MultiAZ", "Conditionally"),
    ],
)
def test_update_behaviour_comes_from_the_schema(kind: str, path: str, meaning: str) -> None:
    assert schema_of(kind).recreation(path) == meaning


@pytest.mark.parametrize(
    "kind, properties, said",
    [
        ("AWS::EC2::Subnet", {}, "#: required key [VpcId] not found"),
        ("AWS::EC2::VPC", {"CidrBlok": "x"}, "#: extraneous key [CidrBlok] is not permitted"),
        ("AWS::EC2::VPC", {"VpcId": "vpc-1"}, "#: extraneous key [VpcId] is not permitted"),
        ("AWS::EC2::VPC", {"EnableDnsSupport": "perhaps"}, "#/EnableDnsSupport: expected type: Boolean, found: String"),
        ("AWS::EC2::VPC", {"Tags": {"a": "b"}}, "#/Tags: expected type: Array, found: JSONObject"),
        ("AWS::EC2::VPC", {"Tags": [{"Key": "a"}]}, "#/Tags/0: required key [Value] not found"),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 8}, "#/RetentionInDays: 8 is not a valid enum value"),
        ("AWS::Logs::LogGroup", {"RetentionInDays": [7]}, "expected type: Integer, found: JSONArray"),
        ("AWS::Logs::LogGroup", {"LogGroupName": "a b"}, "#/LogGroupName: string [a b] does not match pattern"),
        ("AWS::Logs::LogGroup", {"LogGroupName": "a" * 513}, "#/LogGroupName: expected maxLength: 512, actual: 513"),
        ("AWS::AutoScaling::LifecycleHook", {"LifecycleHookName": ""}, "expected minLength: 1, actual: 0"),
        ("AWS::XRay::SamplingRule", {"SamplingRule": {"Priority": 0}}, "Priority: 0 is not greater or equal to 1"),
        ("AWS::XRay::SamplingRule", {"SamplingRule": {"Priority": "10000"}}, "10000 is not less or equal to 9999"),
        (
            "AWS::EC2::SecurityGroupIngress",
            {"IpProtocol": "tcp", "CidrIp": "0.0.0.0/0", "CidrIpv6": "::/0"},
            "#: exactly one of [CidrIp, CidrIpv6, SourcePrefixListId,",
        ),
        ("AWS::EC2::Subnet", {"VpcId": "v"}, "#: one of ["),
    ],
)
def test_wrong_properties_are_found(kind: str, properties: dict[str, Json], said: str) -> None:
    assert any(said in str(problem) for problem in problems(schema_of(kind), properties))


@pytest.mark.parametrize(
    "kind, properties",
    [
        ("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16", "EnableDnsSupport": "true"}),
        ("AWS::Logs::LogGroup", {"RetentionInDays": "7"}),
        ("AWS::EC2::Subnet", {"VpcId": UNKNOWN, "CidrBlock": UNKNOWN, "Tags": UNKNOWN}),
        ("AWS::Logs::LogGroup", {"LogGroupName": "{{resolve:ssm:/names/logs}}"}),
        ("AWS::S3::Bucket", {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": "1"}]}}),
    ],
)
def test_right_properties_are_accepted_in_any_spelling(kind: str, properties: dict[str, Json]) -> None:
    assert problems(schema_of(kind), properties) == []


@pytest.mark.parametrize("kind", HANDLERS)
def test_a_handler_honours_and_offers_only_what_its_schema_knows(kind: str) -> None:
    handler, schema = HANDLERS[kind], schema_of(kind)
    assert handler.honours <= schema.properties.keys()
    assert set(schema.document.get("required", ())) <= handler.honours
    assert {name.partition(".")[0] for name in handler.offers} <= schema.properties.keys()
    assert handler.volatile <= handler.offers


@pytest.mark.parametrize("limit", [32, 64, 255])
def test_names_fit_and_keep_both_parts(limit: int) -> None:
    for stack, logical in (("s", "Alb"), ("guestbook-production-foundation", "LoadBalancer"), ("a", "L" * 60)):
        name = physical_name(stack, logical, limit)
        assert len(name) <= limit
        assert re.fullmatch(r"[a-z-]+-[A-Za-z]+-[0-9A-Z]{12}", name)


@pytest.mark.parametrize(
    "before, after, paths",
    [
        ({"a": 1}, {"a": "1"}, []),
        ({"a": True}, {"a": "true"}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, ["a/b"]),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["a/1"]),
        ({"a": [1]}, {"a": [1, 3]}, ["a"]),
        ({"a": 1}, {"b": 1}, ["a", "b"]),
        ({"a": UNKNOWN}, {"a": UNKNOWN}, ["a"]),
        ({"a": ""}, {}, ["a"]),
    ],
)
def test_differences(before: Json, after: Json, paths: list[str]) -> None:
    assert ["/".join(path) for path in differences(before, after)] == paths


@pytest.mark.parametrize(
    "interrupted, ends",
    [
        ("CREATE_IN_PROGRESS", "CREATE_FAILED"),
        ("UPDATE_IN_PROGRESS", "UPDATE_FAILED"),
        ("ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"),
        ("DELETE_IN_PROGRESS", "DELETE_FAILED"),
        ("CREATE_COMPLETE", "CREATE_COMPLETE"),
        ("REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
    ],
)
def test_what_was_running_at_the_stop_is_ended_honestly(interrupted: str, ends: str) -> None:
    stacks = Stacks()
    stack = stacks.add("s", "r", interrupted)
    stack.resources["A"] = Resource(Definition("A", "T", {}, {}), "a-1", "CREATE_IN_PROGRESS")
    restored = pickle.loads(pickle.dumps(stacks))
    restored.resolve_interrupted()
    found = restored.find("s", "r")
    assert found.status == ends
    if interrupted != ends:
        assert found.reason == "the local cloud was stopped"
        assert found.resources["A"].status == "CREATE_FAILED"
