"""A template with its parameters put in: which resources there are, and with which values, as far as can be known.

What cannot be known (another resource's id, a parameter without a value) stays a function, so that two templates are
compared by what they say. Every scalar becomes text: CloudFormation makes no difference between `80` and `"80"`, or
`true` and `"true"`, or a text with and without its last newline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from hivemind.plan.document import Document, document

NO_VALUE = "AWS::NoValue"
_DROPPED = object()
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")
ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy", "Metadata")
"""What a resource says beside its properties and CloudFormation compares."""


@dataclass(frozen=True)
class Body:
    """A template's text with the values of its parameters; None where they are not known at all."""

    text: str
    parameters: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Resource:
    """One resource as it will be: properties and attributes hold text, lists, dicts and unresolved functions."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    attributes: Mapping[str, Any]


Resources = Mapping[str, Resource]


def resources(body: Body | None) -> Resources:
    """The resources whose condition holds (or cannot be told), by logical id; none for no body."""
    if body is None:
        return {}
    values = body.parameters
    return _resources(body.text, None if values is None else tuple(sorted(values.items())))


@lru_cache(maxsize=64)
def _resources(text: str, parameters: tuple[tuple[str, str], ...] | None) -> Resources:
    template = document(text)
    resolver = Resolver(template, known_values(template, None if parameters is None else dict(parameters)))
    found = {}
    for logical_id, resource in template["Resources"].items():
        if resolver.condition({"Condition": resource["Condition"]} if "Condition" in resource else None) is not False:
            found[logical_id] = _resource(logical_id, resource, resolver)
    return found


def _resource(logical_id: str, resource: Mapping[str, Any], resolver: Resolver) -> Resource:
    return Resource(
        logical_id=logical_id,
        type=str(resource.get("Type", "")),
        properties=resolver.value(resource.get("Properties") or {}),
        attributes={name: resolver.value(resource[name]) for name in ATTRIBUTES if name in resource},
    )


def declared(template: Document) -> Mapping[str, Mapping[str, Any]]:
    """The template's parameters."""
    return template.get("Parameters") or {}


def is_secret(declaration: Mapping[str, Any]) -> bool:
    """Whether a parameter's value must not be shown."""
    return _text(declaration.get("NoEcho", "false")) == "true"


def known_values(template: Document, parameters: Mapping[str, str] | None) -> Mapping[str, Any]:
    """Values by name, lists where the type is one; secret ones and, when nothing is known, defaults are left out."""
    if parameters is None:
        return {}
    found: dict[str, Any] = {}
    for name, declaration in declared(template).items():
        value = parameters.get(name, declaration.get("Default"))
        if value is None or is_secret(declaration):
            continue
        many = str(declaration.get("Type", "")).startswith(("CommaDelimitedList", "List<"))
        found[name] = _text(value).split(",") if many else _text(value)
    return found


@dataclass
class Resolver:
    """Works out one template's functions and conditions for one set of parameter values."""

    template: Document
    values: Mapping[str, Any]
    _conditions: dict[str, bool | None] = field(default_factory=dict)

    def condition(self, node: Any) -> bool | None:
        """Whether a condition holds; None when it cannot be told. No condition at all holds."""
        match node:
            case None:
                return True
            case {"Condition": str(name)}:
                return self._named(name)
            case {"Fn::Equals": [left, right]}:
                return _equal(self.value(left), self.value(right))
            case {"Fn::Not": [inner]}:
                held = self.condition(inner)
                return None if held is None else not held
            case {"Fn::And": [*inner]}:
                return _all([self.condition(each) for each in inner])
            case {"Fn::Or": [*inner]}:
                none_holds = _all([_negated(self.condition(each)) for each in inner])
                return _negated(none_holds)
            case _:
                return None

    def _named(self, name: str) -> bool | None:
        if name not in self._conditions:
            self._conditions[name] = None  # a condition that names itself cannot be told
            self._conditions[name] = self.condition((self.template.get("Conditions") or {}).get(name, {}))
        return self._conditions[name]

    def value(self, node: Any) -> Any:
        """The node with all that is known put in and every scalar as text."""
        if isinstance(node, dict):
            if len(node) == 1:
                ((name, argument),) = node.items()
                if work := _FUNCTIONS.get(name):
                    return work(self, argument)
            pairs = ((key, self.value(inner)) for key, inner in node.items())
            return {key: inner for key, inner in pairs if inner is not _DROPPED}
        if isinstance(node, list):
            return [inner for inner in map(self.value, node) if inner is not _DROPPED]
        return _DROPPED if node is None else _text(node)

    def _ref(self, name: Any) -> Any:
        if name == NO_VALUE:
            return _DROPPED
        return self.values.get(name, {"Ref": name}) if isinstance(name, str) else {"Ref": name}

    def _if(self, argument: Any) -> Any:
        match argument:
            case [str(name), then, otherwise]:
                held = self._named(name)
                if held is not None:
                    return self.value(then if held else otherwise)
                branches = [None if b is _DROPPED else b for b in (self.value(then), self.value(otherwise))]
                return {"Fn::If": [name, *branches]}
            case _:
                return {"Fn::If": argument}

    def _sub(self, argument: Any) -> Any:
        match argument:
            case [str(text), dict(local)]:
                return self._substituted(text, {name: self.value(inner) for name, inner in local.items()})
            case str(text):
                return self._substituted(text, {})
            case _:
                return {"Fn::Sub": argument}

    def _substituted(self, text: str, local: Mapping[str, Any]) -> Any:
        known = {**self.values, **local}

        def put(found: re.Match[str]) -> str:
            value = known.get(found[1].strip())
            return value if isinstance(value, str) else found[0]

        done = _text(_PLACEHOLDER.sub(put, text))
        left = {name.strip() for name in _PLACEHOLDER.findall(done)}
        if not left:
            return done.replace("${!", "${")
        kept = {name: value for name, value in local.items() if name in left}
        return {"Fn::Sub": [done, kept] if kept else done}

    def _join(self, argument: Any) -> Any:
        match argument:
            case [separator, parts]:
                values = self.value(parts)
                if isinstance(values, list) and all(isinstance(value, str) for value in values):
                    return str(separator).join(values)
                return {"Fn::Join": [str(separator), values]}
            case _:
                return {"Fn::Join": argument}

    def _select(self, argument: Any) -> Any:
        match self.value(argument):
            case [str(index), [*options]] if index.isdigit() and int(index) < len(options):
                return options[int(index)]
            case kept:
                return {"Fn::Select": kept}


_FUNCTIONS: Mapping[str, Callable[[Resolver, Any], Any]] = {
    "Ref": Resolver._ref,
    "Fn::If": Resolver._if,
    "Fn::Sub": Resolver._sub,
    "Fn::Join": Resolver._join,
    "Fn::Select": Resolver._select,
}


def _text(scalar: Any) -> str:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    text = str(scalar).rstrip("\n")
    return text.lower() if text in ("True", "False", "TRUE", "FALSE") else text


def _equal(left: Any, right: Any) -> bool | None:
    if left == right:
        return True
    return False if isinstance(left, str) and isinstance(right, str) else None


def _all(held: list[bool | None]) -> bool | None:
    if False in held:
        return False
    return None if None in held else True


def _negated(held: bool | None) -> bool | None:
    return None if held is None else not held
