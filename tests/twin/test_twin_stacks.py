"""What apply relies on of CloudFormation."""

from __future__ import annotations

import json

import pytest
from fakes.twin import Twin

from hivemind.apply.condition import last_operation, reasons
from hivemind.errors import CloudError


def body(name: str = "") -> str:
    """Two log groups, the second only while `Extra` is not empty; `name` is the second's own."""
    extra = {"Type": "AWS::Logs::LogGroup", "Condition": "HasExtra", "Properties": {"RetentionInDays": 1}}
    if name:
        extra["Properties"] = {"LogGroupName": name}
    condition = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Extra"}, ""]}]}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"Extra": {"Type": "String"}, "TestToken": {"Type": "String", "NoEcho": True}},
        "Conditions": {"HasExtra": condition},
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 1}}, "More": extra},
        "Outputs": {"LogGroup": {"Value": {"Ref": "Logs"}}},
    }
    return json.dumps(template, indent=1)


def failing(name: str) -> str:
    """The same, but the second cannot be made: a third, made before it, has its name."""
    template = json.loads(body(name))
    first = {"Type": "AWS::Logs::LogGroup", "Condition": "HasExtra", "Properties": {"LogGroupName": name}}
    template["Resources"]["More"]["DependsOn"] = "First"
    template["Resources"] = {"First": first, **template["Resources"]}
    return json.dumps(template, indent=1)


def test_a_stack_comes_about_with_outputs_events_and_a_masked_secret(twin: Twin) -> None:
    assert twin.cloud.stacks.find(twin.name) is None
    assert twin.cloud.stacks.events(twin.name, frozenset()) == ()
    found = twin.deploy(twin.stack(body(), Extra="", TestToken="sesame"), "hm-1")
    assert found.status == "CREATE_COMPLETE"
    assert found.parameters == {"Extra": "", "TestToken": "****"}
    assert [r.logical_id for r in found.resources] == ["Logs"]
    assert found.outputs == {"LogGroup": found.resources[0].physical_id}
    assert json.loads(found.body) == json.loads(body())
    events = twin.cloud.stacks.events(twin.name, frozenset())
    told = [(e.logical_id, e.status) for e in last_operation(events)]
    assert told[0] == (twin.name, "CREATE_IN_PROGRESS")
    assert told[-1] == (twin.name, "CREATE_COMPLETE")
    assert ("Logs", "CREATE_COMPLETE") in told
    assert twin.cloud.stacks.events(twin.name, frozenset(e.id for e in events)) == ()


def test_the_events_of_an_operation_carry_its_token(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="", TestToken="t"), "hm-create")
    twin.deploy(twin.stack(body(), Extra="x", TestToken=None), "hm-update")
    events = twin.cloud.stacks.events(twin.name, frozenset())
    assert {e.token for e in last_operation(events)} == {"hm-update"}


def test_the_same_again_is_unchanged(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="", TestToken="t"), "hm-1")
    same = twin.stack(body(), Extra="", TestToken=None)
    assert twin.submit(same, "hm-1") == "unchanged"
    assert twin.submit(same, "hm-2") == "unchanged"
    settled = twin.settle()
    assert settled is not None
    assert settled.status == "CREATE_COMPLETE"


def test_a_condition_brings_a_resource_and_takes_it_away(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="", TestToken="t"), "hm-1")
    filled = twin.deploy(twin.stack(body(), Extra="x", TestToken=None), "hm-2")
    assert (filled.status, {r.logical_id for r in filled.resources}) == ("UPDATE_COMPLETE", {"Logs", "More"})
    emptied = twin.deploy(twin.stack(body(), Extra="", TestToken=None), "hm-3")
    assert (emptied.status, {r.logical_id for r in emptied.resources}) == ("UPDATE_COMPLETE", {"Logs"})


def test_a_parameter_without_a_value_is_refused(twin: Twin) -> None:
    with pytest.raises(CloudError):
        twin.submit(twin.stack(body(), Extra=""), "hm-1")


