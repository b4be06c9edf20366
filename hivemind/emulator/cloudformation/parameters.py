"""Parameter values: what a request gives, what it keeps, what defaults fill in, and what the declarations allow.

An update that leaves out a parameter with a default takes the default, not the previous value; only
`UsePreviousValue` keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hivemind.emulator.cloudformation.intrinsics import Evaluator, text
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, template_error
from hivemind.emulator.cloudformation.template import Template

MASK = "****"
_STORED = re.compile(r"AWS::SSM::Parameter::Value<(?P<type>.+)>")
_TYPES = re.compile(
    r"String|Number|CommaDelimitedList|List<Number>|List<String>|AWS::SSM::Parameter::Name"
    r"|(List<)?AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+>?|AWS::SSM::Parameter::Value<.+>"
)

Read = Callable[[str], str]
"""The name of an SSM parameter → its value."""


def chosen(
    template: Template, requested: Iterable[Mapping[str, Any]], previous: Mapping[str, str]
) -> Mapping[str, str]:
    """The text value of every declared parameter; raises Refusal when one is missing, unknown or not allowed."""
    given = _given(requested, previous)
    strangers = [name for name in given if name not in template.parameters]
    if strangers:
        raise Refusal(f"Parameters: [{', '.join(strangers)}] do not exist in the template")
    values: dict[str, str] = {}
    for name, declaration in template.parameters.items():
        if name in given:
            values[name] = given[name]
        elif "Default" in declaration:
            values[name] = text(declaration["Default"])
    missing = [name for name in template.parameters if name not in values]
    if missing:
        raise Refusal(f"Parameters: [{', '.join(missing)}] must have values", hint="give every parameter a value")
    for name, declaration in template.parameters.items():
        _check(name, declaration, values[name])
    return values


def _given(requested: Iterable[Mapping[str, Any]], previous: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for each in requested:
        name = each["ParameterKey"]
        if not each.get("UsePreviousValue"):
            given[name] = each.get("ParameterValue") or ""
        elif name in previous:
            given[name] = previous[name]
        else:
            raise Refusal(
                f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter "
                "key not in the previous template"
            )
    return given


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def evaluated(template: Template, values: Mapping[str, str], read: Read) -> Mapping[str, Json]:
    """What `Ref` gives: lists split, SSM parameter types read."""
    return {name: _evaluate(template.parameters[name]["Type"], value, read) for name, value in values.items()}


def _evaluate(kind: str, value: str, read: Read) -> Json:
    stored = _STORED.fullmatch(kind)
    if stored:
        return _evaluate(stored["type"], read(value), read)
    return _items(value) if _is_list(kind) else value


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",")] if value else []


def masked(template: Template, values: Mapping[str, Json]) -> Mapping[str, Json]:
    """The values as they may be shown."""
    return {name: MASK if name in template.secret_parameters else value for name, value in values.items()}


def _check(name: str, declaration: Mapping[str, Any], value: str) -> None:
    kind = str(declaration.get("Type", ""))
    if not _TYPES.fullmatch(kind):
        raise template_error(f"Unrecognized parameter type: {kind}")
    items: Sequence[str] = _items(value) if _is_list(kind) else [value]
    for item in items:
        _check_item(name, declaration, item)
    if kind in ("Number", "List<Number>"):
        for item in items:
            _check_number(name, declaration, item)


def _check_item(name: str, declaration: Mapping[str, Any], value: str) -> None:
    allowed = declaration.get("AllowedValues")
    if allowed is not None and value not in map(text, allowed):
        choices = ", ".join(map(text, allowed))
        raise _not_allowed(name, declaration, f"Parameter '{name}' must be one of AllowedValues [{choices}]")
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, value):
        raise _not_allowed(name, declaration, f"Parameter '{name}' must match pattern {pattern}")
    if len(value) < int(declaration.get("MinLength", 0)):
        raise _not_allowed(name, declaration, f"Parameter '{name}' must contain at least {declaration['MinLength']} "
                                              "characters")  # fmt: skip
    if len(value) > int(declaration.get("MaxLength", len(value))):
        raise _not_allowed(name, declaration, f"Parameter '{name}' must contain at most {declaration['MaxLength']} "
                                              "characters")  # fmt: skip


def _check_number(name: str, declaration: Mapping[str, Any], value: str) -> None:
    try:
        number = float(value)
    except ValueError:
        raise _not_allowed(name, declaration, f"Parameter '{name}' must be a number") from None
    if number < float(declaration.get("MinValue", number)):
        raise _not_allowed(name, declaration, f"Parameter '{name}' must be a number not less than "
                                              f"{declaration['MinValue']}")  # fmt: skip
    if number > float(declaration.get("MaxValue", number)):
        raise _not_allowed(name, declaration, f"Parameter '{name}' must be a number not greater than "
                                              f"{declaration['MaxValue']}")  # fmt: skip


def _not_allowed(name: str, declaration: Mapping[str, Any], message: str) -> Refusal:
    constraint = declaration.get("ConstraintDescription")
    return Refusal(f"Parameter {name} failed to satisfy constraint: {constraint}" if constraint else message)


def check_rules(scope: Evaluator) -> None:
    """The template's Rules; raises Refusal with the description of the first assertion that does not hold."""
    for name, rule in scope.template.section("Rules").items():
        if "RuleCondition" in rule and not scope.value(rule["RuleCondition"]):
            continue
        for assertion in rule.get("Assertions", []):
            if not scope.value(assertion["Assert"]):
                said = assertion.get("AssertDescription", "an assertion does not hold")
                raise Refusal(f"Template validation error: Rule {name} failed: {said}")
