"""The packages of a JavaScript workspace that a service uses: a schema that apps share stands in one of them."""

from __future__ import annotations

from itertools import islice

from hivemind.infer.documents import load
from hivemind.infer.facts import within
from hivemind.infer.places import is_aside
from hivemind.infer.tree import Tree

PACKAGES = ("packages/*package.json", "libs/*package.json")
MAX_PACKAGES = 60


def used_packages(tree: Tree, folder: str) -> tuple[str, ...]:
    """The folders of the shared packages that the service's manifest asks for, and of those that these ask for."""
    if folder == "." or not tree.exists(within(folder, "package.json")):
        return ()
    found = (path for pattern in PACKAGES for path in tree.find(pattern) if not is_aside(path))
    named = {load(tree, path).get("name").text: path.rpartition("/")[0] for path in islice(found, MAX_PACKAGES)}
    direct = _asked(tree, folder, named)
    return tuple(dict.fromkeys([*direct, *(below for one in direct for below in _asked(tree, one, named))]))


def _asked(tree: Tree, folder: str, named: dict[str, str]) -> list[str]:
    manifest = load(tree, within(folder, "package.json"))
    return [named[name] for name, _ in manifest.get("dependencies").items() if name in named]
