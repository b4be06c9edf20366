"""The value of every function, and of those that cannot have one."""

from __future__ import annotations

from typing import Any

import pytest

from hivemind.emulator.cloudformation.intrinsics import FUNCTIONS, UNKNOWN, Evaluator, is_unknown
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.template import parse

BODY = """
Mappings: {Sizes: {prod: {db: large}}}
Conditions: {Yes: !Equals [a, a], No: !Not [!Condition Yes]}
Resources: {A: {Type: T}}
"""


def evaluator() -> Evaluator:
    live = {("Vpc", None): "vpc-1", ("Vpc", "Cidr"): "10.0.0.0/16", ("New", None): UNKNOWN, ("New", "Arn"): UNKNOWN}
    parameters = {"Env": "prod", "Zones": ["a", "b"], "AWS::Region": "eu-west-1"}
    return Evaluator(
        parse(BODY), parameters, {}, lambda name, attribute: live[name, attribute], {"net": "vpc-9"}.__getitem__
    )


@pytest.mark.parametrize(
    "node, value",
    [
        ("plain", "plain"),
        (7, 7),
        ({"Ref": "Env"}, "prod"),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "Vpc"}, "vpc-1"),
        ({"Fn::GetAtt": ["Vpc", "Cidr"]}, "10.0.0.0/16"),
        ({"Fn::GetAtt": "Vpc.Cidr"}, "10.0.0.0/16"),
        ({"Fn::Sub": "${Env}-${Vpc}-${Vpc.Cidr}-${!Kept}"}, "prod-vpc-1-10.0.0.0/16-${Kept}"),
        ({"Fn::Sub": ["${X}/${Env}", {"X": {"Ref": "Vpc"}}]}, "vpc-1/prod"),
        ({"Fn::Sub": ["${A.B}", {"A.B": "own"}]}, "own"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Env"}, 1, True]]}, "a-prod-1-true"),
        ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": [0, {"Fn::Split": [",", "x,y"]}]}, "x"),
        ({"Fn::Split": [":", "a:b"]}, ["a", "b"]),
        ({"Fn::Base64": "hi"}, "aGk="),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "db"]}, "large"),
        ({"Fn::GetAZs": ""}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ({"Fn::GetAZs": "us-east-1"}, ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ({"Fn::If": ["Yes", 1, 2]}, 1),
        ({"Fn::If": ["No", 1, {"Ref": "Env"}]}, "prod"),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, False),
        ({"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]}, True),
        ({"Fn::Equals": ["true", True]}, True),
        ({"Fn::Equals": ["1", 1]}, True),
        ({"Fn::Contains": [["a", "b"], "b"]}, True),
        ({"Fn::EachMemberIn": [["a"], ["a", "b"]]}, True),
        ({"Fn::EachMemberEquals": [["a", "b"], "a"]}, False),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::ImportValue": "net"}, "vpc-9"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}}, {}),
    ],
)
def test_value(node: Any, value: Any) -> None:
    assert evaluator().value(node) == value


@pytest.mark.parametrize(
    "node",
    [
        {"Ref": "New"},
        {"Fn::GetAtt": ["New", "Arn"]},
        {"Fn::Sub": "x-${New}"},
        {"Fn::Join": [",", ["a", {"Ref": "New"}]]},
        {"Fn::Base64": {"Fn::Sub": "${New.Arn}"}},
        {"Fn::Split": [",", {"Ref": "New"}]},
        {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "New"}]}]},
        {"Fn::Cidr": [{"Ref": "New"}, 1, 8]},
    ],
)
def test_what_only_the_change_brings_spreads(node: Any) -> None:
    assert evaluator().value(node) is UNKNOWN
    assert is_unknown(evaluator().value({"deep": [node]}))


def test_a_known_element_of_a_partly_unknown_list_is_known() -> None:
    assert evaluator().value({"Fn::Select": [1, [{"Ref": "New"}, "known"]]}) == "known"


@pytest.mark.parametrize(
    "node, said",
    [
        ({"Fn::ToJsonString": {}}, "Fn::ToJsonString is not supported"),
        ({"Fn::Select": [5, ["a"]]}, "no element 5"),
        ({"Fn::Select": [-1, ["a"]]}, "no element -1"),
        ({"Fn::Join": ["a"]}, "requires a list of 2"),
        ({"Fn::Join": [",", "not a list"]}, "needs a list"),
        ({"Fn::If": ["Yes", 1]}, "three elements"),
        ({"Fn::If": ["Missing", 1, 2]}, "Unresolved condition dependency Missing"),
        ({"Fn::FindInMap": ["Sizes", "dev", "db"]}, "unable to get mapping for Sizes::dev::db"),
        ({"Fn::Sub": "${Zones}"}, "variable Zones must be a string"),
        ({"Fn::Sub": {"a": 1}}, "must be a string"),
        ({"Fn::GetAtt": "Vpc"}, "two non-empty parameters"),
        ({"Fn::Cidr": ["nonsense", 1, 8]}, "cannot be evaluated"),
        ({"Ref": ["Vpc"]}, "expects a string"),
    ],
)
def test_what_has_no_value_is_refused(node: Any, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        evaluator().value(node)
    assert said in refused.value.message


def test_the_table_of_functions_is_what_the_hint_names() -> None:
    with pytest.raises(Refusal) as refused:
        evaluator().value({"Fn::Nope": 1})
    assert all(name in refused.value.hint for name in FUNCTIONS)
