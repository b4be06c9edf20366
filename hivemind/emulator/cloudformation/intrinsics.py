"""The value of a template's expressions: the functions, pseudo parameters and conditions of CloudFormation.

Before a change is made some values cannot be known: the id of a resource that is not there yet, an attribute of one
that will be replaced. Such a value is `UNKNOWN`, which spreads through every function, and which a change set
shows as CloudFormation does.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.template import Template


class _Unknown(str):
    """A value that only the change itself will bring."""

    __slots__ = ()


UNKNOWN = _Unknown("{{changeSet:KNOWN_AFTER_APPLY}}")
NO_VALUE = object()
"""`AWS::NoValue`: what holds it is left out."""

Lookup = Callable[[str, str | None], Json]
"""`(logical id, attribute or None for the physical id)` → its value; may be UNKNOWN."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def is_unknown(value: Json) -> bool:
    """Whether any part of a value is known only after the change."""
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    if isinstance(value, list):
        return any(map(is_unknown, value))
    return isinstance(value, _Unknown)


def text(value: Json) -> str:
    """A scalar as CloudFormation writes it: `true`, `80`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Evaluator:
    """Evaluates one template with one set of parameter values, for one stack."""

    def __init__(
        self,
        template: Template,
        parameters: Mapping[str, Json],
        pseudo: Mapping[str, Json],
        lookup: Lookup,
        imports: Callable[[str], str],
    ) -> None:
        self.template = template
        self.names: Mapping[str, Json] = {**pseudo, "AWS::NoValue": NO_VALUE, **parameters}
        self.lookup = lookup
        self.imports = imports
        self._conditions: dict[str, bool] = {}

    def value(self, node: Json) -> Json:
        """The value of any node; raises Refusal when it has none."""
        if isinstance(node, list):
            return [each for each in map(self.value, node) if each is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            name, argument = next(iter(node.items()))
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
            if name == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if name.startswith("Fn::"):
                raise unsupported(name)
        pairs = ((key, self.value(each)) for key, each in node.items())
        return {key: each for key, each in pairs if each is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self._conditions:
            conditions = self.template.section("Conditions")
            if name not in conditions:
                raise Refusal(f"Template format error: Unresolved condition dependency {name} in the template")
            self._conditions[name] = bool(self.value(conditions[name]))
        return self._conditions[name]

    def wanted(self, declaration: Mapping[str, Any]) -> bool:
        """Whether a resource or output is wanted, by its Condition."""
        return "Condition" not in declaration or self.condition(declaration["Condition"])

    def reference(self, name: str, attribute: str | None = None) -> Json:
        """The value of `Ref` and `Fn::GetAtt`."""
        if attribute is None and name in self.names:
            return self.names[name]
        return self.lookup(name, attribute)


def unsupported(name: str) -> Refusal:
    """A function that does not exist, or that the local cloud does not have."""
    return Refusal(
        f"Template error: the function {name} is not supported by the local cloud",
        hint=f"it knows {', '.join(sorted(FUNCTIONS))}",
    )


def _wrong(name: str, wants: str) -> Refusal:
    return Refusal(f"Template error: {name} {wants}")


def attribute_reference(argument: Json) -> tuple[str, str]:
    """`Fn::GetAtt`'s argument, in either form, as `(logical id, attribute)`."""
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) < 2 or not all(isinstance(part, str) for part in parts):
        raise _wrong("Fn::GetAtt", "object requires two non-empty parameters, the resource name and the attribute")
    return parts[0], ".".join(parts[1:])


def substitution(argument: Json) -> tuple[str, Mapping[str, Json]]:
    """`Fn::Sub`'s argument, in either form, as `(text, own variables)`."""
    if isinstance(argument, str):
        return argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str):
        return argument[0], argument[1]
    raise _wrong("Fn::Sub", "must be a string, or a list of a string and a map")


def placeholders(words: str) -> list[str]:
    """The names between `${` and `}`, without the escaped `${!..}`."""
    return [name.strip() for name in _PLACEHOLDER.findall(words) if not name.startswith("!")]


def _ref(scope: Evaluator, argument: Json) -> Json:
    if not isinstance(argument, str):
        raise _wrong("Ref", "expects a string")
    return scope.reference(argument)


def _get_att(scope: Evaluator, argument: Json) -> Json:
    name, attribute = attribute_reference(argument)
    return scope.reference(name, text(scope.value(attribute)))


def _sub(scope: Evaluator, argument: Json) -> Json:
    words, variables = substitution(argument)
    values: dict[str, Json] = {}
    for name in placeholders(words):
        logical, _, attribute = name.partition(".")
        value = scope.value(variables[name]) if name in variables else scope.reference(logical, attribute or None)
        if isinstance(value, _Unknown):
            return UNKNOWN
        if isinstance(value, (list, dict)):
            raise _wrong("Fn::Sub", f"variable {name} must be a string")
        values[name] = value
    return _PLACEHOLDER.sub(
        lambda found: f"${{{found[1][1:]}}}" if found[1].startswith("!") else text(values[found[1].strip()]), words
    )


