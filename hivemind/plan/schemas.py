"""What CloudFormation's own resource schemas say: which properties replace a resource, which lists have no order.

The schemas are cfn-lint's data files, read one type at a time and only for types that changed; cfn-lint itself is
never imported (it costs more than a whole plan).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hivemind.model.change import Certainty

Steps = tuple[str, ...]

SHARPENED: Mapping[tuple[str, str], Certainty] = {
    ("AWS::AutoScaling::AutoScalingGroup", "LaunchTemplate"): "never",
    ("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier"): "never",
    ("AWS::RDS::DBInstance", "AutoMinorVersionUpgrade"): "never",
    ("AWS::RDS::DBInstance", "BackupRetentionPeriod"): "never",
    ("AWS::RDS::DBInstance", "DBParameterGroupName"): "never",
    ("AWS::RDS::DBInstance", "MultiAZ"): "never",
    ("AWS::RDS::DBInstance", "PreferredMaintenanceWindow"): "never",
}
"""Where the schema says "conditional" and the user guide says that the resource itself stays."""


class Schema:
    """One resource type's schema; an unknown type answers what is safe to assume."""

    def __init__(self, type_name: str, content: Mapping[str, Any] | None) -> None:
        self._type = type_name
        self._content = content or {}
        self._known = content is not None
        self._always = tuple(_pointers(self._content.get("createOnlyProperties", ())))
        self._conditional = tuple(_pointers(self._content.get("conditionalCreateOnlyProperties", ())))

    def certainty(self, path: Steps) -> Certainty:
        """Whether a change of the property at `path` replaces the resource; "conditional" when nobody knows."""
        if not self._known:
            return "conditional"
        named = tuple(step for step in path if not step.isdigit())
        if any(named[: len(pointer)] == pointer for pointer in self._always):
            return "always"
        if any(pointer[: len(named)] == named for pointer in self._always):
            return "conditional"  # a whole block came or went, and something inside it is fixed at creation
        if any(named[: len(pointer)] == pointer for pointer in self._conditional):
            return SHARPENED.get((self._type, named[0]), "conditional")
        return "never"

    def unordered(self, path: Steps) -> bool:
        """Whether the list at `path` is a set."""
        node: Any = self._content
        for step in path:
            node = self._follow(node)
            node = node.get("items", {}) if step.isdigit() else node.get("properties", {}).get(step, {})
        return self._follow(node).get("insertionOrder") is False

    def _follow(self, node: Any) -> Mapping[str, Any]:
        for _ in range(8):
            target = node.get("$ref", "") if isinstance(node, dict) else ""
            if not target.startswith("#/definitions/"):
                break
            node = self._content.get("definitions", {}).get(target.removeprefix("#/definitions/"), {})
        return node if isinstance(node, dict) else {}


@lru_cache(maxsize=256)
def schema_of(type_name: str) -> Schema:
    """The schema of a resource type such as `AWS::RDS::DBInstance`."""
    name = _index().get(type_name)
    if name is None:
        return Schema(type_name, None)
    return Schema(type_name, json.loads((_folder() / "resources" / f"{name}.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _folder() -> Path:
    found = find_spec("cfnlint")
    places = found.submodule_search_locations if found else None
    return Path(places[0] if places else ".") / "data" / "schemas"


@lru_cache(maxsize=1)
def _index() -> Mapping[str, str]:
    """Schema file by resource type; empty where cfn-lint's data is missing, and then everything is "conditional"."""
    file = _folder() / "providers" / "us-east-1.json"
    found: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def _pointers(raw: Iterable[str]) -> Iterable[Steps]:
    for pointer in raw:
        yield tuple(step for step in pointer.split("/") if step not in ("", "properties", "items", "*"))
