"""How the assets of a program in another language are built: a package.json with a build script, by its lock file."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.node.manifest import load
from hivemind.infer.node.packages import find_manager
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

PLACED = {"npm": "--prefix", "pnpm": "--dir", "yarn": "--cwd", "bun": "--cwd"}
"""How each manager is told to work in another folder."""


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
    manifest = load(tree, folder)
    if not manifest:
        return None
    manager = find_manager(tree, manifest)
    there = "" if place == "." else f" {PLACED[manager.name]} {place}"
    install = manager.install[0].replace(manager.call, f"{manager.call}{there}", 1)
    return AssetBuild(install, f"{manager.call}{there} run build", tree.quote(path))


def _has_build(text: str | None) -> bool:
    try:
        manifest = json.loads(text or "")
    except (ValueError, RecursionError):
        return False
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    return isinstance(scripts, dict) and isinstance(scripts.get("build"), str)
