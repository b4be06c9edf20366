"""Pages that nothing has to make: an index.html at the root or in one of the usual folders."""

from __future__ import annotations

import re

from hivemind.infer.facts import within
from hivemind.infer.places import is_aside
from hivemind.infer.signs import MANIFESTS
from hivemind.infer.static.site import Site
from hivemind.infer.tree import Tree

STATED, ROOT, BELOW = 60, 20, 8
"""Weights: a Staticfile says so; an index.html may also be another app's."""

STATICFILE = "Staticfile"
STATED_ROOT = re.compile(r"^\s*root\s*:\s*[\"']?([\w][\w./-]{0,80})")
FOLDERS = ("public", "www", "site", "html", "htdocs", "public_html", "web", "docs", "src", "static", "website", "_site")
APPS = frozenset({"server", "backend", "api", "app", "apps", "services", "packages", "client", "frontend", "web"})
"""Folders whose manifests are those of the apps that a page beside them belongs to."""

APP_MANIFESTS = tuple(name for name, language in MANIFESTS.items() if language not in ("static", "docker"))
MAX_DEPTH = 3


def find_pages(tree: Tree, folder: str) -> Site | None:
    """The folder that is served as it is; None without a page, or where the page is that of apps below."""
    stated = within(folder, STATICFILE)
    if tree.exists(stated):
        root, line = _stated_root(tree, stated)
        return Site(root, "the Staticfile says that files are served", tree.quote(stated, line), STATED)
    if tree.exists(page := within(folder, "index.html")) and not has_apps_below(tree, folder, APPS):
        return Site(".", "index.html is served as it is", tree.quote(page), ROOT)
    for name in FOLDERS:
        if tree.exists(page := within(folder, f"{name}/index.html")) and not has_apps_below(tree, folder):
            return Site(name, f"{name}/index.html is served as it is", tree.quote(page), BELOW)
    return None


def has_apps_below(tree: Tree, folder: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether a folder not far below has the manifest of an app; only folders of these names, if any are given."""
    below = "" if folder == "." else f"{folder}/"
    found = (path[len(below) :].split("/") for name in APP_MANIFESTS for path in tree.find(f"*/{name}", folder))
    return any(
        len(parts) <= MAX_DEPTH and not is_aside("/".join(parts[:-1])) and (not names or parts[0] in names)
        for parts in found
    )


def _stated_root(tree: Tree, path: str) -> tuple[str, int]:
    for number, line in enumerate(tree.lines(path), start=1):
        if (found := STATED_ROOT.match(line)) and ".." not in found[1]:
            return found[1].rstrip("/"), number
    return ("public" if tree.exists(path.removesuffix(STATICFILE) + "public/index.html") else "."), 0
