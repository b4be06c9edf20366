"""The package.json of an application in another language: how its assets are installed and built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

LOCKS: Mapping[str, tuple[str, str]] = {
    "pnpm-lock.yaml": ("pnpm", "pnpm install --frozen-lockfile"),
    "bun.lock": ("bun", "bun install --frozen-lockfile"),
    "bun.lockb": ("bun", "bun install --frozen-lockfile"),
    "yarn.lock": ("yarn", "yarn install --frozen-lockfile"),
    "package-lock.json": ("npm", "npm ci"),
    "npm-shrinkwrap.json": ("npm", "npm ci"),
}
"""Lock → the package manager that wrote it, and what installs exactly what it holds."""


@dataclass(frozen=True)
class Assets:
    """What node does for the application: `scripts` by name, `packages` asked for."""

    manager: str
    install: str
    scripts: Mapping[str, str]
    packages: frozenset[str]
    quote: Quote

    @property
    def build(self) -> str | None:
        """The command that builds them: `build`, or Laravel Mix's `production`."""
        name = next((name for name in ("build", "production", "prod") if name in self.scripts), None)
        return f"{self.manager} run {name}" if name else None


def find_assets(tree: Tree, folder: str) -> Assets | None:
    """The assets of a folder; None without a package.json that can be read."""
    path = within(folder, "package.json")
    manifest = _mapping(tree.read(path))
    if not manifest:
        return None
    found = (how for lock, how in LOCKS.items() if tree.exists(within(folder, lock)))
    manager, install = next(found, ("npm", "npm install"))
    packages = {**_object(manifest, "dependencies"), **_object(manifest, "devDependencies")}
    scripts = {name: text for name, text in _object(manifest, "scripts").items() if isinstance(text, str)}
    return Assets(manager, install, scripts, frozenset(packages), tree.quote(path))


def _mapping(text: str | None) -> Mapping[str, object]:
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _object(manifest: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = manifest.get(name)
    return found if isinstance(found, dict) else {}
