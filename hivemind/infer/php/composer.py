"""composer.json: the packages and extensions a project asks for, its PHP, its scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from hivemind.infer.facts import Dependency, within
from hivemind.infer.tree import Tree

FILE, LOCK = "composer.json", "composer.lock"


@dataclass(frozen=True)
class Composer:
    """A manifest that could be read; `requires` are constraints by package, those of developers left out."""

    path: str
    requires: Mapping[str, str] = field(default_factory=dict)
    for_developers: frozenset[str] = frozenset()
    platform: str = ""
    scripts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str = ""
    dependencies: tuple[Dependency, ...] = ()
    error: str = ""

    def asks_for(self, *names: str) -> Dependency | None:
        """The first of these packages that the app asks for."""
        asked = {one.name: one for one in self.dependencies}
        return next((asked[name] for name in names if name in asked), None)


def load(tree: Tree, folder: str) -> Composer | None:
    """The folder's composer.json; None when there is none. One that cannot be parsed asks for nothing."""
    path = within(folder, FILE)
    if not tree.exists(path):
        return None
    try:
        manifest = json.loads(tree.read(path) or "")
    except (ValueError, RecursionError) as error:
        return Composer(path, error=str(error)[:80])
    if not isinstance(manifest, dict):
        return Composer(path, error="it holds no object")
    requires = _texts(manifest.get("require"))
    platform = _texts(_mapping(_mapping(manifest.get("config")).get("platform"))).get("php", "")
    return Composer(
        path,
        requires,
        frozenset(_texts(manifest.get("require-dev"))),
        platform,
        {name: _commands(said) for name, said in _mapping(manifest.get("scripts")).items()},
        kind if isinstance(kind := manifest.get("type"), str) else "",
        _dependencies(tree, path, requires),
    )


def _dependencies(tree: Tree, path: str, requires: Mapping[str, str]) -> tuple[Dependency, ...]:
    """The packages, each with the line that names it first."""
    found: dict[str, int] = {}
    for number, line in enumerate(tree.lines(path), start=1):
        name = line.strip().partition(":")[0].strip().strip('"')
        found.setdefault(name, number)
    return tuple(Dependency(name.lower(), frozenset(), tree.quote(path, found.get(name, 0))) for name in requires)


def _mapping(found: object) -> Mapping[str, object]:
    return found if isinstance(found, dict) else {}


def _texts(found: object) -> dict[str, str]:
    return {name: text for name, text in _mapping(found).items() if isinstance(text, str)}


def _commands(found: object) -> tuple[str, ...]:
    said = found if isinstance(found, list) else [found]
    return tuple(one for one in said if isinstance(one, str))
