"""CloudFormation, call by call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import ANY

from hivemind.aws.session import Session
from hivemind.aws.stacks import PREVIEW, AwsStacks
from hivemind.errors import CloudError, RefusedError
from hivemind.model.template import StackInput

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1"
WANTED = StackInput(
    name="shop", body="Resources: {}", parameters={"A": "1", "TestToken": "sesame-open", "B": None}, tags={"k": "v"}
)
CREATED = {
    "StackName": "shop",
    "ChangeSetName": "hm-1",
    "TemplateBody": "Resources: {}",
    "Parameters": [
        {"ParameterKey": "A", "ParameterValue": "1"},
        {"ParameterKey": "TestToken", "ParameterValue": "sesame-open"},
        {"ParameterKey": "B", "UsePreviousValue": True},
    ],
    "Tags": [{"Key": "k", "Value": "v"}],
    "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
}


@pytest.fixture
def stacks(session: Session) -> AwsStacks:
    return AwsStacks(session)


@pytest.fixture
def cloudformation(stub: Any) -> Any:
    return stub("cloudformation")


def described(status: str, **more: Any) -> dict[str, Any]:
    stack = {"StackName": "shop", "StackId": ARN, "CreationTime": NOON, "StackStatus": status, **more}
    return {"Stacks": [stack]}


def change_set(status: str = "CREATE_COMPLETE", execution: str = "AVAILABLE", **more: Any) -> dict[str, Any]:
    return {"Status": status, "ExecutionStatus": execution, "ChangeSetName": "hm-1", **more}


def asked(name: str = "hm-1") -> dict[str, Any]:
    return {"StackName": "shop", "ChangeSetName": name, "IncludePropertyValues": True}


def missing(stubber: Any, operation: str) -> None:
    message = "Stack with id shop does not exist"
    stubber.add_client_error(operation, service_error_code="ValidationError", service_message=message)


def no_change_set(stubber: Any, operation: str = "describe_change_set") -> None:
    stubber.add_client_error(operation, service_error_code="ChangeSetNotFoundException", service_message="gone")


def test_no_stack_is_none(stacks: AwsStacks, cloudformation: Any) -> None:
    missing(cloudformation, "describe_stacks")
    assert stacks.find("shop") is None


def test_a_stack_with_all_that_is_known_of_it(stacks: AwsStacks, cloudformation: Any) -> None:
    cloudformation.add_response(
        "describe_stacks",
        described(
            "UPDATE_COMPLETE",
            StackStatusReason="fine",
            EnableTerminationProtection=True,
            Parameters=[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "T", "ParameterValue": "****"}],
            Outputs=[{"OutputKey": "Url", "OutputValue": "http://x"}],
        ),
    )
    cloudformation.add_response(
        "get_template", {"TemplateBody": "Resources: {}"}, {"StackName": ARN, "TemplateStage": "Original"}
    )
    page = {"LogicalResourceId": "Vpc", "ResourceType": "AWS::EC2::VPC", "LastUpdatedTimestamp": NOON}
    gone = {**page, "LogicalResourceId": "Old", "ResourceStatus": "DELETE_COMPLETE"}
    made = {**page, "PhysicalResourceId": "vpc-1", "ResourceStatus": "CREATE_COMPLETE"}
    cloudformation.add_response(
        "list_stack_resources", {"StackResourceSummaries": [gone], "NextToken": "more"}, {"StackName": ARN}
    )
    cloudformation.add_response(
        "list_stack_resources", {"StackResourceSummaries": [made]}, {"StackName": ARN, "NextToken": "more"}
    )
    found = stacks.find("shop")
    assert found is not None
    assert (found.status, found.reason, found.protected, found.body) == (
        "UPDATE_COMPLETE",
        "fine",
        True,
        "Resources: {}",
    )
    assert found.parameters == {"A": "1", "T": "****"}
    assert found.outputs == {"Url": "http://x"}
    assert [(r.logical_id, r.physical_id) for r in found.resources] == [("Vpc", "vpc-1")]


def test_a_shell_under_review_has_no_body_to_ask_for(stacks: AwsStacks, cloudformation: Any) -> None:
    cloudformation.add_response("describe_stacks", described("REVIEW_IN_PROGRESS"))
    found = stacks.find("shop")
    assert found is not None
    assert (found.status, found.body, found.resources) == ("REVIEW_IN_PROGRESS", "", ())


def event(number: int, **more: Any) -> dict[str, Any]:
    known = {"LogicalResourceId": "Vpc", "ResourceType": "AWS::EC2::VPC", "ResourceStatus": "CREATE_COMPLETE"}
    return {"EventId": f"e{number}", "StackId": ARN, "StackName": "shop", "Timestamp": NOON, **known, **more}


def test_events_come_oldest_first_and_paging_ends_at_a_known_one(stacks: AwsStacks, cloudformation: Any) -> None:
    newest = event(4, ResourceStatusReason="because", ClientRequestToken="hm-1")
    cloudformation.add_response("describe_stack_events", {"StackEvents": [newest, event(3)], "NextToken": "older"})
    cloudformation.add_response("describe_stack_events", {"StackEvents": [event(2), event(1)], "NextToken": "oldest"})
    found = stacks.events("shop", frozenset({"e1"}))
    assert [e.id for e in found] == ["e2", "e3", "e4"]
    assert (found[2].reason, found[2].token, found[2].at) == ("because", "hm-1", "2026-03-01T12:00:00.000+00:00")
    assert found[0].token == ""


def test_no_stack_has_no_events(stacks: AwsStacks, cloudformation: Any) -> None:
    missing(cloudformation, "describe_stack_events")
    assert stacks.events("shop", frozenset()) == ()


@pytest.mark.parametrize(
    ("stack", "kind"), [(None, "CREATE"), ("REVIEW_IN_PROGRESS", "CREATE"), ("UPDATE_COMPLETE", "UPDATE")]
)
def test_submitting_makes_a_change_set_of_the_right_kind(
    stacks: AwsStacks, cloudformation: Any, stack: str | None, kind: str
) -> None:
    no_change_set(cloudformation)
    if stack is None:
        missing(cloudformation, "describe_stacks")
    else:
        cloudformation.add_response("describe_stacks", described(stack))
    cloudformation.add_response("create_change_set", {"Id": "x"}, {**CREATED, "ChangeSetType": kind})
    assert stacks.submit(WANTED, token="hm-1", keep_failed=False) == "preparing"


def test_a_change_set_begun_by_another_call_is_waited_for(stacks: AwsStacks, cloudformation: Any) -> None:
    missing(cloudformation, "describe_change_set")
    missing(cloudformation, "describe_stacks")
    cloudformation.add_client_error("create_change_set", service_error_code="AlreadyExistsException")
    assert stacks.submit(WANTED, token="hm-1", keep_failed=False) == "preparing"


@pytest.mark.parametrize(
    ("status", "execution"), [("CREATE_PENDING", "UNAVAILABLE"), ("CREATE_IN_PROGRESS", "UNAVAILABLE")]
)
def test_a_change_set_being_made_is_waited_for(
    stacks: AwsStacks, cloudformation: Any, status: str, execution: str
) -> None:
    cloudformation.add_response("describe_change_set", change_set(status, execution), asked())
    assert stacks.submit(WANTED, token="hm-1", keep_failed=False) == "preparing"


@pytest.mark.parametrize("keep", [True, False])
def test_a_ready_change_set_is_executed_under_its_token(stacks: AwsStacks, cloudformation: Any, keep: bool) -> None:
    cloudformation.add_response("describe_change_set", change_set(), asked())
    request = {"StackName": "shop", "ChangeSetName": "hm-1", "ClientRequestToken": "hm-1", "DisableRollback": keep}
    cloudformation.add_response("execute_change_set", {}, request)
    assert stacks.submit(WANTED, token="hm-1", keep_failed=keep) == "started"


def test_an_executing_change_set_is_not_executed_again(stacks: AwsStacks, cloudformation: Any) -> None:
    cloudformation.add_response("describe_change_set", change_set(execution="EXECUTE_IN_PROGRESS"), asked())
    assert stacks.submit(WANTED, token="hm-1", keep_failed=False) == "started"


@pytest.mark.parametrize("execution", ["EXECUTE_COMPLETE", "EXECUTE_FAILED", "OBSOLETE"])
def test_a_spent_change_set_is_made_anew(stacks: AwsStacks, cloudformation: Any, execution: str) -> None:
    cloudformation.add_response("describe_change_set", change_set(execution=execution), asked())
    cloudformation.add_response("delete_change_set", {}, {"StackName": "shop", "ChangeSetName": "hm-1"})
    assert stacks.submit(WANTED, token="hm-1", keep_failed=False) == "preparing"


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information to create a change set.",
        "No updates are to be performed.",
    ],
)
def test_an_empty_change_set_means_unchanged_and_is_deleted(
    stacks: AwsStacks, cloudformation: Any, reason: str
) -> None:
    empty = change_set("FAILED", "UNAVAILABLE", StatusReason=reason)
    cloudformation.add_response("describe_change_set", empty, asked())
    cloudformation.add_response("delete_change_set", {}, {"StackName": "shop", "ChangeSetName": "hm-1"})
    assert stacks.submit(WANTED, token="hm-1", keep_failed=False) == "unchanged"


def test_a_change_set_that_fails_says_why_and_is_deleted(stacks: AwsStacks, cloudformation: Any) -> None:
    bad = change_set("FAILED", "UNAVAILABLE", StatusReason="Template error: no such resource X")
    cloudformation.add_response("describe_change_set", bad, asked())
    cloudformation.add_response("delete_change_set", {}, {"StackName": "shop", "ChangeSetName": "hm-1"})
    with pytest.raises(CloudError, match="no such resource X") as caught:
        stacks.submit(WANTED, token="hm-1", keep_failed=False)
    assert caught.value.where == "stack shop"


def test_what_early_validation_found_is_told(stacks: AwsStacks, cloudformation: Any) -> None:
    bad = change_set("FAILED", "UNAVAILABLE", StatusReason="Early validation failed, see DescribeEvents")
    found = {"ValidationStatus": "FAILED", "ValidationStatusReason": "name is taken", "LogicalResourceId": "Bucket"}
    cloudformation.add_response("describe_change_set", bad, asked())
    cloudformation.add_response("describe_events", {"OperationEvents": [{"EventId": "1"}, found]})
    cloudformation.add_response("delete_change_set", {})
    with pytest.raises(CloudError, match="Bucket: name is taken"):
        stacks.submit(WANTED, token="hm-1", keep_failed=False)


def test_the_token_is_masked_in_what_the_cloud_says(stacks: AwsStacks, cloudformation: Any) -> None:
    no_change_set(cloudformation)
    missing(cloudformation, "describe_stacks")
    cloudformation.add_client_error(
        "create_change_set", service_error_code="ValidationError", service_message="Value 'sesame-open' is too short"
    )
    with pytest.raises(CloudError) as caught:
        stacks.submit(WANTED, token="hm-1", keep_failed=False)
    assert caught.value.message == "CreateChangeSet: Value '****' is too short (ValidationError)"


def detail(**target: Any) -> dict[str, Any]:
    return {"Target": {"Attribute": "Properties", **target}}


CHANGES = [
    {
        "Type": "Resource",
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": "Database",
            "ResourceType": "AWS::RDS::DBInstance",
            "Replacement": "True",
            "Details": [
                detail(
                    Name="Engine",
                    Path="/Properties/Engine",
                    BeforeValue="a",
                    AfterValue="b",
                    RequiresRecreation="Never",
                ),
                {
                    **detail(
                        Name="Engine",
                        Path="/Properties/Engine",
                        BeforeValue="a",
                        AfterValue="b",
                        RequiresRecreation="Always",
                    ),
                    "CausingEntity": "EngineParameter",
                },
                {"Target": {"Attribute": "Tags", "RequiresRecreation": "Never"}},
            ],
        },
    },
    {"Type": "Hook"},
]
MORE = [
    {"ResourceChange": {"Action": "Add", "LogicalResourceId": "A", "ResourceType": "T::A::A"}},
    {"ResourceChange": {"Action": "Remove", "LogicalResourceId": "B", "ResourceType": "T::B::B"}},
    {
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": "C",
            "ResourceType": "T::C::C",
            "Replacement": "Conditional",
            "Details": [detail(Name="X", Path="/Properties/X/0/Y", AfterValue="1", RequiresRecreation="Conditionally")],
        }
    },
]


def test_a_preview_is_put_in_our_words_and_leaves_no_change_set(stacks: AwsStacks, cloudformation: Any) -> None:
    delete = {"StackName": "shop", "ChangeSetName": ANY}
    cloudformation.add_response(
        "create_change_set", {"Id": "x"}, {**CREATED, "ChangeSetName": ANY, "ChangeSetType": "UPDATE"}
    )
    cloudformation.add_response("describe_change_set", change_set(), delete)
    cloudformation.add_response("describe_change_set", change_set(Changes=CHANGES, NextToken="n"), asked(ANY))
    cloudformation.add_response("describe_change_set", change_set(Changes=MORE), {**asked(ANY), "NextToken": "n"})
    cloudformation.add_response("delete_change_set", {}, delete)
    database, added, removed, changed = stacks.preview(WANTED)
    assert (database.action, database.stack, database.reason) == ("replace", "shop", "because of EngineParameter")
    assert [(p.path, p.before, p.after, p.replaces) for p in database.properties] == [
        ("Engine", "a", "b", "always"),
        ("Tags", None, None, "never"),
    ]
    assert (added.action, removed.action, changed.action) == ("add", "remove", "modify")
    assert [(p.path, p.replaces) for p in changed.properties] == [("X/0/Y", "conditional")]


def test_a_preview_of_no_change_is_empty(stacks: AwsStacks, cloudformation: Any) -> None:
    empty = change_set("FAILED", "UNAVAILABLE", StatusReason="didn't contain changes")
    cloudformation.add_response("create_change_set", {"Id": "x"})
    cloudformation.add_response("describe_change_set", empty)
    cloudformation.add_response("describe_change_set", empty)
    cloudformation.add_response("delete_change_set", {})
    assert stacks.preview(WANTED) == ()


def test_a_preview_that_fails_says_why_and_deletes_its_change_set(stacks: AwsStacks, cloudformation: Any) -> None:
    bad = change_set("FAILED", "UNAVAILABLE", StatusReason="Parameters: [A] must have values")
    cloudformation.add_response("create_change_set", {"Id": "x"})
    cloudformation.add_response("describe_change_set", bad)
    cloudformation.add_response("describe_change_set", bad)
    cloudformation.add_response("delete_change_set", {})
    with pytest.raises(CloudError, match=r"\[A\] must have values"):
        stacks.preview(WANTED)


@pytest.mark.parametrize("meanwhile", ["gone", "overtaken"])
def test_a_preview_that_anothers_update_took_away_is_refused(
    stacks: AwsStacks, cloudformation: Any, meanwhile: str
) -> None:
    cloudformation.add_response("create_change_set", {"Id": "x"})
    cloudformation.add_response("describe_change_set", change_set())
    if meanwhile == "gone":
        no_change_set(cloudformation, "describe_change_set")
    else:
        cloudformation.add_response("describe_change_set", change_set("CREATE_COMPLETE", "OBSOLETE"))
    no_change_set(cloudformation, "delete_change_set")
    with pytest.raises(RefusedError, match="changed this stack while it was planned"):
        stacks.preview(WANTED)


@pytest.mark.parametrize(
    ("status", "error"), [("UPDATE_IN_PROGRESS", RefusedError), ("UPDATE_ROLLBACK_FAILED", CloudError)]
)
def test_a_preview_that_another_s_update_lets_not_begin_is_refused_and_a_stuck_stack_is_told_as_that(
    stacks: AwsStacks, cloudformation: Any, status: str, error: type[Exception]
) -> None:
    words = f"Stack:arn:x is in {status} state and can not be updated."
    cloudformation.add_client_error("create_change_set", "ValidationError", words)
    no_change_set(cloudformation, "delete_change_set")
    with pytest.raises(error):
        stacks.preview(WANTED)


def test_previews_at_once_have_names_of_their_own(stacks: AwsStacks, cloudformation: Any) -> None:
    made: list[str] = []
    cloudformation.client.meta.events.register(
        "provide-client-params.cloudformation.CreateChangeSet",
        lambda params, **_: made.append(params["ChangeSetName"]),
    )
    for _ in range(2):
        cloudformation.add_response("create_change_set", {"Id": "x"})
        cloudformation.add_response("describe_change_set", change_set())
        cloudformation.add_response("describe_change_set", change_set())
        cloudformation.add_response("delete_change_set", {})
        stacks.preview(WANTED)
    assert len(set(made)) == 2
    assert all(name.startswith(PREVIEW) for name in made)


def test_the_other_acts(stacks: AwsStacks, cloudformation: Any) -> None:
    cloudformation.add_response("rollback_stack", {}, {"StackName": "shop"})
    cloudformation.add_response("delete_stack", {}, {"StackName": "shop", "ClientRequestToken": "hm-1"})
    cloudformation.add_response("delete_stack", {}, {"StackName": "shop"})
    cloudformation.add_response(
        "update_termination_protection", {}, {"StackName": "shop", "EnableTerminationProtection": True}
    )
    stacks.roll_back("shop")
    stacks.delete("shop", "hm-1")
    stacks.delete("shop")
    stacks.protect("shop", True)
