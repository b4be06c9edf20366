"""Whole operations: create, update, failure, the way back, deletion. X-Ray's types fail when a name is taken."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

from hivemind.emulator.cloudformation.refusal import Refusal

GROUP = "arn:aws:xray:us-east-1:123456789012:group/"


def groups(*lines: str, **names: str) -> str:
    """A template of X-Ray groups: `LogicalId="properties after GroupName"`, under lines of other sections."""
    found = [f"  {key}: {{Type: 'AWS::XRay::Group', {rest}}}" for key, rest in names.items()]
    return "\n".join([*lines, "Resources:", *found])


def named(name: str, more: str = "") -> str:
    return f"Properties: {{GroupName: {name}}}{more}"


def filtered(name: str, expression: str) -> str:
    return f"Properties: {{GroupName: {name}, FilterExpression: '{expression}'}}"


def live(api: Any) -> dict[str, Any]:
    """What exists, by name."""
    return {arn.rpartition("/")[2]: each.get("FilterExpression") for arn, each in api.engine.stacks.tracing.items()}


ONE = groups(A=named("a"), B=named("b", ", DependsOn: A"), C=named("c", ", DependsOn: B"))
FAILING = groups(A=named("a"), B=named("b", ", DependsOn: A"), C=named("taken", ", DependsOn: B"))


@pytest.fixture
def taken(api: Any) -> None:
    """The name `taken` belongs to someone else."""
    api.engine.stacks.trace(f"{GROUP}taken", {"GroupName": "taken"})


def test_a_create_goes_in_order_and_says_so(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=ONE, Tags=[{"Key": "k", "Value": "v"}])
    api.settled("s", "CREATE_COMPLETE")
    assert api.story("s") == [
        "s CREATE_IN_PROGRESS",
        *[f"{name} {status}" for name in "ABC" for status in ("CREATE_IN_PROGRESS",) * 2 + ("CREATE_COMPLETE",)],
        "s CREATE_COMPLETE",
    ]
    assert api.engine.stacks.tracing[f"{GROUP}a"]["Tags"] == [{"Key": "k", "Value": "v"}]
    assert api.saves > 0


def test_a_failed_create_removes_what_it_made_and_adopts_nothing(api: Any, taken: None) -> None:
    api("CreateStack", StackName="s", TemplateBody=FAILING)
    stack = api.settled("s", "ROLLBACK_COMPLETE")
    assert live(api) == {"taken": None}
    assert api.story("s")[-6:] == [
        "s ROLLBACK_IN_PROGRESS",
        "B DELETE_IN_PROGRESS",
        "B DELETE_COMPLETE",
        "A DELETE_IN_PROGRESS",
        "A DELETE_COMPLETE",
        "s ROLLBACK_COMPLETE",
    ]
    reasons = [event.reason for event in stack.events if event.reason]
    assert "Resource of type 'AWS::XRay::Group' with identifier 'taken' already exists." in reasons
    assert "The following resource(s) failed to create: [C]. Rollback requested by user." in reasons


def test_only_deleting_helps_after_a_rollback(api: Any, taken: None) -> None:
    api("CreateStack", StackName="s", TemplateBody=FAILING)
    api.settled("s", "ROLLBACK_COMPLETE")
    with pytest.raises(Refusal, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        api("UpdateStack", StackName="s", TemplateBody=ONE)
    identity = api.stack("s").id
    api("DeleteStack", StackName="s")
    api.settled(identity, "DELETE_COMPLETE")


def test_on_failure_delete_leaves_no_stack(api: Any, taken: None) -> None:
    identity = api("CreateStack", StackName="s", TemplateBody=FAILING, OnFailure="DELETE")["StackId"]
    api.settled(identity, "DELETE_COMPLETE")
    assert live(api) == {"taken": None}


def test_without_rollback_the_evidence_stays_and_can_be_rolled_back_or_retried(api: Any, taken: None) -> None:
    for name in ("s", "t"):
        body = FAILING.replace("GroupName: a", f"GroupName: {name}a").replace("GroupName: b", f"GroupName: {name}b")
        api("CreateStack", StackName=name, TemplateBody=body, DisableRollback=True)
        api.settled(name, "CREATE_FAILED")
    assert set(live(api)) == {"sa", "sb", "ta", "tb", "taken"}
    api("RollbackStack", StackName="s")
    api.settled("s", "ROLLBACK_COMPLETE")
    api.engine.stacks.trace(f"{GROUP}taken", None)
    body = FAILING.replace("GroupName: a", "GroupName: ta").replace("GroupName: b", "GroupName: tb")
    api("UpdateStack", StackName="t", TemplateBody=body)
    api.settled("t", "UPDATE_COMPLETE")
    assert set(live(api)) == {"ta", "tb", "taken"}


BEFORE = groups("Outputs: {O: {Value: old}}", A=filtered("a", "one"), B=filtered("b", "one"))
AFTER = groups(
    "Outputs: {O: {Value: new}}",
    A=filtered("a", "two"),
    N=named("n", ", DependsOn: A"),
    C=named("taken", ", DependsOn: N"),
)


def test_a_failed_update_restores_every_value(api: Any, taken: None) -> None:
    api("CreateStack", StackName="s", TemplateBody=BEFORE)
    api.settled("s", "CREATE_COMPLETE")
    api("UpdateStack", StackName="s", TemplateBody=AFTER)
    stack = api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    assert live(api) == {"a": "one", "b": "one", "taken": None}
    assert sorted(stack.resources) == ["A", "B"]
    assert [output.value for output in stack.outputs] == ["old"]
    assert stack.target.body == BEFORE
    story = api.story("s")
    assert "A UPDATE_COMPLETE" in story[story.index("s UPDATE_ROLLBACK_IN_PROGRESS") :]
    assert story[-3:] == ["N DELETE_IN_PROGRESS", "N DELETE_COMPLETE", "s UPDATE_ROLLBACK_COMPLETE"]


def test_an_update_that_failed_without_rollback_can_be_rolled_back_later(api: Any, taken: None) -> None:
    api("CreateStack", StackName="s", TemplateBody=BEFORE)
    api.settled("s", "CREATE_COMPLETE")
    api("CreateChangeSet", StackName="s", ChangeSetName="c", TemplateBody=AFTER)
    api("ExecuteChangeSet", StackName="s", ChangeSetName="c", DisableRollback=True)
    api.settled("s", "UPDATE_FAILED")
    assert live(api) == {"a": "two", "b": "one", "n": None, "taken": None}
    api("RollbackStack", StackName="s")
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    assert live(api) == {"a": "one", "b": "one", "taken": None}


def test_an_update_that_failed_can_go_forward_even_after_a_restart(api: Any, taken: None) -> None:
    api("CreateStack", StackName="s", TemplateBody=BEFORE)
    api.settled("s", "CREATE_COMPLETE")
    api("CreateChangeSet", StackName="s", ChangeSetName="c", TemplateBody=AFTER, OnStackFailure="DO_NOTHING")
    api("ExecuteChangeSet", StackName="s", ChangeSetName="c")
    api.settled("s", "UPDATE_FAILED")
    again = type(api)(pickle.loads(pickle.dumps(api.engine.stacks)))
    again.engine.stacks.trace(f"{GROUP}taken", None)
    again("UpdateStack", StackName="s", UsePreviousTemplate=True)
    stack = again.settled("s", "UPDATE_COMPLETE")
    assert live(again) == {"a": "two", "n": None, "taken": None}
    assert sorted(stack.resources) == ["A", "C", "N"]
    again.engine.stop()


RULE = """
Resources:
  Rule:
    Type: AWS::XRay::SamplingRule
    Properties: {SamplingRule: {RuleName: NAME, Version: NUMBER, FixedRate: 1, Priority: 1, ReservoirSize: 1,
      ServiceName: "*", ServiceType: "*", Host: "*", HTTPMethod: "*", URLPath: "*", ResourceARN: "*"}}
  User: {Type: AWS::XRay::Group, Properties: {GroupName: user, FilterExpression: !Ref Rule}}
