"""CloudFormation YAML is read as it is meant, within bounds, and refused in words."""

from __future__ import annotations

import pytest

from hivemind.errors import RenderError
from hivemind.plan.document import MAX_CHARACTERS, document


def properties(text: str) -> object:
    return document(f"Resources: {{X: {{Type: T, Properties: {{A: {text}}}}}}}")["Resources"]["X"]["Properties"]["A"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Vpc", {"Ref": "Vpc"}),
        ("!GetAtt Database.Endpoint.Port", {"Fn::GetAtt": ["Database", "Endpoint.Port"]}),
        ("!GetAtt [Database, Endpoint.Port]", {"Fn::GetAtt": ["Database", "Endpoint.Port"]}),
        ("{Fn::GetAtt: Database.Endpoint.Port}", {"Fn::GetAtt": ["Database", "Endpoint.Port"]}),
        ("!Sub 'a${B}'", {"Fn::Sub": "a${B}"}),
        ("!If [Has, !Ref A, !Ref 'AWS::NoValue']", {"Fn::If": ["Has", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("!Condition Has", {"Condition": "Has"}),
        ("!Base64 {Fn::Sub: x}", {"Fn::Base64": {"Fn::Sub": "x"}}),
        ("80", 80),
        ("'80'", "80"),
        ("3.10", "3.10"),
        ("2010-09-09", "2010-09-09"),
        ("007", "007"),
        ("true", True),
        ("'true'", "true"),
        ("yes", "yes"),
        ("null", None),
        ("22:22", "22:22"),
        ("!!str 5", "5"),
        ("-3", -3),
    ],
)
def test_values(text: str, value: object) -> None:
    found = properties(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no Resources"),
        ("# nothing", "no Resources"),
        ("just words", "no Resources"),
        ("Resources: {}", "no Resources"),
        ("Resources: [a]", "Resources must be a mapping"),
        ("Resources: {X: text}", "Resources/X"),
        ("Resources: {X: {Properties: [a]}}", "Resources/X"),
        ("Resources: {X: {}}\nParameters: [a]", "Parameters must be a mapping"),
        ("Resources: {X: {}}\nConditions: 5", "Conditions must be a mapping"),
        ("Resources: {X: {A: 1, A: 2}}", "`A` is there twice"),
        ("Resources: {X: &x {A: 1}, Y: *x}", "no anchors and aliases"),
        ("Resources: {[a]: 1}", "a key must be a word"),
        ("Resources: {X: [", "not valid YAML"),
        ("Resources: {X: {}}\n\tY: 1", "not valid YAML"),
        ("Resources: \x00", "not valid YAML"),
        ("Resources: {X: {A: " + "[" * 200 + "]" * 200 + "}}", "nested deeper"),
        # Brackets that never close: newer versions of libyaml reach a limit of their own before ours.
        ("Resources: {X: {A: " + "[" * 100_000, "nested deeper|maximum nesting depth"),
        ("a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nResources: {X: *b}", "no anchors and aliases"),
        ("#" * (MAX_CHARACTERS + 1), "larger than"),
    ],
)
def test_refused_in_words(text: str, problem: str) -> None:
    with pytest.raises(RenderError, match=problem) as caught:
        document(text)
    assert caught.value.hint


def test_the_place_of_a_fault_is_named() -> None:
    with pytest.raises(RenderError) as caught:
        document("Resources:\n  X:\n    A: 1\n    A: 2\n")
    assert caught.value.where == "line 4"


def test_anchors_that_nobody_uses_are_no_fault() -> None:
    assert document("Resources: {X: &x {Type: T}}")["Resources"] == {"X": {"Type": "T"}}
