"""Templates as YAML text: the same bytes for the same value, in the short forms people read in a review.

CloudFormation rejects anchors, so every value becomes a node of its own. A short form cannot hold another function
directly (a YAML node has one tag), so `Fn::Base64: !Sub ..` stays long outside and short inside. A string that a
YAML 1.1 reader would take for something else is quoted; one of several lines is a literal block, so that a script
reads as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

HEADER = "# Rendered by HiveMind; edit hivemind.yaml instead.\n"
SECTIONS = ("AWSTemplateFormatVersion", "Description", "Parameters", "Rules", "Conditions", "Resources", "Outputs")
ATTRIBUTES = (
    "Type", "Condition", "DependsOn", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy",
    "Properties",
)  # fmt: skip

_STR = "tag:yaml.org,2002:str"
_LOOKS_LIKE_DATA = re.compile(r"[-+.]?[0-9][-+.0-9:_a-fA-FoOxX]*|[yYnN]")
"""Beyond what PyYAML itself resolves: octals, exponents and letters that other YAML readers do not take for text."""


def dump(template: Mapping[str, Any]) -> str:
    """A template's dictionary as text: sections and attributes in a fixed order, the rest in the order given."""
    document = _ordered(template, SECTIONS)
    document["Resources"] = {name: _ordered(body, ATTRIBUTES) for name, body in template["Resources"].items()}
    text: str = yaml.serialize(_node(document), Dumper=yaml.CSafeDumper, width=1 << 30, allow_unicode=True)
    return HEADER + text


def load(text: str) -> dict[str, Any]:
    """The dictionary that `dump` was given, short forms as `{"Ref": ..}` and `{"Fn::..": ..}` again."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(root, MappingNode):
        raise TypeError("a template is a mapping")
    return {key.value: _value(item) for key, item in root.value}


def _ordered(mapping: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {key: mapping[key] for key in order if key in mapping}


def _node(value: object) -> Node:
    match value:
        case bool():
            return ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
        case int():
            return ScalarNode("tag:yaml.org,2002:int", str(value))
        case float():
            return ScalarNode("tag:yaml.org,2002:float", repr(value))
        case str():
            return _text(value)
        case Mapping():
            return _function(value) or MappingNode(
                "tag:yaml.org,2002:map", [(_text(key), _node(item)) for key, item in value.items()], flow_style=False
            )
        case Sequence():
            return SequenceNode("tag:yaml.org,2002:seq", [_node(item) for item in value], flow_style=False)
        case _:
            raise TypeError(f"a template holds no {type(value).__name__}")


def _text(value: str, tag: str = _STR) -> ScalarNode:
    if "\n" in value:
        return ScalarNode(tag, value, style="|")
    quoted = not value or _LOOKS_LIKE_DATA.fullmatch(value)
    return ScalarNode(tag, value, style="'" if quoted else None)


def _function(value: Mapping[str, Any]) -> Node | None:
    """The short form of an intrinsic function, where it has one."""
    name = _function_name(value)
    if name is None:
        return None
    argument = value[name]
    tag = f"!{name.removeprefix('Fn::')}"
    if name == "Fn::GetAtt" and all(isinstance(part, str) for part in argument):
        return _text(".".join(argument), tag)
    node = _node(argument)
    if node.tag.startswith("!"):
        return None
    node.tag = tag
    return node


def _function_name(value: Mapping[str, Any]) -> str | None:
    if len(value) != 1:
        return None
    (name,) = value
    if name.startswith("Fn::") or name == "Ref":
        return str(name)
    # Only `{"Condition": "HasBlue"}` names a condition; an IAM statement's Condition is a mapping.
    return "Condition" if name == "Condition" and isinstance(value[name], str) else None


def _value(node: Node) -> object:
    if not node.tag.startswith("!"):
        return _plain(node)
    name = node.tag[1:] if node.tag in ("!Ref", "!Condition") else f"Fn::{node.tag[1:]}"
    if node.tag == "!GetAtt":
        return {name: node.value.split(".", 1)}
    return {name: _plain(node)}


def _plain(node: Node) -> object:
    if isinstance(node, MappingNode):
        return {key.value: _value(item) for key, item in node.value}
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    constructors: dict[str, Any] = {"bool": lambda text: text == "true", "int": int, "float": float}
    return constructors.get(node.tag.rpartition(":")[2], str)(node.value)
