"""The commands that install an app's packages: in its folder, and in the sub-folder that its script goes into."""

from __future__ import annotations

import posixpath
import re

from hivemind.infer.facts import Fact, fact, within
from hivemind.infer.node.app import App
from hivemind.infer.node.packages import Manager
from hivemind.infer.node.starts import uses_bun
from hivemind.infer.node.workspaces import members

HOOKS = ("postinstall", "install", "prepare", "preinstall", "build", "heroku-postbuild", "prestart")
SAFE = re.compile(r"^[\w./-]+$")


def installed(app: App, manager: Manager) -> dict[str, Fact]:
    """The facts `install` and `package_manager`."""
    if not app.tree.exists(app.manifest.path):
        return {"install": fact((), "there is no package.json, so nothing has to be installed")}
    commands = (*manager.install, *_bun(app, manager), *_below(app, manager))
    why = (
        manager.why
        if manager.lock or manager.name != "npm"
        else f"{manager.why}; without a lock file nothing is pinned"
    )
    return {
        "install": fact(commands, why, *manager.quotes, confidence="certain" if manager.lock else "likely"),
        "package_manager": fact(manager.name, manager.why, *manager.quotes, confidence="certain"),
    }


def _bun(app: App, manager: Manager) -> tuple[str, ...]:
    """Bun itself beside the packages, so that the machine that starts the app has it."""
    if not uses_bun(app, manager):
        return ()
    call = manager.call if manager.name == "bun" else "npx --yes bun@1"
    return (f"{call} add --no-save bun@{call.rpartition('@')[2]}",)


def _below(app: App, manager: Manager) -> tuple[str, ...]:
    """A folder with a manifest of its own that no script of this one and no workspace installs."""
    folder = app.owner.folder
    if folder == app.manifest.folder or folder in members(app.tree, app.manifest.folder):
        return ()
    below = posixpath.relpath(folder, app.manifest.folder)
    hooks = " ".join(app.manifest.scripts.get(hook, "") for hook in HOOKS)
    is_hooked = "install" in hooks and re.search(rf"\b{re.escape(below)}\b", hooks)
    if is_hooked or not SAFE.match(below):
        return ()
    has_lock = app.tree.exists(within(folder, "package-lock.json"))
    return (f"npm --prefix {below} {'ci' if has_lock else 'install'}",)
