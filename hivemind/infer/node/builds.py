"""What has to be built before the app can start: its build script, its compiler, its framework, its database client."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.node.app import PRODUCTION, App
from hivemind.infer.node.commands import commands
from hivemind.infer.node.frameworks import Framework
from hivemind.infer.node.manifest import Manifest, load
from hivemind.infer.node.packages import Manager, find_manager
from hivemind.infer.node.stores import prisma_schema
from hivemind.infer.node.workspaces import members
from hivemind.model.findings import Quote

SCRIPTS = (
    "build", "heroku-postbuild", "build:prod", "build:production", "compile", "build:server", "build:ts", "build-ts",
    "tsc", "docs:build",
)  # fmt: skip
HOOKS = ("postinstall", "prepare", "install")
NOT_FOR_SERVERS = re.compile(
    r"^\s*(?:echo\b|exit\b|true\b|:|#|docker\b|pkg\b|electron-builder|next export|eslint|jest|vitest|prettier|nexe\b)"
    r"|no build|\bsam build\b|\bserverless\b"
)
OUTPUT = re.compile(r"(?:^|/)(?:dist|build|out|lib|output|compiled)/")
PLAIN = re.compile(r"^[\w./-]+$")
FILE_OUTPUTS = ("dist/", "build/", "lib/", "out/", ".output/", "output/", "compiled/")


@dataclass(frozen=True)
class Build:
    """The commands, why, and the lines that say so."""

    commands: tuple[str, ...] = ()
    why: str = "nothing has to be built"
    quotes: tuple[Quote, ...] = ()


def find_build(app: App, manager: Manager, framework: Framework | None) -> Build:
    """The build script if there is one that makes something, else what the framework or the compiler needs."""
    manifest = app.manifest
    name = build_script(manifest)
    generate = _generate(app)
    if name:
        command = _in_workspace(app, manager, name)
        return Build((*generate, command), f"the manifest's {name} script", (manifest.quote_script(name),))
    if framework and framework.kind in ("platform", "site") and framework.build:
        quote = manifest.quote_package(framework.package)
        return Build((*generate, framework.build), f"{framework.name} is built before it is started", (quote,))
    if _needs_compiler(app):
        why = "the start command runs what the TypeScript compiler makes"
        return Build((*generate, "npx tsc"), why, (manifest.quote_package("typescript"),))
    if generate:
        return Build(generate, "the Prisma client is generated", (manifest.quote_package("prisma"),))
    return Build()


def builds_of(app: App, folders: tuple[str, ...]) -> tuple[str, ...]:
    """The commands that build the packages whose output the app gives out, where no script of its own does."""
    said = " ".join(app.manifest.scripts.get(name, "") for name in (*SCRIPTS, *HOOKS))
    found: list[str] = []
    for folder in folders:
        manifest, below = load(app.tree, folder), posixpath.relpath(folder, app.manifest.folder)
        is_said = folder.rpartition("/")[2] in said
        if manifest and not is_said and PLAIN.match(below) and (name := build_script(manifest)):
            manager = find_manager(app.tree, manifest)
            into = {"npm": "npm --prefix", "pnpm": f"{manager.call} --dir"}.get(manager.name, f"{manager.call} --cwd")
            install = "ci" if manager.lock and manager.name == "npm" else "install"
            found += [f"{into} {below} {install}", f"{into} {below} run {name}"]
    return tuple(found)


def build_script(manifest: Manifest) -> str:
    """The script that builds for production; empty when none does."""
    usual = next(
        (name for name in SCRIPTS if (line := manifest.scripts.get(name)) and not NOT_FOR_SERVERS.search(line)), ""
    )
    return usual or _unusual(manifest)


def _unusual(manifest: Manifest) -> str:
    """Another script called build something, if it writes where the start script reads."""
    starts = [manifest.scripts[name] for name in ("start", *PRODUCTION) if name in manifest.scripts]
    files = [command.file for line in starts for command in commands(line, manifest.scripts)]
    folders = {name.rpartition("/")[0] for name in files if OUTPUT.search(name)}
    for name, line in manifest.scripts.items():
        if "build" in name and any(folder.split("/bin")[0] in line for folder in folders if folder):
            return name
    return ""


def is_compiled(name: str) -> bool:
    """Whether a file named in a command is the output of a build."""
    return name.startswith(FILE_OUTPUTS)


def _needs_compiler(app: App) -> bool:
    named = [command.file for command in app.script.commands] if app.script else []
    hooks = " ".join(app.manifest.scripts.get(hook, "") for hook in (*HOOKS, "prestart", "start"))
    is_ours = bool(app.manifest.has("typescript")) and "tsc" not in hooks
    return is_ours and any(is_compiled(name) for name in named)


def _generate(app: App) -> tuple[str, ...]:
    """Prisma's client, where no script of the project makes it."""
    has_schema = bool(prisma_schema(app.tree, app.manifest))
    said = any("prisma generate" in line for line in app.manifest.scripts.values())
    return ("npx prisma generate",) if has_schema and not said and app.manifest.has("prisma") else ()


def _in_workspace(app: App, manager: Manager, name: str) -> str:
    """A member's build, and before it the builds of the members it uses."""
    manifest = app.manifest
    title = manifest.text("name")
    if manager.root == manifest.folder or not title or not re.match(r"^[@\w./-]+$", title):
        return manager.run(name)
    if name == "build" and app.tree.exists(within(manager.root, "turbo.json")):
        return f"npx turbo run build --filter={title}"
    uses_members = any(
        text.startswith("workspace:")
        for table in ("dependencies", "devDependencies")
        for text in manifest.strings(table).values()
    )
    if manager.name == "pnpm" and uses_members and members(app.tree, manager.root):
        return f"{manager.call} --filter '{title}...' run {name}"
    return manager.run(name)
