"""Where live properties differ from a template's, and what a change set that reverts drift makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.emulator.cloudformation.drift.comparison import compared
from hivemind.emulator.cloudformation.drift.readers import READERS
from hivemind.emulator.cloudformation.drift.reverting import as_it_is, ignored
from hivemind.emulator.cloudformation.drifted import ResourceDrift, stack_status
from hivemind.emulator.cloudformation.records import Definition
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.resources import HANDLERS

ONE = {"TargetGroupArn": "blue", "Weight": "100"}
TWO = {"TargetGroupArn": "green", "Weight": "0"}
POLICY = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": ["*"]}]}


@pytest.mark.parametrize(
    "expected, actual",
    [
        ({"Port": "80"}, {"Port": 80}),
        ({"Threshold": 5}, {"Threshold": 5.0}),
        ({"MultiAZ": "true"}, {"MultiAZ": True}),
        ({"Name": "a"}, {"Name": "a", "Other": "what the service adds"}),
        ({"Subnets": ["a", "b"]}, {"Subnets": ["b", "a"]}),
        ({"Groups": [ONE, TWO]}, {"Groups": [{**TWO, "Weight": 0}, {**ONE, "Weight": 100}]}),
        ({"Password": "{{resolve:secretsmanager:x}}"}, {"Password": "anything"}),
        ({"PolicyDocument": POLICY}, {"PolicyDocument": {"Statement": {**POLICY["Statement"][0], "Resource": "*"}}}),
    ],
)
def test_what_is_the_same_in_another_spelling_is_no_drift(expected: dict[str, Any], actual: dict[str, Any]) -> None:
    assert compared(expected, actual) == (expected, [])


@pytest.mark.parametrize(
    "expected, actual, found",
    [
        ({"Port": "80"}, {"Port": 81}, [("/Port", "NOT_EQUAL", "80", "81")]),
        ({"Port": 80}, {}, [("/Port", "REMOVE", "80", "null")]),
        ({"Port": 80}, {"Port": None}, [("/Port", "REMOVE", "80", "null")]),
        ({"L": ["a"]}, {"L": ["a", "b"]}, [("/L/1", "ADD", "null", "b")]),
        ({"L": ["a", "b"]}, {"L": ["b"]}, [("/L/0", "REMOVE", "a", "null")]),
        ({"L": ["a"]}, {"L": ["b"]}, [("/L/0", "REMOVE", "a", "null"), ("/L/0", "ADD", "null", "b")]),
        (
            {"L": [ONE, TWO]},
            {"L": [{**TWO, "Weight": 100}, {**ONE, "Weight": 0}]},
            [("/L/0/Weight", "NOT_EQUAL", "100", "0"), ("/L/1/Weight", "NOT_EQUAL", "0", "100")],
        ),
        (
            {"PolicyDocument": {"a": 1}},
            {"PolicyDocument": {"a": 1, "b": 2}},
            [("/PolicyDocument", "NOT_EQUAL", '{"a": 1}', '{"a": 1, "b": 2}')],
        ),
        (
            {"Tags": [{"Key": "k", "Value": "old"}]},
            {"Tags": [{"Key": "x", "Value": "y"}, {"Key": "k", "Value": "new"}]},
            [("/Tags/0/Value", "NOT_EQUAL", "old", "new"), ("/Tags/0", "ADD", "null", '{"Key": "x", "Value": "y"}')],
        ),
    ],
)
def test_differences_are_found_where_they_are(
    expected: dict[str, Any], actual: dict[str, Any], found: list[tuple[str, str, str, str]]
) -> None:
    _, differences = compared(expected, actual)
    assert [(each.path, each.kind, each.expected, each.actual) for each in differences] == found


def test_what_is_observed_speaks_only_of_what_the_template_says() -> None:
    observed, _ = compared({"A": {"B": 1}, "L": ["a", "b"]}, {"A": {"B": 2, "C": 3}, "L": ["b", "c"], "Z": 1})
    assert observed == {"A": {"B": 2}, "L": ["b", "c"]}


@pytest.mark.parametrize(
    "statuses, together",
    [
        ([], "NOT_CHECKED"),
        (["NOT_CHECKED"], "NOT_CHECKED"),
        (["NOT_CHECKED", "IN_SYNC"], "IN_SYNC"),
        (["IN_SYNC", "UNKNOWN"], "UNKNOWN"),
        (["UNKNOWN", "MODIFIED"], "DRIFTED"),
        (["IN_SYNC", "DELETED"], "DRIFTED"),
    ],
)
def test_a_stack_has_drifted_when_one_resource_has(statuses: list[str], together: str) -> None:
    found = {str(number): ResourceDrift("A", "a", "T", status) for number, status in enumerate(statuses)}
    assert stack_status(found) == together


def test_a_masked_property_stays_masked_when_it_drifts() -> None:
    declared = Definition("A", "AWS::SNS::Topic", {"DisplayName": "secret", "TopicName": "t"},
                          {"DisplayName": "****", "TopicName": "t"})  # fmt: skip
    observed, differences = compared(declared.properties, {"DisplayName": "live", "TopicName": "t"})
    drift = ResourceDrift("A", "a", declared.type, "MODIFIED", declared.properties, observed, tuple(differences))
    assert as_it_is(declared, drift).properties == {"DisplayName": "live", "TopicName": "t"}
    assert as_it_is(declared, drift).shown == {"DisplayName": "****", "TopicName": "t"}


def test_what_cannot_be_compared_is_named() -> None:
    database = Definition("D", "AWS::RDS::DBInstance", {"MasterUserPassword": "{{resolve:ssm-secure:p}}"}, {})
    secret = Definition("S", "AWS::SecretsManager::Secret", {"SecretString": "x", "Name": "n"}, {})
    assert ignored(database) == (("/Properties/MasterUserPassword", "SENSITIVE_PROPERTY"),)
    assert ignored(secret) == (("/Properties/SecretString", "WRITE_ONLY_PROPERTY"),)


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_reads_only_what_its_handler_honours(kind: str) -> None:
    assert READERS[kind].reads <= HANDLERS[kind].honours


UNREADABLE = "Resources: {A: {Type: 'AWS::XRay::Group', Properties: {GroupName: a}}}"


def test_types_that_cannot_be_read_are_not_checked(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=UNREADABLE)
    api.settled("s", "CREATE_COMPLETE")
    found = api("DetectStackDrift", StackName="s")["StackDriftDetectionId"]
    status = api("DescribeStackDriftDetectionStatus", StackDriftDetectionId=found)
    assert (status["StackDriftStatus"], status["DriftedStackResourceCount"]) == ("NOT_CHECKED", 0)
    assert api("DescribeStackResourceDrifts", StackName="s")["StackResourceDrifts"] == []


@pytest.mark.parametrize(
    "action, asked, said",
    [
        ("DetectStackDrift", {"LogicalResourceIds": ["Z"]}, "Resource Z does not exist for stack s"),
        ("DetectStackResourceDrift", {"LogicalResourceId": "A"}, "AWS::XRay::Group does not support drift detection"),
        ("DetectStackResourceDrift", {"LogicalResourceId": "Z"}, "Resource Z does not exist for stack s"),
        ("DescribeStackDriftDetectionStatus", {"StackDriftDetectionId": "none"}, "Drift detection none does not exist"),
        ("DetectStackDrift", {"StackName": "none"}, "Stack with id none does not exist"),
    ],
)
def test_refused_requests(api: Any, action: str, asked: dict[str, Any], said: str) -> None:
    api("CreateStack", StackName="s", TemplateBody=UNREADABLE)
    api.settled("s", "CREATE_COMPLETE")
    with pytest.raises(Refusal) as refused:
        api(action, **{"StackName": "s", **asked})
    assert said in refused.value.message


def test_a_stack_that_failed_cannot_be_compared(api: Any) -> None:
    api.engine.stacks.trace("arn:aws:xray:us-east-1:123456789012:group/a", {"GroupName": "a"})
    api("CreateStack", StackName="s", TemplateBody=UNREADABLE)
    api.settled("s", "ROLLBACK_COMPLETE")
    with pytest.raises(Refusal, match="is in ROLLBACK_COMPLETE state"):
        api("DetectStackDrift", StackName="s")