def _if(scope: Evaluator, argument: Json) -> Json:
    if not isinstance(argument, list) or len(argument) != 3:
        raise _wrong("Fn::If", "requires a list argument with three elements")
    return scope.value(argument[1] if scope.condition(argument[0]) else argument[2])


def _and(scope: Evaluator, argument: Json) -> Json:
    return all(bool(scope.value(each)) for each in argument)


def _or(scope: Evaluator, argument: Json) -> Json:
    return any(bool(scope.value(each)) for each in argument)


def _strict(name: str, apply: Callable[..., Json], arity: int | None = None) -> Callable[[Evaluator, Json], Json]:
    """A function of evaluated arguments: unknown when any of them is, refused with the wrong number of them."""

    def call(scope: Evaluator, argument: Json) -> Json:
        values = scope.value(argument)
        if arity is not None and (not isinstance(values, list) or len(values) != arity):
            raise _wrong(name, f"requires a list of {arity} values")
        try:
            return apply(*values) if arity is not None else apply(values)
        except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
            raise _wrong(name, f"cannot be evaluated: {error}") from error

    return call


def _join(delimiter: str, values: Sequence[Json]) -> Json:
    if is_unknown(values):
        return UNKNOWN
    if isinstance(values, str):
        raise ValueError("it needs a list")
    return delimiter.join(map(text, values))


def _select(index: Json, values: Sequence[Json]) -> Json:
    if isinstance(values, _Unknown):
        return UNKNOWN
    if not isinstance(values, list) or not 0 <= int(index) < len(values):
        raise ValueError(f"no element {index}")
    return values[int(index)]


def _split(delimiter: str, words: str) -> Json:
    return UNKNOWN if isinstance(words, _Unknown) else words.split(delimiter)


def _base64(words: str) -> Json:
    return UNKNOWN if isinstance(words, _Unknown) else base64.b64encode(text(words).encode()).decode()


def _equals(left: Json, right: Json) -> Json:
    return text(left) == text(right)


def _contains(values: Sequence[Json], value: Json) -> Json:
    return text(value) in map(text, values)


def _each_member_in(values: Sequence[Json], allowed: Sequence[Json]) -> Json:
    return all(_contains(allowed, each) for each in values)


def _each_member_equals(values: Sequence[Json], value: Json) -> Json:
    return all(_equals(each, value) for each in values)


def _not(value: Json) -> Json:
    return not value


def _cidr(block: str, count: Json, bits: Json) -> Json:
    if isinstance(block, _Unknown):
        return UNKNOWN
    network = ipaddress.ip_network(block)
    subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
    return [str(subnet) for _, subnet in zip(range(int(count)), subnets, strict=False)]


def _find_in_map(scope: Evaluator, argument: Json) -> Json:
    values = scope.value(argument)
    if not isinstance(values, list) or len(values) != 3:
        raise _wrong("Fn::FindInMap", "requires a list of 3 values")
    top, first, second = map(text, values)
    try:
        return scope.template.section("Mappings")[top][first][second]
    except KeyError as error:
        raise _wrong("Fn::FindInMap", f"unable to get mapping for {top}::{first}::{second}") from error


def _get_zones(scope: Evaluator, argument: Json) -> Json:
    region = scope.value(argument) or scope.names["AWS::Region"]
    return [f"{region}{zone}" for zone in "abc"]


def _import_value(scope: Evaluator, argument: Json) -> Json:
    name = scope.value(argument)
    return UNKNOWN if isinstance(name, _Unknown) else scope.imports(text(name))


FUNCTIONS: Mapping[str, Callable[[Evaluator, Json], Json]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _strict("Fn::Not", _not, 1),
    "Fn::Equals": _strict("Fn::Equals", _equals, 2),
    "Fn::Contains": _strict("Fn::Contains", _contains, 2),
    "Fn::EachMemberIn": _strict("Fn::EachMemberIn", _each_member_in, 2),
    "Fn::EachMemberEquals": _strict("Fn::EachMemberEquals", _each_member_equals, 2),
    "Fn::Join": _strict("Fn::Join", _join, 2),
    "Fn::Select": _strict("Fn::Select", _select, 2),
    "Fn::Split": _strict("Fn::Split", _split, 2),
    "Fn::Base64": _strict("Fn::Base64", _base64),
    "Fn::Cidr": _strict("Fn::Cidr", _cidr, 3),
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_zones,
    "Fn::ImportValue": _import_value,
}
"""Every function the local cloud evaluates; any other is refused."""
