"""The YAML writer: short forms, quoting, blocks, and back again."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from hivemind.render.yaml_text import HEADER, dump, load


def written(value: object) -> str:
    """How a value is written as a property."""
    text = dump({"Resources": {"R": {"Type": "T", "Properties": {"p": value}}}})
    return text.split("    Properties:\n", 1)[1].rstrip("\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Vpc"}, "p: !Ref Vpc"),
        ({"Fn::GetAtt": ["Vpc", "CidrBlock"]}, "p: !GetAtt Vpc.CidrBlock"),
        ({"Fn::GetAtt": ["A", "Nested.Value"]}, "p: !GetAtt A.Nested.Value"),
        ({"Fn::Sub": "a ${B}"}, "p: !Sub a ${B}"),
        ({"Fn::GetAZs": ""}, "p: !GetAZs ''"),
        ({"Condition": "HasBlue"}, "p: !Condition HasBlue"),
        (True, "p: true"),
        (0, "p: 0"),
        (0.05, "p: 0.05"),
        ("plain words", "p: plain words"),
    ],
)
def test_short_forms_and_plain_values(value: object, text: str) -> None:
    assert written(value).strip() == text


@pytest.mark.parametrize(
    "value",
    ["yes", "No", "on", "null", "~", "", "true", "1", "16", "0.5", "1e3", "0o17", "0x1F", "22:22", "2010-09-09",
     "-1", "+5", "y", "N", "*", "&a", "!x", "a: b", "a #b", "[x", "{x", "%x", "@x", " lead", "trail "],
)  # fmt: skip
def test_text_that_yaml_would_misread_is_quoted(value: str) -> None:
    assert written(value).strip() in (f"p: '{value}'", f'p: "{value}"')


def test_a_key_that_yaml_would_misread_is_quoted() -> None:
    assert written({"Null": {"x": "false"}}).split()[1] == "'Null':"


def test_a_script_is_a_literal_block_even_inside_functions() -> None:
    text = written({"Fn::Base64": {"Fn::Sub": "#!/bin/bash\necho ${A}\n"}})
    assert text == ("      p:\n        Fn::Base64: !Sub |\n          #!/bin/bash\n          echo ${A}")


def test_a_function_of_a_function_keeps_the_outer_one_long() -> None:
    assert "Fn::Join: " not in written({"Fn::Join": [",", [{"Ref": "A"}]]})
    assert "Fn::Base64: !Ref A" in written({"Fn::Base64": {"Ref": "A"}})


def test_a_statement_with_a_condition_is_no_reference_to_a_condition() -> None:
    assert "!Condition" not in written({"Condition": {"Bool": {"aws:SecureTransport": "false"}}})


def test_long_lines_are_not_folded_and_repeated_values_are_not_aliased() -> None:
    shared = {"Key": "k", "Value": "word " * 200 + "end"}
    text = written([shared, shared])
    assert "&" not in text
    assert max(map(len, text.splitlines())) > 1000


def test_sections_and_attributes_come_in_their_order() -> None:
    resource = {"Properties": {"b": 1, "a": 2}, "Condition": "C", "Type": "T"}
    text = dump({"Outputs": {}, "Resources": {"Z": resource, "A": resource}, "Description": "d"})
    assert text.startswith(
        HEADER + "Description: d\nResources:\n  Z:\n    Type: T\n    Condition: C\n    Properties:\n"
    )
    assert text.index("  Z:") < text.index("  A:") < text.index("Outputs:")
    assert text.index("b: 1") < text.index("a: 2")


def test_what_is_no_template_value_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        written(None)


def test_what_is_no_mapping_is_no_template() -> None:
    with pytest.raises(TypeError, match="mapping"):
        load("- a\n")


def test_load_undoes_dump() -> None:
    properties: dict[str, Any] = {
        "If": {"Fn::If": ["HasBlue", {"Ref": "A"}, {"Fn::GetAtt": ["B", "C.D"]}]},
        "Sub": {"Fn::Sub": ["${x}\n", {"x": {"Ref": "A"}}]},
        "Many": [1, "1", True, "true", 1.5, "", "a\nb\n", {"Condition": "X"}, {"Condition": {"a": "b"}}],
    }
    template = {"Resources": {"R": {"Type": "T", "Properties": properties}}}
    assert load(dump(template)) == template


def test_a_plain_yaml_reader_agrees_on_everything_but_tags() -> None:
    properties = {"Name": "no", "Version": "2012-10-17", "Port": 8080, "On": True, "List": ["1e3", "08:00"]}
    text = dump({"Resources": {"R": {"Type": "T", "Properties": properties}}})
    assert yaml.safe_load(text)["Resources"]["R"]["Properties"] == properties
