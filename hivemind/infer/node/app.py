"""How a Node app is started: the team's own script where it serves for production, else what the project implies."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.facts import within
from hivemind.infer.node.commands import MANAGERS, Command, commands
from hivemind.infer.node.manifest import Manifest, load
from hivemind.infer.node.project import Project
from hivemind.infer.node.workspaces import linked, members
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

PROCESS = re.compile(r"^web:\s*node\s+(?:--\S+\s+){0,9}([\w./-]+)")

PRODUCTION = (
    "start:prod", "start-prod", "start:production", "start-production", "prod:start", "prod", "production",
    "start:prd", "prd", "start:live", "serve:production", "production:start", "start:server", "server:start",
    "serve:prod", "start:node", "start:dist", "start:built", "server:prod",
)  # fmt: skip
"""Scripts that serve for production where `start` is missing or meant for development, the clearest first."""
SECOND = ("serve", "server", "bot", "worker", "run", "dev", "develop", "start:dev", "watch")
"""Scripts that at least name the file that is the app."""
ENTRIES = (
    "server", "index", "app", "main", "src/server", "src/index", "src/main", "src/app", "server/index", "server/server",
    "server/app", "server/main", "src/server/index", "src/bin/www", "bin/www", "bin/server", "src/bot",
    "bot", "api/index", "backend/server",
    "backend/index", "src/server/main", "lib/server", "app/server", "app/index", "src/bin/server",
)  # fmt: skip
MAKES = re.compile(r"\.config\.[cm]?[jt]s$")
"""Settings of a bundler that is called through them: they make the app, and are not it."""
BUILT = re.compile(r"^(?:(?:cross-env )?(?:\w+=\S+ ){0,5})node (?:-\S+ ){0,5}(?:\./)?(?:dist|build|lib|out)/\S+$")
"""A script that only runs what a build made."""
SETTINGS = re.compile(r"(?:ecosystem|pm2|process(?:es)?)[\w.-]*\.(?:json|c?js)$")
"""Settings of pm2."""
BUNDLERS = frozenset({"esbuild", "tsup", "ncc", "swc", "tsdown", "unbuild", "bun", "rolldown"})


@dataclass(frozen=True)
class Script:
    """A script of the manifest and every program it runs; `manifest` is the one whose script is opened last."""

    name: str
    commands: tuple[Command, ...]
    manifest: Manifest

    @property
    def last(self) -> Command | None:
        """The program that stays."""
        return self.commands[-1] if self.commands else None

    @property
    def is_development(self) -> bool:
        """Whether anything in it watches or serves for development only."""
        return any(command.is_development for command in self.commands)

    @property
    def compiles(self) -> bool:
        """Whether it compiles at every start, where another script may run what was built."""
        return bool(self.last and self.last.program in ("ts-node", "babel-node", "ts-node-esm"))

    @property
    def bundles(self) -> bool:
        """Whether what it runs is a bundler's settings."""
        return bool(self.last and MAKES.search(self.last.file))


