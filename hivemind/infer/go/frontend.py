"""A front end that a Go program embeds: built before it, since `go:embed` needs the files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from hivemind.infer.assets import AssetBuild, asset_build
from hivemind.infer.go.programs import Program
from hivemind.infer.tree import Tree

EMBED = re.compile(r"^//go:embed\s+(.{1,300})$", re.MULTILINE)
OUTPUTS = frozenset({"dist", "build", "out", "public", "static"})


def embedded_build(tree: Tree, program: Program) -> AssetBuild | None:
    """How the embedded front end is built; None where nothing that is embedded has to be built."""
    for folder in _embedded(tree, program):
        while folder not in ("", ".", program.module.folder):
            folder = posixpath.dirname(folder) or "."
            if folder != program.module.folder and (found := asset_build(tree, folder, program.module.folder)):
                return found
    return None


def _embedded(tree: Tree, program: Program) -> Iterable[str]:
    """The paths that look like a build's output, as paths of the tree."""
    for source in program.sources:
        for directive in EMBED.finditer(tree.read(source.path) or ""):
            for word in directive[1].split():
                place = posixpath.join(posixpath.dirname(source.path), word.strip('"`').removeprefix("all:"))
                if not OUTPUTS.isdisjoint(place.split("/")):
                    yield posixpath.normpath(place)
