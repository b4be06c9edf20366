"""Every template parameter gets its value."""

from __future__ import annotations

import pytest
from fakes.plans import FOUNDATION_STACK, create_plan
from fakes.stage import Stage

from hivemind.apply.parameters import filled, parameter_names
from hivemind.errors import StepError
from hivemind.model.live import LiveStack

BODY = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  VpcId: {Type: String}
  BlueWeight: {Type: Number}
  Size: {Type: String}
Resources:
  Thing:
    Type: AWS::EC2::VPC
    Properties: {Name: !Sub "${Size}-x", Other: !GetAtt [A, B], Third: !Ref Size}
"""


def test_names_are_read_without_understanding_the_functions() -> None:
    assert parameter_names(BODY) == ("VpcId", "BlueWeight", "Size")


@pytest.mark.parametrize("body", ["", "Resources: {}", "- a", "Parameters: none", '{"Parameters": {}}'])
def test_a_template_without_parameters_has_none(body: str) -> None:
    assert parameter_names(body) == ()


def test_the_step_wins_over_outputs_and_outputs_over_what_the_stack_has(stage: Stage) -> None:
    whole = create_plan()
    stage.succeed(whole.model_copy(update={"steps": whole.steps[:2]}))
    there = LiveStack(
        name="x", stack_id="1", status="CREATE_COMPLETE", body="", parameters={"VpcId": "old", "Size": "s"}
    )
    vpc = stage.cloud.stacks.stacks[FOUNDATION_STACK].resources["Vpc"].physical_id
    found = filled(BODY, {}, there, stage.acting(whole))
    assert found == {"VpcId": vpc, "BlueWeight": "100", "Size": None}
    assert filled(BODY, {"VpcId": "mine"}, there, stage.acting(whole))["VpcId"] == "mine"


def test_a_value_that_nobody_has_is_an_error(stage: Stage) -> None:
    with pytest.raises(StepError, match="parameter VpcId has no value"):
        filled(BODY, {"Size": "s"}, None, stage.acting(create_plan()))
