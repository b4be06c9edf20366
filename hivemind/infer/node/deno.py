"""A Deno project: its tasks, the packages its import map and its code name, and the file that is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hivemind.infer.facts import Dependency, within
from hivemind.infer.node.commands import Command, commands
from hivemind.infer.node.manifest import Manifest, load
from hivemind.infer.node.project import Project
from hivemind.infer.node.source import Source
from hivemind.infer.tree import Tree

FILES = ("deno.json", "deno.jsonc")
STARTS = ("start", "serve", "prod", "preview", "run", "server", "bot")
ENTRIES = ("main", "server", "index", "mod", "app", "src/main", "src/server", "src/index", "src/mod", "src/app", "bot")
PACKAGE = re.compile(r"^(?:npm|jsr):/?(@[\w.-]+/[\w.-]+|[\w.-]+)")
LAND = re.compile(r"^https://(?:deno\.land/x/|esm\.sh/|cdn\.skypack\.dev/)(@[\w.-]+/[\w.-]+|[\w.-]+)")
FRAMEWORKS = {
    "@fresh/core": "fresh", "fresh": "fresh", "$fresh/": "fresh", "@oak/oak": "oak", "oak": "oak", "hono": "hono",
    "@hono/hono": "hono", "express": "express", "aleph": "aleph", "lume": "lume",
}  # fmt: skip
MENTION = re.compile(r"\bDeno\b|deno\.land|[\"'](?:jsr|npm):")
MAX_PACKAGES = 300


@dataclass(frozen=True)
class DenoProject:
    """A folder read as Deno reads it; `manifest` is empty where it has no settings file."""

    tree: Tree
    manifest: Manifest

    @cached_property
    def files(self) -> Project:
        """Its files."""
        return Project(self.tree, self.manifest.folder)

    @cached_property
    def tasks(self) -> dict[str, str]:
        """The tasks, each one line; Deno 2 also writes them as objects."""
        found = dict(self.manifest.strings("tasks"))
        table = self.manifest.value("tasks")
        for name in table if isinstance(table, dict) else ():
            if isinstance(name, str) and (line := self.manifest.text("tasks", name, "command")):
                found[name] = line
        return {name: line for name, line in found.items() if line.isprintable()}

    @cached_property
    def task(self) -> str:
        """The task that serves for production; empty when none does."""
        return next((name for name in STARTS if (last := self.last(name)) and not _is_development(last)), "")

    def last(self, name: str) -> Command | None:
        """The program that a task ends with."""
        found = commands(self.tasks.get(name, ""), {})
        return found[-1] if found else None

    @cached_property
    def entry(self) -> str | None:
        """The file that is run: the one a task names, else a usual one."""
        named = (last for name in (*STARTS, "dev") if (last := self.last(name)))
        files = [word for last in named for word in last.words if word.endswith((".ts", ".js", ".tsx", ".mjs"))]
        stems = (*(name for name in files if not name.endswith("dev.ts")), *ENTRIES)
        places = (self.files.file(within(self.manifest.folder, stem.removeprefix("./"))) for stem in stems)
        return next((place for place in places if place), None)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The code that the entry reaches, and the routes that Fresh loads by their place."""
        folder = self.manifest.folder
        placed = [path for path in self.tree.find("routes/*", folder) if path.endswith((".ts", ".tsx"))][:100]
        return self.files.reach(tuple(dict.fromkeys([*([self.entry] if self.entry else []), *placed])))

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The packages that the import map and the code name."""
        return tuple({one.name: one for one in self._named()}.values())[:MAX_PACKAGES]

    @cached_property
    def framework(self) -> tuple[str, Dependency] | None:
        """The framework and the package that is its sign."""
        return next(((FRAMEWORKS[one.name], one) for one in self.dependencies if one.name in FRAMEWORKS), None)

    @property
    def is_written_for_deno(self) -> bool:
        """Whether the code itself says so."""
        return any(token.text == "Deno" for source in self.sources for token in source.tokens)

    def _named(self) -> Iterator[Dependency]:
        for key, value in self.manifest.strings("imports").items():
            name = _package(value) or (key if key in FRAMEWORKS else "")
            if name:
                yield Dependency(name, frozenset(), self.manifest.quote(f'"{key}"', '"imports"'))
            if key == "$fresh/":
                yield Dependency(key, frozenset(), self.manifest.quote(f'"{key}"'))
        for source in self.sources:
            for text, line in source.imports:
                if name := _package(text):
                    yield Dependency(name, frozenset(), self.tree.quote(source.path, line))


def load_deno(tree: Tree, folder: str) -> DenoProject | None:
    """The folder as a Deno project; None when neither a settings file nor the code says that it is one."""
    for name in FILES:
        if manifest := load(tree, folder, name):
            return DenoProject(tree, manifest)
    if not any(tree.exists(within(folder, f"{stem}{ending}")) for stem in ENTRIES for ending in (".ts", ".js", ".tsx")):
        return None
    bare = DenoProject(tree, Manifest(tree, within(folder, FILES[0]), {}))
    if not MENTION.search(tree.read(bare.entry or "") or ""):
        return None
    return bare if bare.is_written_for_deno or any(_is_remote(source) for source in bare.sources) else None


def exports_handler(sources: Sequence[Source]) -> bool:
    """Whether the entry exports `{ fetch }`, so that `deno serve` runs it."""
    tokens = sources[0].tokens if sources else ()
    for index, token in enumerate(tokens):
        if token.text == "export" and sources[0].at(index + 1).text == "default":
            return any(one.text == "fetch" for one in tokens[index : index + 12])
    return False


def _is_development(command: Command) -> bool:
    return any(word.startswith(("--watch", "--hmr")) or word.endswith("dev.ts") for word in command.words)


def _package(text: str) -> str:
    found = PACKAGE.match(text) or LAND.match(text)
    return found[1].partition("@")[0] or found[1] if found else ""


def _is_remote(source: Source) -> bool:
    return any(name.startswith(("https://deno.land/", "jsr:", "npm:")) for name, _ in source.imports)