def test_a_creation_that_fails_leaves_an_empty_shell_and_its_reason(twin: Twin) -> None:
    found = twin.deploy(twin.stack(failing(f"/{twin.name}/taken"), Extra="x", TestToken="t"), "hm-1")
    assert found.status == "ROLLBACK_COMPLETE"
    told = reasons(last_operation(twin.cloud.stacks.events(twin.name, frozenset())))
    assert told[0].startswith("More (AWS::Logs::LogGroup) CREATE_FAILED: ")
    assert "already exists" in told[0]
    twin.cloud.stacks.delete(twin.name, "hm-2")
    assert twin.settle() is None


def test_a_failed_update_is_kept_for_its_evidence_and_rolled_back_on_demand(twin: Twin) -> None:
    taken = f"/{twin.name}/taken"
    twin.deploy(twin.stack(failing(taken), Extra="", TestToken="t"), "hm-1")
    kept = twin.deploy(twin.stack(failing(taken), Extra="x", TestToken=None), "hm-2", keep_failed=True)
    assert kept.status == "UPDATE_FAILED"
    twin.cloud.stacks.roll_back(twin.name)
    back = twin.settle()
    assert back is not None
    assert back.status == "UPDATE_ROLLBACK_COMPLETE"
    assert back.parameters["Extra"] == ""
    assert {r.logical_id for r in back.resources} == {"Logs"}
    operation = last_operation(twin.cloud.stacks.events(twin.name, frozenset()))
    assert operation[0].token in ("", "hm-2")


def test_a_failed_update_that_is_not_kept_rolls_back_by_itself(twin: Twin) -> None:
    taken = f"/{twin.name}/taken"
    twin.deploy(twin.stack(failing(taken), Extra="", TestToken="t"), "hm-1")
    found = twin.deploy(twin.stack(failing(taken), Extra="x", TestToken=None), "hm-2")
    assert found.status == "UPDATE_ROLLBACK_COMPLETE"
    assert found.parameters["Extra"] == ""


def test_a_preview_changes_nothing(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="x", TestToken="t"), "hm-1")
    before = twin.settle()
    named = body(f"/{twin.name}/named")
    (change,) = twin.cloud.stacks.preview(twin.stack(named, Extra="x", TestToken=None))
    assert change.logical_id == "More"
    assert twin.cloud.stacks.preview(twin.stack(body(), Extra="x", TestToken=None)) == ()
    assert twin.settle() == before


def test_a_protected_stack_is_not_deleted_and_deleting_twice_is_fine(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="", TestToken="t"), "hm-1")
    twin.cloud.stacks.protect(twin.name, True)
    with pytest.raises(CloudError):
        twin.cloud.stacks.delete(twin.name, "hm-2")
    found = twin.settle()
    assert found is not None
    assert found.protected
    twin.cloud.stacks.protect(twin.name, False)
    twin.cloud.stacks.delete(twin.name, "hm-3")
    assert twin.settle() is None
    twin.cloud.stacks.delete(twin.name, "hm-3")
    assert twin.cloud.stacks.events(twin.name, frozenset()) == ()


def test_what_a_deployment_owns_is_found_until_it_is_gone(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="", TestToken="t"), "hm-1")
    assert [(o.kind, o.id) for o in twin.cloud.inventory.owned(twin.name)] == [("stack", twin.name)]
    assert twin.name in twin.cloud.inventory.deployments()
    twin.cloud.stacks.delete(twin.name)
    twin.settle()
    assert twin.cloud.inventory.owned(twin.name) == ()
    assert twin.name not in twin.cloud.inventory.deployments()


def test_a_stack_that_nobody_touched_has_not_drifted(twin: Twin) -> None:
    twin.deploy(twin.stack(body(), Extra="", TestToken="t"), "hm-1")
    assert twin.cloud.stacks.drift(twin.name) == ()
