"""AWS's own resource schemas, read as data files from cfn-lint's package without importing it.

A schema says which properties exist, which are required, which only AWS sets, and which cannot change without a new
resource. Nothing about update behaviour is guessed elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hivemind.emulator.cloudformation.refusal import Refusal

_REGION = "us-east-1"
"""The region whose list of schemas is used; the schemas of the types we know are the same everywhere."""


@dataclass(frozen=True)
class Schema:
    """One resource type's schema."""

    type: str
    document: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """The top-level properties."""
        properties: Mapping[str, Any] = self.document["properties"]
        return properties

    def paths(self, key: str) -> frozenset[str]:
        """A list of property pointers as `Endpoint/Address`."""
        return frozenset(path.removeprefix("/properties/") for path in self.document.get(key, ()))

    @cached_property
    def read_only(self) -> frozenset[str]:
        """What only AWS sets, and `Fn::GetAtt` reads."""
        return self.paths("readOnlyProperties")

    @property
    def deletes_first(self) -> bool:
        """Whether a replacement cannot stand beside what it replaces."""
        return bool(self.document.get("replacementStrategy") == "delete_then_create")

    @property
    def tag_property(self) -> str | None:
        """The property that holds tags, if it can be tagged."""
        tagging = self.document.get("tagging", {})
        return tagging.get("tagProperty", "").removeprefix("/properties/") or None if tagging.get("taggable") else None

    def recreation(self, path: str) -> str:
        """`Always`, `Conditionally` or `Never`: what a change at `LaunchTemplateData/ImageId` means."""
        if _touches(path, self.paths("createOnlyProperties")):
            return "Always"
        return "Conditionally" if _touches(path, self.paths("conditionalCreateOnlyProperties")) else "Never"

    def resolve(self, shape: Mapping[str, Any]) -> Mapping[str, Any]:
        """A property's shape with its `$ref` followed."""
        reference = shape.get("$ref")
        if not isinstance(reference, str):
            return shape
        found: Any = self.document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        resolved: Mapping[str, Any] = found
        return resolved


def _touches(path: str, declared: frozenset[str]) -> bool:
    general = "/".join("*" if part.isdigit() else part for part in path.split("/"))
    return any(general == each or general.startswith(f"{each}/") or each.startswith(f"{general}/") for each in declared)


@lru_cache(maxsize=1)
def _index() -> tuple[Path, Mapping[str, str]]:
    package = find_spec("cfnlint")
    if package is None or not package.submodule_search_locations:
        raise Refusal("the provider schemas are not installed", hint="install cfn-lint")
    root = Path(package.submodule_search_locations[0]) / "data" / "schemas"
    return root, json.loads((root / "providers" / f"{_REGION}.json").read_text())


@lru_cache(maxsize=256)
def schema(kind: str) -> Schema | None:
    """The schema of a resource type, None when AWS has no such type."""
    root, known = _index()
    if kind not in known:
        return None
    return Schema(kind, json.loads((root / "resources" / f"{known[kind]}.json").read_text()))


def schema_of(kind: str) -> Schema:
    """The schema of a type that is known to exist."""
    found = schema(kind)
    if found is None:
        raise Refusal(f"Template format error: Unrecognized resource types: [{kind}]")
    return found
