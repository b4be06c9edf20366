"""Early validation, and DescribeEvents, which alone tells what it found."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.emulator.cloudformation.refusal import Refusal

GOOD = "Resources: {A: {Type: 'AWS::XRay::Group', Properties: {GroupName: a}}}"
WRONG = "Resources: {A: {Type: 'AWS::XRay::Group', Properties: {Groupname: x, Tags: [{Key: k, Value: [1]}]}}}"
STOPPED = "Validation failure detected. See the operation's FAILED event for details. "


def events(api: Any, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("DescribeEvents", **asked)["OperationEvents"]
    return found


def validation(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """What early validation said, and about which place of the template."""
    errors = [each for each in found if each["EventType"] == "VALIDATION_ERROR"]
    assert {each["ValidationFailureMode"] for each in errors} <= {"FAIL"}
    return {(each["ValidationPath"], each["ValidationStatusReason"]) for each in errors}


PROBLEMS = {
    ("/Resources/A/Properties", "required key [GroupName] not found"),
    ("/Resources/A/Properties", "extraneous key [Groupname] is not permitted"),
    ("/Resources/A/Properties/Tags/0/Value", "expected type: String, found: JSONArray"),
}


def test_a_create_is_stopped_before_anything_is_made(api: Any) -> None:
    begun = api("CreateStack", StackName="s", TemplateBody=WRONG)
    stack = api.settled("s", "ROLLBACK_COMPLETE")
    assert [f"{event.status} {event.reason}" for event in stack.events] == [
        "CREATE_IN_PROGRESS User Initiated",
        f"ROLLBACK_IN_PROGRESS {STOPPED}Rollback requested by user.",
        "ROLLBACK_COMPLETE None",
    ]
    assert validation(events(api, OperationId=begun["OperationId"])) == PROBLEMS


def test_an_update_is_stopped_too_and_the_stack_stays_as_it_was(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=GOOD)
    api.settled("s", "CREATE_COMPLETE")
    api("UpdateStack", StackName="s", TemplateBody=WRONG)
    stack = api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    assert [event for event in stack.events if event.status == "UPDATE_FAILED"] == []
    assert stack.target.body == GOOD
    assert validation(events(api, StackName="s")) == PROBLEMS


@pytest.mark.parametrize("option, ends", [("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")])
def test_what_follows_is_as_the_caller_wants_it(api: Any, option: str, ends: str) -> None:
    identity = api("CreateStack", StackName="s", TemplateBody=WRONG, OnFailure=option)["StackId"]
    api.settled(identity, ends)


def test_a_change_set_tells_by_its_own_name(api: Any) -> None:
    api("CreateChangeSet", StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=WRONG)
    found = events(api, StackName="s", ChangeSetName="c", Filters={"FailedEvents": "true"})
    assert validation(found) == PROBLEMS
    assert {each["OperationType"] for each in found} == {"CREATE_CHANGESET"}
    assert {each["ValidationName"] for each in found if "ValidationName" in each} == {"PROPERTY_VALIDATION"}
    [ended] = [each for each in found if each["EventType"] == "STACK_EVENT"]
    assert (ended["OperationStatus"], ended["DetailedStatus"]) == ("FAILED", "VALIDATION_FAILED")
    assert "VALIDATION_ERROR" not in str(api("DescribeStackEvents", StackName="s"))


def test_without_validation_the_resource_itself_fails(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=WRONG, DisableValidation=True)
    stack = api.settled("s", "ROLLBACK_COMPLETE")
    [failed] = [event.reason for event in stack.events if event.status == "CREATE_FAILED"]
    assert failed.startswith("Properties validation failed for resource A with message: #: required key [GroupName]")
    assert validation(events(api, StackName="s")) == set()


def test_events_come_by_operation_newest_first(api: Any) -> None:
    api.engine.stacks.trace("arn:aws:xray:us-east-1:123456789012:group/taken", {"GroupName": "taken"})
    created = api("CreateStack", StackName="s", TemplateBody=GOOD, ClientRequestToken="t")
    api.settled("s", "CREATE_COMPLETE")
    mine = events(api, OperationId=created["OperationId"])
    assert [each["EventType"] for each in mine][::-1] == ["STACK_EVENT", *["PROGRESS_EVENT"] * 5, "STACK_EVENT"]
    assert {each["ClientRequestToken"] for each in mine} == {"t"}
    assert [each.get("OperationStatus") for each in (mine[-1], mine[0])] == ["IN_PROGRESS", "SUCCEEDED"]

    api("UpdateStack", StackName="s", TemplateBody=GOOD.replace("GroupName: a", "GroupName: taken"))
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    everything = events(api, StackName="s")
    assert [each["Timestamp"] for each in everything] == sorted(
        (each["Timestamp"] for each in everything), reverse=True
    )
    assert {each["OperationType"] for each in everything} == {"CREATE_STACK", "UPDATE_STACK", "ROLLBACK"}
    failed = events(api, StackName="s", Filters={"FailedEvents": True})
    assert [each["EventType"] for each in failed] == ["STACK_EVENT", "PROVISIONING_ERROR"]
    assert failed[1]["LogicalResourceId"] == "A"


def test_pages_follow_one_another(api: Any) -> None:
    names = "\n".join(f"  G{number}: {{Type: AWS::XRay::Group, Properties: {{GroupName: g{number}}}}}"
                      for number in range(40))  # fmt: skip
    api("CreateStack", StackName="s", TemplateBody=f"Resources:\n{names}")
    api.settled("s", "CREATE_COMPLETE")
    first = api("DescribeEvents", StackName="s")
    assert len(first["OperationEvents"]) == 100
    second = api("DescribeEvents", StackName="s", NextToken=first["NextToken"])
    assert "NextToken" not in second
    identities = [each["EventId"] for each in first["OperationEvents"] + second["OperationEvents"]]
    assert len(identities) == len(set(identities)) == 2 + 2 + 3 * 40


@pytest.mark.parametrize(
    "asked, said",
    [
        ({}, "One of ChangeSetName, OperationId or StackName must be specified"),
        ({"StackName": "none"}, "Stack with id none does not exist"),
        ({"OperationId": "none"}, "Operation with id none does not exist"),
        ({"StackName": "s", "ChangeSetName": "none"}, "ChangeSet [none] does not exist"),
        ({"StackName": "s", "NextToken": "x"}, "NextToken x is not one that was given out"),
    ],
)
def test_refused_requests(api: Any, asked: dict[str, Any], said: str) -> None:
    api("CreateStack", StackName="s", TemplateBody=GOOD)
    api.settled("s", "CREATE_COMPLETE")
    with pytest.raises(Refusal) as refused:
        api("DescribeEvents", **asked)
    assert said in refused.value.message
