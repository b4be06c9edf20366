"""Workspaces: the packages that a root manifest, `pnpm-workspace.yaml` or `lerna.json` holds together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from hivemind.infer.facts import within
from hivemind.infer.node.manifest import FILE, Manifest, load
from hivemind.infer.tree import Tree

MAX_PATTERNS = 50
MAX_MEMBERS = 200
MAX_LINKED = 20
PNPM_FILE = "pnpm-workspace.yaml"
ITEM = re.compile(r"^\s*-\s*[\"']?([^\"'#\s]+)[\"']?\s*(?:#.*)?$")


def members(tree: Tree, root: str) -> tuple[str, ...]:
    """The folders of the packages that a workspace root holds together; none where it is no workspace."""
    patterns = tuple(_patterns(tree, root))[:MAX_PATTERNS]
    if not patterns:
        return ()
    manifests = tree.find(f"*/{FILE}", root)
    folders = [path.removesuffix(f"/{FILE}") for path in manifests]
    return tuple(folder for folder in folders if _is_listed(folder, root, patterns))[:MAX_MEMBERS]


def root_of(tree: Tree, folder: str) -> str:
    """The workspace root that a folder is a member of, else the folder itself."""
    above = folder
    while above not in (".", ""):
        above = above.rpartition("/")[0] or "."
        patterns = tuple(_patterns(tree, above))[:MAX_PATTERNS]
        if patterns and _is_listed(folder, above, patterns):
            return above
    return folder


def linked(tree: Tree, manifest: Manifest) -> dict[str, Manifest]:
    """The members of the same workspace that a package uses, directly or not, by the names they are imported by."""
    root = root_of(tree, manifest.folder)
    if root == manifest.folder:
        return {}
    loaded = (load(tree, folder) for folder in members(tree, root))
    named = {member.text("name"): member for member in loaded if member and member.text("name")}
    found: dict[str, Manifest] = {}
    queue = [manifest]
    while queue and len(found) < MAX_LINKED:
        used = queue.pop().packages
        new = {name: named[name] for name in sorted(used & named.keys()) if name not in found}
        found |= new
        queue += new.values()
    return found


def _is_listed(folder: str, root: str, patterns: tuple[str, ...]) -> bool:
    below = folder if root == "." else folder.removeprefix(f"{root}/")
    kept = any(_matches(below, pattern) for pattern in patterns if not pattern.startswith("!"))
    return kept and not any(_matches(below, pattern[1:]) for pattern in patterns if pattern.startswith("!"))


def _matches(folder: str, pattern: str) -> bool:
    """`*` is one folder, `**` any number of them."""
    pattern = pattern.removeprefix("./").rstrip("/")
    if "**" in pattern:
        return fnmatchcase(folder, pattern.replace("**/", "*").replace("**", "*"))
    return folder.count("/") == pattern.count("/") and fnmatchcase(folder, pattern)


def _patterns(tree: Tree, root: str) -> Iterator[str]:
    manifest = load(tree, root)
    for owner, keys in ((manifest, ("workspaces",)), (manifest, ("workspaces", "packages"))):
        found = owner.value(*keys) if owner else None
        yield from (text for text in found if isinstance(text, str)) if isinstance(found, list) else ()
    yield from _pnpm_patterns(tree, within(root, PNPM_FILE))
    lerna = load(tree, root, "lerna.json")
    listed = lerna.value("packages") if lerna else None
    yield from (text for text in listed if isinstance(text, str)) if isinstance(listed, list) else ()


def _pnpm_patterns(tree: Tree, path: str) -> Iterator[str]:
    """The items below `packages:`."""
    is_inside = False
    for line in tree.lines(path):
        if line and not line[0].isspace() and line[0] not in "-#":
            is_inside = line.startswith("packages:")
        elif is_inside and (found := ITEM.match(line)):
            yield found[1]
