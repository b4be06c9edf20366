"""How the assets of a program in another language are built: a package.json with a build script, by its lock file."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

LOCKS = (
    ("pnpm-lock.yaml", "pnpm --dir {place} install --frozen-lockfile", "pnpm --dir {place} run build"),
    ("yarn.lock", "yarn --cwd {place} install --frozen-lockfile", "yarn --cwd {place} run build"),
    ("bun.lock", "bun install --cwd {place} --frozen-lockfile", "bun run --cwd {place} build"),
    ("bun.lockb", "bun install --cwd {place} --frozen-lockfile", "bun run --cwd {place} build"),
    ("package-lock.json", "npm --prefix {place} ci", "npm --prefix {place} run build"),
    ("package.json", "npm --prefix {place} install", "npm --prefix {place} run build"),
)


@dataclass(frozen=True)
class AssetBuild:
    """Commands, run in the folder of the program, and the manifest they rest on."""

    install: str
    build: str
    quote: Quote


def asset_build(tree: Tree, folder: str, base: str) -> AssetBuild | None:
    """The build of the package.json in `folder`, as seen from `base`; None where there is no build script."""
    path = within(folder, "package.json")
    if not tree.exists(path) or not _has_build(tree.read(path)):
        return None
    place = posixpath.relpath(folder, base)
    if place != "." and not all(
        part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in place.split("/")
    ):
        return None
    _, install, build = next(lock for lock in LOCKS if tree.exists(within(folder, lock[0])))
    return AssetBuild(_placed(install, place), _placed(build, place), tree.quote(path))


def _placed(command: str, place: str) -> str:
    """The command for a folder below, or for the program's own."""
    return re.sub(r" --(prefix|dir|cwd) \{place\}", "", command) if place == "." else command.format(place=place)


def _has_build(text: str | None) -> bool:
    try:
        manifest = json.loads(text or "")
    except (ValueError, RecursionError):
        return False
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    return isinstance(scripts, dict) and isinstance(scripts.get("build"), str)
