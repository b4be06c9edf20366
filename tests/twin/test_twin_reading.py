"""What apply and plan rely on of the inventory and of the logs."""

from __future__ import annotations

import json
import re

import pytest
from fakes.twin import Twin

from hivemind.errors import CloudError

IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
LOGS = json.dumps(
    {
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 1}}},
        "Outputs": {"LogGroup": {"Value": {"Ref": "Logs"}}},
    }
)


def test_the_caller_is_known_by_account_region_and_identity(twin: Twin) -> None:
    caller = twin.cloud.inventory.caller()
    assert re.fullmatch(r"\d{12}", caller.account)
    assert caller.region == "us-east-1"
    assert caller.arn.startswith(("arn:aws:iam::", "arn:aws:sts::"))
    assert caller.account in caller.arn


def test_a_public_parameter_names_an_image_and_always_the_same(twin: Twin) -> None:
    image = twin.cloud.inventory.image(IMAGE)
    assert re.fullmatch(r"ami-[0-9a-f]{8,17}", image)
    assert twin.cloud.inventory.image(IMAGE) == image


def test_a_parameter_that_is_not_there_names_no_image(twin: Twin) -> None:
    with pytest.raises(CloudError):
        twin.cloud.inventory.image("/aws/service/no-such-parameter")


def test_stacks_are_found_by_the_tag_of_their_deployment_alone(twin: Twin) -> None:
    inventory = twin.cloud.inventory
    other = twin.stack(LOGS).model_copy(
        update={"name": f"{twin.name}-other", "tags": {"hivemind:deployment": f"{twin.name}-other"}}
    )
    untagged = twin.stack(LOGS).model_copy(update={"name": f"{twin.name}-untagged", "tags": {}})
    second = twin.stack(LOGS).model_copy(update={"name": f"{twin.name}-second"})
    for wanted in (twin.stack(LOGS), second, other, untagged):
        twin.deploy(wanted, "hm-1")
    assert sorted(inventory.stacks(twin.name)) == [twin.name, f"{twin.name}-second"]
    assert inventory.stacks(f"{twin.name}-other") == (f"{twin.name}-other",)
    assert inventory.stacks(f"{twin.name}-untagged") == ()
    deployments = inventory.deployments()
    assert [name for name in deployments if name.startswith(twin.name)] == [twin.name, f"{twin.name}-other"]
    assert list(deployments) == sorted(deployments)


def test_a_machine_belongs_to_its_deployment_until_it_has_ended(twin: Twin) -> None:
    machine = twin.outside.launch({"hivemind:deployment": twin.name})
    assert [(each.kind, each.id) for each in twin.cloud.inventory.owned(twin.name)] == [("instance", machine)]
    twin.cloud.instances.terminate(machine)
    assert twin.until(lambda: twin.cloud.inventory.owned(twin.name) == ())


def test_a_log_tail_is_the_last_lines_oldest_first(twin: Twin) -> None:
    group = twin.deploy(twin.stack(LOGS), "hm-1").outputs["LogGroup"]
    telemetry = twin.cloud.telemetry
    assert telemetry.log_tail(group, 5) == ()
    twin.outside.log(group, ["one", "two", "three"])
    assert telemetry.log_tail(group, 5) == ("one", "two", "three")
    assert telemetry.log_tail(group, 2) == ("two", "three")
    twin.outside.log(group, ["four"])
    assert telemetry.log_tail(group, 2) == ("three", "four")
    assert telemetry.log_tail(group, 1) == ("four",)


def test_a_log_tail_of_some_machines_leaves_the_others_out(twin: Twin) -> None:
    group = twin.deploy(twin.stack(LOGS), "hm-1").outputs["LogGroup"]
    for machine in ("i-1", "i-2", "i-3"):
        twin.outside.log(group, [f"said by {machine}"], stream=machine)
    telemetry = twin.cloud.telemetry
    assert telemetry.log_tail(group, 5, frozenset({"i-1", "i-3"})) == ("said by i-1", "said by i-3")
    assert telemetry.log_tail(group, 5, frozenset()) == ()
    assert len(telemetry.log_tail(group, 5)) == 3


def test_the_logs_go_with_their_stack(twin: Twin) -> None:
    group = twin.deploy(twin.stack(LOGS), "hm-1").outputs["LogGroup"]
    twin.outside.log(group, ["one"])
    twin.cloud.stacks.delete(twin.name, "hm-2")
    assert twin.settle() is None
    assert twin.cloud.telemetry.log_tail(group, 5) == ()
