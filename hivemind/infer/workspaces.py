"""Whether a folder is only the shell around several packages, so that the apps are its members."""

from __future__ import annotations

import re

from hivemind.infer.documents import Node, load
from hivemind.infer.facts import within
from hivemind.infer.tree import Tree

MARKS = ("pnpm-workspace.yaml", "turbo.json", "nx.json", "lerna.json", "rush.json", "go.work")
DELEGATES = re.compile(
    r"\bconcurrently\b|\bnpm-run-all\b|\brun-[ps]\b|\bturbo\b|\bnx\b|\blerna\b|--prefix\b|--filter\b|--workspace\b|\s-w\s"
    r"|\bworkspaces?\s+(?:foreach|run)\b|\b(?:pnpm|yarn|npm)\s+-r\b|\bcd\s+\S|--cwd\b|-C\s+\S"
)
"""In a start script: it starts what lies in other folders."""


def is_shell(tree: Tree, folder: str) -> bool:
    """Whether the folder's manifests name members, or its start script only starts other folders."""
    return (
        any(tree.exists(within(folder, name)) for name in MARKS)
        or _is_node_shell(tree, folder)
        or _is_compiled_shell(tree, folder)
        or bool(load(tree, within(folder, "pyproject.toml")).get("tool", "uv", "workspace"))
    )


def is_built_whole(tree: Tree) -> bool:
    """Whether the root's package.json builds and starts the members itself, as it is written for Heroku."""
    scripts = load(tree, "package.json").get("scripts")
    return bool(scripts.get("start")) and bool(scripts.get("heroku-postbuild"))


def _is_node_shell(tree: Tree, folder: str) -> bool:
    manifest = load(tree, within(folder, "package.json"))
    scripts = manifest.get("scripts")
    said = [scripts.get("start")] if scripts.get("start") or manifest.get("dependencies") else _developing(scripts)
    return bool(manifest.get("workspaces")) or any(DELEGATES.search(one.text) for one in said)


def _developing(scripts: Node) -> list[Node]:
    """The scripts that say what lies below, where the folder has packages only for developers and starts nothing."""
    return [scripts.get(name) for name in ("dev", "develop", "start:dev", "server", "client")]


def _is_compiled_shell(tree: Tree, folder: str) -> bool:
    """A virtual Cargo workspace, a Maven parent, a Gradle build of several projects, a solution."""
    cargo = load(tree, within(folder, "Cargo.toml"))
    pom = tree.read(within(folder, "pom.xml")) or ""
    gradle = "".join(tree.read(within(folder, name)) or "" for name in ("settings.gradle", "settings.gradle.kts"))
    solutions = [path for path in tree.find("*.sln*", folder) if path.count("/") == within(folder, "x").count("/")]
    return (
        (bool(cargo.get("workspace")) and not cargo.get("package"))
        or "<modules>" in pom
        or bool(re.search(r"^\s*include\b", gradle, re.MULTILINE))
        or bool(solutions)
    )
