"""The assets of a program in another language: how its package.json has them installed and built."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.node.manifest import load
from hivemind.infer.node.packages import find_manager
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

PLAIN = re.compile(r"^[\w./-]+$")
"""A path that needs no quotes in a command."""
PLACED = {"npm": "--prefix", "pnpm": "--dir", "yarn": "--cwd", "bun": "--cwd"}
"""How each manager is told to work in another folder."""


@dataclass(frozen=True)
class Assets:
    """What node does for the application: `scripts` by name, `packages` asked for; `call` is what runs one."""

    manager: str
    call: str
    install: str
    scripts: Mapping[str, str]
    packages: frozenset[str]
    quote: Quote

    @property
    def plain_install(self) -> str:
        """The same by the manager's bare name, for a build that itself calls it so and needs it on the path."""
        return self.install.replace(self.call, self.manager, 1)

    @property
    def build(self) -> str | None:
        """The command that builds them: `build`, or Laravel Mix's `production`."""
        name = next((name for name in ("build", "production", "prod") if name in self.scripts), None)
        return f"{self.call} run {name}" if name else None


@dataclass(frozen=True)
class AssetBuild:
    """Commands, run in the folder of the program, and the manifest they rest on."""

    install: str
    build: str
    quote: Quote


def find_assets(tree: Tree, folder: str) -> Assets | None:
    """The assets of a folder; None without a package.json that can be read."""
    path = within(folder, "package.json")
    manifest = _mapping(tree.read(path))
    if not manifest:
        return None
    owner = load(tree, folder)
    if not owner:
        return None
    manager = find_manager(tree, owner)
    packages = {**_object(manifest, "dependencies"), **_object(manifest, "devDependencies")}
    scripts = {name: text for name, text in _object(manifest, "scripts").items() if isinstance(text, str)}
    return Assets(manager.name, manager.call, manager.install[0], scripts, frozenset(packages), tree.quote(path))


def asset_build(tree: Tree, folder: str, base: str) -> AssetBuild | None:
    """The build of the assets in `folder`, as seen from `base`; None where there is no build script."""
    found, place = find_assets(tree, folder), posixpath.relpath(folder, base)
    if not found or "build" not in found.scripts or not PLAIN.match(place):
        return None
    there = "" if place == "." else f" {PLACED[found.manager]} {place}"
    install = found.install.replace(found.call, f"{found.call}{there}", 1)
    return AssetBuild(install, f"{found.call}{there} run build", found.quote)


def _mapping(text: str | None) -> Mapping[str, object]:
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _object(manifest: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = manifest.get(name)
    return found if isinstance(found, dict) else {}
