"""Which values parameters take, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.emulator.cloudformation.intrinsics import Evaluator
from hivemind.emulator.cloudformation.parameters import check_rules, chosen, evaluated, masked
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.template import Template, parse


def declaring(parameters: str) -> Template:
    return parse(f"Parameters: {parameters}\nResources: {{A: {{Type: T}}}}")


def given(**values: str) -> list[dict[str, Any]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


KEEP = {"ParameterKey": "A", "UsePreviousValue": True}


def test_a_given_value_beats_the_default_and_an_omitted_one_takes_it_even_on_update() -> None:
    template = declaring("{A: {Type: String, Default: d}}")
    assert chosen(template, given(A="x"), {}) == {"A": "x"}
    assert chosen(template, [], {"A": "previous"}) == {"A": "d"}
    assert chosen(template, [KEEP], {"A": "previous"}) == {"A": "previous"}


@pytest.mark.parametrize(
    "parameters, requested, said",
    [
        ("{A: {Type: String}}", [], "Parameters: [A] must have values"),
        ("{A: {Type: String}}", given(A="1", B="2"), "Parameters: [B] do not exist in the template"),
        ("{A: {Type: String}}", [KEEP], "Cannot specify usePreviousValue"),
        ("{A: {Type: String, AllowedValues: [x, y]}}", given(A="z"), "must be one of AllowedValues [x, y]"),
        ("{A: {Type: String, AllowedPattern: '[a-z]+'}}", given(A="Z"), "must match pattern [a-z]+"),
        ("{A: {Type: String, AllowedPattern: '[a-z]+'}}", given(A="aZ"), "must match pattern"),
        ("{A: {Type: String, MinLength: 3}}", given(A="ab"), "at least 3 characters"),
        ("{A: {Type: String, MaxLength: 3}}", given(A="abcd"), "at most 3 characters"),
        ("{A: {Type: Number}}", given(A="many"), "must be a number"),
        ("{A: {Type: Number, MinValue: 1}}", given(A="0"), "not less than 1"),
        ("{A: {Type: Number, MaxValue: 9}}", given(A="10"), "not greater than 9"),
        ("{A: {Type: List<Number>}}", given(A="1,x"), "must be a number"),
        ("{A: {Type: CommaDelimitedList, AllowedValues: [x]}}", given(A="x,y"), "must be one of AllowedValues"),
        ("{A: {Type: Text}}", given(A="x"), "Unrecognized parameter type: Text"),
        (
            "{A: {Type: Number, MinValue: 1, ConstraintDescription: must be positive.}}",
            given(A="0"),
            "failed to satisfy constraint: must be positive.",
        ),
    ],
)
def test_refused(parameters: str, requested: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        chosen(declaring(parameters), requested, {})
    assert said in refused.value.message


def test_lists_are_split_and_stored_parameters_read() -> None:
    template = declaring(
        "{L: {Type: CommaDelimitedList}, E: {Type: CommaDelimitedList}, N: {Type: List<Number>}, "
        "Image: {Type: AWS::SSM::Parameter::Value<String>}, S: {Type: AWS::SSM::Parameter::Value<List<String>>}}"
    )
    values = {"L": "a, b", "E": "", "N": "1,2", "Image": "/ami", "S": "/subnets"}
    store = {"/ami": "ami-1", "/subnets": "s1,s2"}
    assert evaluated(template, values, store.__getitem__) == {
        "L": ["a", "b"],
        "E": [],
        "N": ["1", "2"],
        "Image": "ami-1",
        "S": ["s1", "s2"],
    }


def test_noecho_values_are_masked() -> None:
    template = declaring("{P: {Type: String, NoEcho: true}, Q: {Type: String, NoEcho: false}}")
    assert masked(template, {"P": "secret", "Q": "open"}) == {"P": "****", "Q": "open"}


RULES = """
Parameters: {Blue: {Type: Number}, Green: {Type: Number}, Env: {Type: String}}
Rules:
  SomeWeight:
    RuleCondition: !Equals [!Ref Env, prod]
    Assertions:
      - Assert: !Not [!And [!Equals [!Ref Blue, "0"], !Equals [!Ref Green, "0"]]]
        AssertDescription: one weight must be above 0
Resources: {A: {Type: T}}
"""


@pytest.mark.parametrize("env, blue, holds", [("prod", "0", False), ("prod", "1", True), ("test", "0", True)])
def test_rules(env: str, blue: str, holds: bool) -> None:
    values = {"Blue": blue, "Green": "0", "Env": env}
    scope = Evaluator(parse(RULES), values, {}, lambda _name, _attribute: None, str)
    if holds:
        check_rules(scope)
    else:
        with pytest.raises(Refusal, match="Rule SomeWeight failed: one weight must be above 0"):
            check_rules(scope)
