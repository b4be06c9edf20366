"""What a change set foresees."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hivemind.emulator.cloudformation.changes import NO_CHANGES
from hivemind.emulator.cloudformation.refusal import Refusal

BODY = """
Parameters:
  Reservoir: {Type: Number, Default: 1}
  Version: {Type: Number, Default: 1}
  Token: {Type: String, NoEcho: true, Default: hush}
  With: {Type: String, Default: "no"}
Conditions: {Extra: !Equals [!Ref With, "yes"]}
Resources:
  Rule:
    Type: AWS::XRay::SamplingRule
    Properties: {SamplingRule: {RuleName: rule, ReservoirSize: !Ref Reservoir, Version: !Ref Version, FixedRate: 1,
      Priority: 1, ServiceName: "*", ServiceType: "*", Host: "*", HTTPMethod: "*", URLPath: "*", ResourceARN: "*"}}
  Follower: {Type: AWS::XRay::Group, Properties: {GroupName: follower, FilterExpression: !Sub 'of ${Rule}'}}
  Quiet: {Type: AWS::XRay::Group, Properties: {GroupName: quiet, FilterExpression: !Sub 'with ${Token}'}}
  Maybe: {Type: AWS::XRay::Group, Condition: Extra, DeletionPolicy: Retain, Properties: {GroupName: maybe}}
