"""The files of a project: where an import leads, and what an entry file reaches by importing.

Only what the entry reaches says something about the app: a script beside it may read variables, and a test may define
routes, that the app never sees. Frameworks that load files by their place (routes, configuration) add those as entries.
"""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from hivemind.infer.facts import within
from hivemind.infer.node.manifest import Manifest, load
from hivemind.infer.node.source import Source, parse
from hivemind.infer.tree import Tree

MAX_FILES = 200
MAX_TEXT = 640 << 10
ENDINGS = (".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".tsx", ".jsx")
COMPILED = {".js": ".ts", ".mjs": ".mts", ".cjs": ".cts", ".jsx": ".tsx"}
OUTPUTS = ("dist", "build", "lib", "out", "output", ".output", "bin", "compiled", "api-dist", "server-dist")
CONFIGS = ("tsconfig.json", "jsconfig.json", "tsconfig.build.json", "tsconfig.server.json")

PARSED: WeakKeyDictionary[Tree, dict[str, Source]] = WeakKeyDictionary()
"""What was parsed of a tree, as long as there is one: discovery and the survey look at the same files."""


@dataclass
class Project:
    """The files below a folder; each is read once, up to a total."""

    tree: Tree
    folder: str
    linked: Mapping[str, str] = field(default_factory=dict)
    """Packages of the same workspace → their folders."""
    _parsed: dict[str, Source | None] = field(default_factory=dict)
    _left: int = MAX_TEXT

    def load(self, path: str) -> Source | None:
        """A file as tokens; None when it cannot be read, or too much was read already."""
        if path not in self._parsed:
            text = self.tree.read(path)
            if text is None or len(text) > self._left:
                return None
            self._left -= len(text)
            known = PARSED.setdefault(self.tree, {})
            self._parsed[path] = known[path] = known.get(path) or parse(path, text)
        return self._parsed[path]

    def reach(self, entries: Sequence[str]) -> tuple[Source, ...]:
        """The entries and everything of the project that they import, directly or not."""
        found: dict[str, Source] = {}
        queue = deque(entries)
        while queue and len(found) < MAX_FILES:
            path = queue.popleft()
            source = None if path in found else self.load(path)
            if source:
                found[path] = source
                queue.extend(target for name, _ in source.imports if (target := self.target(source.path, name)))
        return tuple(found.values())

    def target(self, importer: str, name: str) -> str | None:
        """The file of the project that an import leads to; None for a package."""
        if name.startswith("."):
            return self.file(posixpath.normpath(posixpath.join(posixpath.dirname(importer), name)))
        places = (*self._by_alias(name), *self._by_package(name))
        return next((found for place in places if (found := self.file(place))), None)

    def file(self, stem: str) -> str | None:
        """The source file that a path without or with an ending means."""
        if stem.startswith(("..", "/")):
            return None
        return next((path for path in _spellings(stem) if self.tree.exists(path)), None)

    def source_of(self, output: str) -> str | None:
        """The source of a file named in a command, below the folder: itself, or what is compiled into it."""
        path = posixpath.normpath(within(self.folder, output))
        if found := self.file(path):
            return found
        # A bundle is named after its output: any ending will do for its source.
        bare = posixpath.splitext(path)[0] if path.endswith(ENDINGS) else path
        below = posixpath.relpath(bare, self.folder).split("/")
        return next((found for stem in self._sources(below) if (found := self.file(within(self.folder, stem)))), None)

    @cached_property
    def compiler(self) -> Manifest | None:
        """The folder's compiler settings."""
        return next((found for name in CONFIGS if (found := load(self.tree, self.folder, name))), None)

    @property
    def output(self) -> str:
        """Where the compiler writes to; empty when it is not said."""
        found = self.compiler.text("compilerOptions", "outDir") if self.compiler else ""
        return posixpath.normpath(found) if found and not found.startswith(("/", "..", "$")) else ""

    @property
    def root(self) -> str:
        """Where the compiler reads from: `rootDir`, else `src` where it is all that is included, else the folder."""
        said = self.compiler.text("compilerOptions", "rootDir") if self.compiler else ""
        if said:
            return posixpath.normpath(said)
        included = self.compiler.value("include") if self.compiler else None
        texts = [text for text in included if isinstance(text, str)] if isinstance(included, list) else []
        if texts and all(text.removeprefix("./").startswith("src") for text in texts):
            return "src"
        loose = [p for p in self.tree.find("*.ts", self.folder) if posixpath.dirname(p) == self._below("")]
        has_own = any(not path.endswith((".d.ts", ".config.ts")) for path in loose)
        return "." if has_own or not self._has_src else "src"

    @property
    def _has_src(self) -> bool:
        return within(self.folder, "src") in self.tree.folders

    def _below(self, name: str) -> str:
        return ("" if self.folder == "." else self.folder) + (f"/{name}" if name else "")

    def _sources(self, below: Sequence[str]) -> Iterator[str]:
        """Where the source of an output file may lie: `dist/server/x.js` ← `src/server/x`, `server/x`, ..."""
        output = [part for part in self.output.split("/") if part and part != "."]
        for length in dict.fromkeys((len(output), 1)):
            is_output = list(below[:length]) == output or (length == 1 and below[0] in OUTPUTS)
            rest = "/".join(below[length:])
            if is_output and rest:
                yield from dict.fromkeys((posixpath.normpath(posixpath.join(self.root, rest)), f"src/{rest}", rest))

    def _by_alias(self, name: str) -> Iterator[str]:
        """Where `paths` and `baseUrl` of the compiler, and the usual `@/` and `~/`, say that an import lies."""
        options = self.compiler.value("compilerOptions") if self.compiler else None
        base = self.compiler.text("compilerOptions", "baseUrl") if self.compiler else ""
        paths = options.get("paths") if isinstance(options, dict) else None
        for alias, targets in list(paths.items())[:100] if isinstance(paths, dict) else ():
            stem = alias.removesuffix("*")
            if name == alias or (alias.endswith("*") and name.startswith(stem)):
                for target in targets if isinstance(targets, list) else ():
                    if isinstance(target, str):
                        place = target.removesuffix("*") + (name[len(stem) :] if alias.endswith("*") else "")
                        yield self._joined(base, place)
        if name.startswith(("@/", "~/", "$lib/", "#")):
            rest = name.partition("/")[2]
            yield from (self._joined("src", rest), self._joined("app", rest), self._joined("", rest))
            yield self._joined("src/lib", rest)
        elif base and not name.startswith("@"):
            yield self._joined(base, name)

    def _by_package(self, name: str) -> Iterator[str]:
        """Where the source of another package of the workspace may lie."""
        parts = name.split("/")
        length = 2 if name.startswith("@") else 1
        folder = self.linked.get("/".join(parts[:length]))
        if folder:
            rest = "/".join(parts[length:]) or "index"
            yield from (within(folder, f"src/{rest}"), within(folder, rest), within(folder, f"lib/{rest}"))

    def _joined(self, base: str, name: str) -> str:
        return posixpath.normpath(posixpath.join(within(self.folder, base) if base else self.folder, name))


def _spellings(stem: str) -> Iterator[str]:
    base, ending = posixpath.splitext(stem)
    if ending in ENDINGS or "." not in stem.rpartition("/")[2]:
        yield stem
    if ending in COMPILED:
        yield base + COMPILED[ending]
    yield from (stem + ending for ending in ENDINGS)
    yield from (f"{stem}/index{ending}" for ending in ENDINGS)