@dataclass(frozen=True)
class App:
    """A folder's manifest with what its scripts run and which files are its entry."""

    tree: Tree
    manifest: Manifest

    @cached_property
    def script(self) -> Script | None:
        """The script that serves for production; None where no script does."""
        rendered = [name for name in self.manifest.scripts if name.startswith("serve:ssr")]  # Angular's own word
        built = [name for name, line in self.manifest.scripts.items() if BUILT.match(line)]
        names = ("start", *PRODUCTION, *rendered, *built)
        opened = (self.opened(name) for name in names if name in self.manifest.scripts)
        found = [script for script in opened if script.last and not script.is_development and not script.bundles]
        return next((script for script in found if not script.compiles), found[0] if found else None)

    @cached_property
    def development(self) -> tuple[Script, ...]:
        """Every script that serves in some other way, `start` first."""
        names = ("start", *PRODUCTION, *SECOND)
        return tuple(self.opened(name) for name in names if name in self.manifest.scripts)

    @cached_property
    def owner(self) -> Manifest:
        """The manifest of the folder the app's code lies in: another one where `start` goes into a sub-folder."""
        return self.script.manifest if self.script else self.manifest

    @cached_property
    def project(self) -> Project:
        """The files of the app's own folder."""
        folders = {name: member.folder for name, member in self.linked.items()}
        return Project(self.tree, self.owner.folder, folders)

    @cached_property
    def linked(self) -> Mapping[str, Manifest]:
        """The packages of the same workspace that the app uses."""
        return linked(self.tree, self.owner)

    @cached_property
    def entry(self) -> str | None:
        """The source file that the app begins with."""
        return next(self._entries(), None)

    def opened(self, name: str) -> Script:
        """A script with everything it runs, followed into other folders and workspace members."""
        manifest, line = self.manifest, self.manifest.scripts[name]
        for _ in range(4):
            found = commands(line, manifest.scripts)
            deeper = self._elsewhere(manifest, found[-1]) if found else None
            if deeper is None:
                return Script(name, found, manifest)
            manifest, line = deeper
        return Script(name, (), self.manifest)

    def quote(self, script: Script) -> Quote:
        """The line of a script of the folder's own manifest."""
        return self.manifest.quote_script(script.name)

    def _elsewhere(self, manifest: Manifest, last: Command) -> tuple[Manifest, str] | None:
        """The manifest and line of a script that a manager runs in another folder or member."""
        if not last.words or last.words[0] not in MANAGERS:
            return self._beside(manifest, last)
        folder = posixpath.normpath(within(manifest.folder, last.folder)) if last.folder != "." else ""
        folder = folder or self._member(last)
        other = load(self.tree, folder) if folder else None
        words = [word for word in last.words[1:] if not word.startswith("-") and word != "run"]
        name = next((word for word in reversed(words) if other and word in other.scripts), "")
        return (other, other.scripts[name]) if other and name else None

    def _beside(self, manifest: Manifest, last: Command) -> tuple[Manifest, str] | None:
        """`cd server && node index.js`: the folder's own manifest, if it has one."""
        folder = posixpath.normpath(within(manifest.folder, last.folder))
        other = load(self.tree, folder) if last.folder != "." else None
        return (other, " ".join(last.words)) if other else None

    def _member(self, command: Command) -> str:
        """The folder of the workspace member that `-w api`, `--filter api` or `workspace api` names."""
        named = command.option("-w", "--workspace", "--filter", "-F", "workspace")
        if not named:
            return ""
        for folder in members(self.tree, self.manifest.folder):
            other = load(self.tree, folder)
            ends = (folder, folder.rpartition("/")[2], f"./{folder}")
            if named in ends or (other and other.text("name") == named):
                return folder
        return ""

    def _entries(self) -> Iterator[str]:
        yield from self._named()
        for script in self.development:
            if script.last and script.manifest is self.manifest and (found := self._file(script.last.file)):
                yield found
        for name in (*self._of_procfile(), self.owner.text("main"), *self._bundled(), *self._programs()):
            if found := self._file(name):
                yield found
        for name in ENTRIES:
            if found := self.project.file(within(self.owner.folder, name)):
                yield found

    def _programs(self) -> Iterator[str]:
        yield self.owner.text("bin")
        yield from self._binaries()

    def _of_procfile(self) -> Iterator[str]:
        """The file that the Procfile has Node run."""
        for line in self.tree.lines(within(self.manifest.folder, "Procfile")):
            if found := PROCESS.match(line):
                yield found[1]

    def _named(self) -> Iterator[str]:
        for command in reversed(self.script.commands if self.script else ()):
            if found := self._file(self._processes(command.file)):
                yield found

    def _processes(self, name: str) -> str:
        """The program that a process manager's settings start, where that is what a command names."""
        if not SETTINGS.search(name):
            return name
        source = self.project.load(within(self.owner.folder, name))
        value = source.defined.get("script") if source else None
        return (source.text(value) if source and value else None) or ""

    def _bundled(self) -> Iterator[str]:
        """What the build script gives to a bundler: `esbuild server.ts`, `tsup src/index.ts`."""
        for command in commands(self.owner.scripts.get("build", ""), self.owner.scripts):
            if command.program in BUNDLERS:
                yield from (word for word in command.words[1:] if word.endswith((".ts", ".js", ".mts", ".mjs")))

    def _binaries(self) -> Iterator[str]:
        yield from self.owner.strings("bin").values()

    def _file(self, name: str) -> str | None:
        if not name or name == "." or MAKES.search(name):
            return None
        return self.project.source_of(name)


def compiled(project: Project, source: str) -> str:
    """Where the compiler puts a source file, below the folder; empty when it is not said."""
    below = posixpath.relpath(source, project.folder)
    stem, ending = posixpath.splitext(below)
    if ending not in (".ts", ".mts", ".cts") or not project.output:
        return ""
    inside = posixpath.relpath(stem, project.root)
    if inside.startswith(".."):
        inside = stem
    return posixpath.normpath(posixpath.join(project.output, inside)) + ending.replace("t", "j")