"""


def rule(name: str, number: int, more: str = "") -> str:
    return RULE.replace("NAME", name).replace("NUMBER", str(number)) + more


def test_a_replacement_is_made_first_and_the_old_one_goes_in_the_cleanup(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=rule("one", 1))
    api.settled("s", "CREATE_COMPLETE")
    api("UpdateStack", StackName="s", TemplateBody=rule("two", 2))
    api.settled("s", "UPDATE_COMPLETE")
    assert set(live(api)) == {"two", "user"}
    assert live(api)["user"].endswith("sampling-rule/two")
    assert api.story("s")[-9:] == [
        "Rule UPDATE_IN_PROGRESS",
        "Rule UPDATE_IN_PROGRESS",
        "Rule UPDATE_COMPLETE",
        "User UPDATE_IN_PROGRESS",
        "User UPDATE_COMPLETE",
        "s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "Rule DELETE_IN_PROGRESS",
        "Rule DELETE_COMPLETE",
        "s UPDATE_COMPLETE",
    ]


def test_a_failed_update_puts_the_replaced_one_back(api: Any, taken: None) -> None:
    api("CreateStack", StackName="s", TemplateBody=rule("one", 1))
    api.settled("s", "CREATE_COMPLETE")
    failing = rule("two", 2, "  Bad: {Type: AWS::XRay::Group, DependsOn: User, Properties: {GroupName: taken}}\n")
    api("UpdateStack", StackName="s", TemplateBody=failing)
    stack = api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    assert set(live(api)) == {"one", "user", "taken"}
    assert live(api)["user"].endswith("sampling-rule/one")
    assert stack.resources["Rule"].physical_id.endswith("sampling-rule/one")
    assert stack.retired == []


def test_a_successor_that_cannot_be_made_leaves_the_old_one(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=rule("one", 1))
    api.settled("s", "CREATE_COMPLETE")
    api("UpdateStack", StackName="s", TemplateBody=rule("one", 2))
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    assert set(live(api)) == {"one", "user"}


def test_retain_and_delete_order(api: Any) -> None:
    body = groups(
        A=named("a", ", DeletionPolicy: Retain"),
        B=named("b", ", DependsOn: A"),
        C=named("c", ", DependsOn: B, DeletionPolicy: RetainExceptOnCreate"),
        D=named("d", ", DependsOn: C"),
    )
    identity = api("CreateStack", StackName="s", TemplateBody=body)["StackId"]
    api.settled("s", "CREATE_COMPLETE")
    api("DeleteStack", StackName="s")
    api.settled(identity, "DELETE_COMPLETE")
    assert set(live(api)) == {"a", "c"}
    assert [line for line in api.story(identity) if "DELETE" in line] == [
        "s DELETE_IN_PROGRESS",
        "D DELETE_IN_PROGRESS",
        "D DELETE_COMPLETE",
        "C DELETE_SKIPPED",
        "B DELETE_IN_PROGRESS",
        "B DELETE_COMPLETE",
        "A DELETE_SKIPPED",
        "s DELETE_COMPLETE",
    ]
    with pytest.raises(Refusal, match="does not exist"):
        api.stack("s")


def test_retain_except_on_create_goes_in_a_rollback(api: Any, taken: None) -> None:
    body = groups(
        A=named("a", ", DeletionPolicy: RetainExceptOnCreate"),
        B=named("b", ", DeletionPolicy: Retain, DependsOn: A"),
        C=named("taken", ", DependsOn: B"),
    )
    api("CreateStack", StackName="s", TemplateBody=body)
    api.settled("s", "ROLLBACK_COMPLETE")
    assert set(live(api)) == {"b", "taken"}


EXPORTING = groups("Outputs: {O: {Value: !Ref A, Export: {Name: group}}}", A=named("a"))
IMPORTING = groups(B="Properties: {GroupName: b, FilterExpression: !ImportValue group}")


def test_exports_are_imported_and_cannot_be_taken_away(api: Any) -> None:
    api("CreateStack", StackName="early", TemplateBody=IMPORTING)
    early = api.settled("early", "ROLLBACK_COMPLETE")
    assert "No export named group found. Rollback requested by user." in _reasons(early)
    assert live(api) == {}
    api("CreateStack", StackName="owner", TemplateBody=EXPORTING)
    api.settled("owner", "CREATE_COMPLETE")
    api("CreateStack", StackName="user", TemplateBody=IMPORTING)
    api.settled("user", "CREATE_COMPLETE")
    assert live(api)["b"] == f"{GROUP}a"
    assert api("ListExports")["Exports"][0]["Value"] == f"{GROUP}a"
    assert api("ListImports", ExportName="group")["Imports"] == ["user"]
    api("UpdateStack", StackName="owner", TemplateBody=groups(A=filtered("a", "x")))
    assert "Export group cannot be deleted as it is in use by user" in _reasons(
        api.settled("owner", "UPDATE_ROLLBACK_COMPLETE")
    )
    api("DeleteStack", StackName="owner")
    assert "in use by user" in str(api.settled("owner", "DELETE_FAILED").reason)


def test_two_stacks_cannot_export_one_name(api: Any) -> None:
    api("CreateStack", StackName="owner", TemplateBody=EXPORTING)
    api.settled("owner", "CREATE_COMPLETE")
    api("CreateStack", StackName="other", TemplateBody=EXPORTING.replace("GroupName: a", "GroupName: z"))
    found = api.settled("other", "ROLLBACK_COMPLETE")
    assert "Export with name group is already exported by stack owner" in _reasons(found)
    assert set(live(api)) == {"a"}


def _reasons(stack: Any) -> str:
    return "\n".join(event.reason or "" for event in stack.events)


def test_termination_protection(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=ONE, EnableTerminationProtection=True)
    identity = api.settled("s", "CREATE_COMPLETE").id
    with pytest.raises(Refusal, match="cannot be deleted while TerminationProtection is enabled"):
        api("DeleteStack", StackName="s")
    api("UpdateTerminationProtection", StackName="s", EnableTerminationProtection=False)
    api("DeleteStack", StackName="s")
    api.settled(identity, "DELETE_COMPLETE")


def test_a_stack_policy_stops_an_update(api: Any) -> None:
    policy = (
        '{"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/A"}, '
        '{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}'
    )
    api("CreateStack", StackName="s", TemplateBody=groups(A=filtered("a", "one")), StackPolicyBody=policy)
    api.settled("s", "CREATE_COMPLETE")
    for body in (groups(A=filtered("a", "two")), groups(B=named("b"))):
        api("UpdateStack", StackName="s", TemplateBody=body)
        found = api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
        assert "Action denied by stack policy: Statement [#1]" in _reasons(found)
        assert live(api) == {"a": "one"}
    api("SetStackPolicy", StackName="s", StackPolicyBody='{"Statement": []}')
    assert api("GetStackPolicy", StackName="s")["StackPolicyBody"] == '{"Statement": []}'


def test_an_update_without_changes_is_refused(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=ONE)
    api.settled("s", "CREATE_COMPLETE")
    with pytest.raises(Refusal, match="No updates are to be performed"):
        api("UpdateStack", StackName="s", TemplateBody=ONE)


@pytest.mark.parametrize(
    "action, parameters, said",
    [
        ("CreateStack", {"TemplateBody": ONE}, "Stack [s] already exists"),
        ("CreateStack", {"StackName": "t", "TemplateBody": ONE, "TimeoutInMinutes": 5}, "support TimeoutInMinutes"),
        (
            "CreateStack",
            {"StackName": "t", "TemplateBody": ONE, "OnFailure": "DELETE", "DisableRollback": True},
            "both",
        ),
        ("RollbackStack", {}, "cannot be called on a stack in CREATE_COMPLETE state"),
        ("ContinueUpdateRollback", {}, "can not continue an update rollback"),
        ("SignalResource", {"LogicalResourceId": "A", "UniqueId": "i", "Status": "SUCCESS"}, "can not be signaled"),
        ("DeleteStack", {"RetainResources": ["A"]}, "only when the stack is in the DELETE_FAILED state"),
        ("DescribeStackResource", {"LogicalResourceId": "Z"}, "Resource Z does not exist"),
        ("ListImports", {"ExportName": "nothing"}, "is not imported by any stack"),
        ("SetStackPolicy", {"StackPolicyBody": "no json"}, "Error validating stack policy"),
        ("GetTemplateSummary", {"StackName": None}, "Either Template URL or Template Body"),
    ],
)
def test_refused_requests(api: Any, action: str, parameters: dict[str, Any], said: str) -> None:
    api("CreateStack", StackName="s", TemplateBody=ONE)
    api.settled("s", "CREATE_COMPLETE")
    with pytest.raises(Refusal) as refused:
        api(action, **{"StackName": "s", **parameters})
    assert said in refused.value.message


def test_reading(api: Any) -> None:
    api("CreateStack", StackName="s", TemplateBody=ONE)
    api.settled("s", "CREATE_COMPLETE")
    assert api("GetTemplate", StackName="s")["TemplateBody"] == ONE
    assert api("DescribeStackResource", StackName="s", LogicalResourceId="A")["StackResourceDetail"][
        "PhysicalResourceId"
    ] == f"{GROUP}a"  # fmt: skip
    assert len(api("DescribeStackResources", PhysicalResourceId=f"{GROUP}a")["StackResources"]) == 3
    assert api("GetTemplateSummary", StackName="s")["ResourceTypes"] == ["AWS::XRay::Group"]
    assert api("ValidateTemplate", TemplateBody=ONE)["Parameters"] == []
    assert api("ListStacks", StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"] == []


def test_a_stack_interrupted_by_a_stop_is_failed_at_the_next_start_and_can_be_deleted(api: Any) -> None:
    stack = api.engine.stacks.add("s", "us-east-1", "CREATE_IN_PROGRESS")
    api.engine.stop()
    restarted = type(api)(pickle.loads(pickle.dumps(api.engine.stacks)))
    assert restarted.stack("s").status == "CREATE_FAILED"
    restarted("DeleteStack", StackName="s")
    restarted.settled(stack.id, "DELETE_COMPLETE")
    restarted.engine.stop()
    assert not [each for each in threading.enumerate() if each.name.startswith("cloudformation-")]