Outputs: {Rule: {Value: !Ref Rule}}
"""


@pytest.fixture
def stack(api: Any) -> Any:
    """The stack `s`, created with the defaults."""
    api("CreateStack", StackName="s", TemplateBody=BODY)
    return api.settled("s", "CREATE_COMPLETE")


def changed(api: Any, body: str = BODY, name: str = "c", full: bool = True, **parameters: str) -> dict[str, Any]:
    """The change set of `s` with a template or some parameter values."""
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    api("CreateChangeSet", StackName="s", ChangeSetName=name, TemplateBody=body, Parameters=given)
    described: dict[str, Any] = api("DescribeChangeSet", StackName="s", ChangeSetName=name, IncludePropertyValues=full)
    return described


def resources(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in described["Changes"]}


def test_the_same_again_is_failed_in_awss_words(api: Any, stack: Any) -> None:
    described = changed(api)
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == NO_CHANGES
    with pytest.raises(Refusal) as refused:
        api("ExecuteChangeSet", StackName="s", ChangeSetName="c")
    assert refused.value.code == "InvalidChangeSetStatus"


def test_a_parameter_alone_is_seen_with_before_and_after(api: Any, stack: Any) -> None:
    found = resources(changed(api, Reservoir="5"))
    assert list(found) == ["Rule"]
    assert (found["Rule"]["Action"], found["Rule"]["Replacement"], found["Rule"]["Scope"]) == (
        "Modify",
        "False",
        ["Properties"],
    )
    [detail] = found["Rule"]["Details"]
    assert detail["ChangeSource"] == "ParameterReference"
    assert (detail["CausingEntity"], detail["Evaluation"]) == ("Reservoir", "Static")
    assert detail["Target"] == {
        "Attribute": "Properties",
        "Name": "SamplingRule",
        "Path": "/Properties/SamplingRule/ReservoirSize",
        "RequiresRecreation": "Never",
        "BeforeValue": "1",
        "AfterValue": "5",
        "AttributeChangeType": "Modify",
    }


def test_values_are_shown_only_when_asked_for(api: Any, stack: Any) -> None:
    [detail] = resources(changed(api, full=False, Reservoir="5"))["Rule"]["Details"]
    assert detail["Target"] == {"Attribute": "Properties", "Name": "SamplingRule", "RequiresRecreation": "Never"}
    assert "BeforeContext" not in resources(changed(api, name="d", full=False, Reservoir="5"))["Rule"]


def test_a_replacement_spreads_to_what_refers_to_it(api: Any, stack: Any) -> None:
    found = resources(changed(api, Version="2"))
    assert found["Rule"]["Replacement"] == "True"
    assert found["Rule"]["PolicyAction"] == "ReplaceAndDelete"
    [detail] = found["Follower"]["Details"]
    assert (detail["Evaluation"], detail["ChangeSource"], detail["CausingEntity"]) == (
        "Dynamic",
        "ResourceReference",
        "Rule",
    )
    assert detail["Target"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"


def test_a_secret_parameter_is_never_shown(api: Any, stack: Any) -> None:
    described = changed(api, Token="louder")
    [detail] = resources(described)["Quiet"]["Details"]
    assert (detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]) == ("with ****", "with ****")
    everything = json.dumps([described, api("DescribeStackEvents", StackName="s")], default=str)
    assert "louder" not in everything
    assert "hush" not in everything


def test_conditions_add_and_remove(api: Any, stack: Any) -> None:
    added = resources(changed(api, With="yes"))["Maybe"]
    assert added["Action"] == "Add"
    assert json.loads(added["AfterContext"])["Properties"] == {"GroupName": "maybe"}
    api("ExecuteChangeSet", StackName="s", ChangeSetName="c")
    api.settled("s", "UPDATE_COMPLETE")
    removed = resources(changed(api, name="back"))["Maybe"]
    assert (removed["Action"], removed["PolicyAction"]) == ("Remove", "Retain")


def test_a_policy_alone_is_a_change_of_its_scope(api: Any, stack: Any) -> None:
    found = resources(changed(api, BODY.replace("Type: AWS::XRay::Group, Properties: {GroupName: quiet",
                                                "DeletionPolicy: Retain, Type: AWS::XRay::Group, "
                                                "Properties: {GroupName: quiet")))  # fmt: skip
    assert found["Quiet"]["Scope"] == ["DeletionPolicy"]
    assert found["Quiet"]["Replacement"] == "False"


def test_stack_tags_reach_what_can_be_tagged(api: Any, stack: Any) -> None:
    api("CreateChangeSet", StackName="s", ChangeSetName="c", TemplateBody=BODY, Tags=[{"Key": "a", "Value": "b"}])
    found = resources(api("DescribeChangeSet", StackName="s", ChangeSetName="c"))
    assert {name: each["Scope"] for name, each in found.items()} == {
        name: ["Tags"] for name in ("Rule", "Follower", "Quiet")
    }


def test_an_output_alone_is_enough(api: Any, stack: Any) -> None:
    described = changed(api, BODY.replace("{Rule: {Value", "{Two: {Value: x}, Rule: {Value"))
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])


def test_unknown_and_missing_properties_fail_the_change_set(api: Any, stack: Any) -> None:
    described = changed(api, "Resources: {A: {Type: 'AWS::XRay::Group', Properties: {Groupname: x}}}")
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == (
        "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early "
        "Validation errors, use the DescribeEvents API for detailed failure information."
    )


def test_a_property_the_local_cloud_would_ignore_is_refused(api: Any, stack: Any) -> None:
    body = "Resources: {A: {Type: 'AWS::SNS::Topic', Properties: {TracingConfig: Active}}}"
    assert "[TracingConfig] is not supported by the local cloud" in changed(api, body)["StatusReason"]


def test_a_new_stack_waits_in_review_until_its_change_set_is_executed(api: Any) -> None:
    api("CreateChangeSet", StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=BODY)
    assert api.stack("s").status == "REVIEW_IN_PROGRESS"
    assert {
        each["Action"] for each in resources(api("DescribeChangeSet", StackName="s", ChangeSetName="c")).values()
    } == {"Add"}
    api("ExecuteChangeSet", StackName="s", ChangeSetName="c")
    stack = api.settled("s", "CREATE_COMPLETE")
    executed = api("DescribeChangeSet", StackName="s", ChangeSetName="c")
    assert executed["ExecutionStatus"] == "EXECUTE_COMPLETE"
    assert stack.change_set_id == executed["ChangeSetId"]


def test_executing_one_change_set_deletes_the_others(api: Any, stack: Any) -> None:
    changed(api, name="one", Reservoir="2")
    changed(api, name="two", Reservoir="3")
    api("ExecuteChangeSet", StackName="s", ChangeSetName="one")
    api.settled("s", "UPDATE_COMPLETE")
    assert [each["ChangeSetName"] for each in api("ListChangeSets", StackName="s")["Summaries"]] == ["one"]
    with pytest.raises(Refusal) as refused:
        api("DescribeChangeSet", StackName="s", ChangeSetName="two")
    assert refused.value.code == "ChangeSetNotFound"


def test_the_execution_status_tells_how_the_execution_ended(api: Any, stack: Any) -> None:
    api.engine.stacks.trace("arn:aws:xray:us-east-1:123456789012:group/taken", {"GroupName": "taken"})
    body = BODY.replace("GroupName: maybe", "GroupName: taken")
    changed(api, body, With="yes")
    api("ExecuteChangeSet", StackName="s", ChangeSetName="c", ClientRequestToken="t")
    api.settled("s", "UPDATE_ROLLBACK_COMPLETE")
    assert api("DescribeChangeSet", StackName="s", ChangeSetName="c")["ExecutionStatus"] == "EXECUTE_FAILED"
    assert api("ExecuteChangeSet", StackName="s", ChangeSetName="c", ClientRequestToken="t") == {}
    with pytest.raises(Refusal, match=r"execution status of \[EXECUTE_FAILED\]"):
        api("ExecuteChangeSet", StackName="s", ChangeSetName="c")


def test_what_changes_the_stack_otherwise_makes_a_change_set_obsolete(api: Any, stack: Any) -> None:
    changed(api, Reservoir="2")
    given = [{"ParameterKey": "Reservoir", "ParameterValue": "3"}]
    api("UpdateStack", StackName="s", TemplateBody=BODY, Parameters=given)
    api.settled("s", "UPDATE_COMPLETE")
    described = api("DescribeChangeSet", StackName="s", ChangeSetName="c")
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "OBSOLETE")
    with pytest.raises(Refusal, match=r"execution status of \[OBSOLETE\]") as refused:
        api("ExecuteChangeSet", StackName="s", ChangeSetName="c")
    assert refused.value.code == "InvalidChangeSetStatus"
    api("DeleteChangeSet", StackName="s", ChangeSetName="c")
    assert api("ListChangeSets", StackName="s")["Summaries"] == []


@pytest.mark.parametrize(
    "parameters, said",
    [
        ({"ChangeSetName": "1st"}, "Value '1st' at 'changeSetName' failed to satisfy constraint"),
        ({"ChangeSetName": "c" * 129}, "Member must have length less than or equal to 128"),
        ({"StackName": "s" * 129}, "Member must have length less than or equal to 128"),
        ({"TemplateBody": BODY + "Rules: {R: {Assertions: [{Assert: !Equals [1, 2]}]}}"}, "Rule R failed"),
        (
            {"TemplateBody": BODY.replace("Reservoir: {Type: Number, Default: 1}", "Reservoir: {Type: Number}")},
            "[Reservoir] must have values",
        ),
        ({"ChangeSetType": "CREATE"}, "already exists and cannot be created again"),
        ({"ChangeSetType": "IMPORT"}, "does not support change sets of type IMPORT"),
        ({"StackName": "other"}, "Stack with id other does not exist"),
        ({"DeploymentMode": "EXPRESS"}, "DeploymentMode EXPRESS is not supported"),
        (
            {"DeploymentMode": "REVERT_DRIFT", "ChangeSetType": "CREATE", "StackName": "n"},
            "DeploymentMode REVERT_DRIFT is not supported for a change set of type CREATE",
        ),
        ({"NotificationARNs": ["arn:x"]}, "does not support NotificationARNs"),
        ({"TemplateBody": None}, "Either Template URL or Template Body must be specified."),
        ({"StackName": "9lives"}, "failed to satisfy constraint"),
    ],
)
def test_refused_requests(api: Any, stack: Any, parameters: dict[str, Any], said: str) -> None:
    asked = {"StackName": "s", "ChangeSetName": "c", "TemplateBody": BODY, **parameters}
    with pytest.raises(Refusal) as refused:
        api("CreateChangeSet", **asked)
    assert said in refused.value.message


def test_a_refused_first_change_set_leaves_no_stack(api: Any) -> None:
    body = BODY + "Rules: {R: {Assertions: [{Assert: !Equals [1, 2]}]}}"
    with pytest.raises(Refusal):
        api("CreateChangeSet", StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body)
    assert api("ListStacks")["StackSummaries"] == []


def test_a_parameter_left_out_of_a_change_set_takes_its_default_unless_its_previous_value_is_asked_for(
    api: Any, stack: Any
) -> None:
    changed(api, Reservoir="5")
    api("ExecuteChangeSet", StackName="s", ChangeSetName="c")
    api.settled("s", "UPDATE_COMPLETE")
    [detail] = resources(changed(api, name="omitted"))["Rule"]["Details"]
    assert (detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]) == ("5", "1")
    kept = [{"ParameterKey": "Reservoir", "UsePreviousValue": True}]
    api("CreateChangeSet", StackName="s", ChangeSetName="kept", TemplateBody=BODY, Parameters=kept)
    assert api("DescribeChangeSet", StackName="s", ChangeSetName="kept")["StatusReason"] == NO_CHANGES
