"""The programs of a Go module, and what each reaches by importing packages of the repository."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.go.manifest import FILE, Module
from hivemind.infer.source import MAX_SOURCES, Source, load_sources
from hivemind.infer.tree import Tree

MAX_SEARCHED = 500
MAX_PACKAGES = 150

PACKAGE_MAIN = re.compile(r"^package\s+main\b", re.MULTILINE)
MAIN = re.compile(r"^func\s+main\s*\(\s*\)", re.MULTILINE)
IMPORTS = re.compile(r"^import\s*(?:\(([^()]{0,20000})\)|[\w.]*\s*\"([^\"\n]+)\")", re.MULTILINE)
QUOTED = re.compile(r'"([^"\n]+)"')
EXCLUDED = re.compile(
    r"^//\s*(?:go:build\s+(?:ignore|tools?|wireinject|mage)\b|\+build\s+(?:ignore|tools?|wireinject|mage)\b)",
    re.MULTILINE,
)
ELSEWHERE = re.compile(r"_(?:test|windows|darwin|plan9|freebsd|js|wasm|arm64|android|ios)\.go$")
ASIDE = frozenset({
    "example", "examples", "_examples", "test", "tests", "testdata", "e2e", "docs", "doc", "scripts", "script", "hack",
    "tools", "tool", "mocks", "mock", "benchmark", "benchmarks", "bench", "contrib", "node_modules", "deploy", "ci",
})  # fmt: skip

Files = Mapping[str, Sequence[str]]
Reader = Callable[[str], tuple[Source, ...]]


@dataclass(frozen=True)
class Program:
    """A folder with `func main`, and the sources of every package of the repository that it imports."""

    module: Module
    folder: str
    main: Source
    sources: tuple[Source, ...]

    @property
    def is_root(self) -> bool:
        """Whether it lies beside its go.mod."""
        return self.folder == self.module.folder

    @property
    def name(self) -> str:
        """What its binary is called: its folder, or the module where it lies at the root or in a folder named so."""
        own = self.folder.rpartition("/")[2]
        return self.module.name if self.is_root or own in ("cmd", "src", "main", "app") else own

    @property
    def line(self) -> int:
        """The line of `func main`."""
        found = MAIN.search(self.main.text)
        return self.main.line(found.start()) if found else 0


def find_programs(tree: Tree, module: Module, others: Sequence[Module] = ()) -> tuple[Program, ...]:
    """Every program of the module, shallowest first; examples and tools only where there is nothing else."""
    packages = {m.path: m.folder for m in (module, *others) if m.path}
    mains = tuple(_mains(tree, module))
    ours = [path for path in mains if not _is_aside(path, module.folder)] or mains
    read = _reader(tree)
    return tuple(_program(module, packages, read, path) for path in ours)


def imports_of(sources: Sequence[Source]) -> Iterator[tuple[str, Source, int]]:
    """Import path, source and offset of every import."""
    for source in sources:
        for block in IMPORTS.finditer(source.text):
            group = 1 if block[1] is not None else 2
            if group == 2:
                yield block[2], source, block.start(2)
            for quoted in QUOTED.finditer(block[1] or ""):
                yield quoted[1], source, block.start(1) + quoted.start()


def _mains(tree: Tree, module: Module) -> Iterator[str]:
    """One file with `func main` of every folder that has one."""
    base = 0 if module.folder == "." else module.folder.count("/") + 1
    seen: set[str] = set()
    paths = [p for p in tree.find("*.go", module.folder) if p.count("/") - base < 5 and not ELSEWHERE.search(p)]
    for path in sorted(paths, key=_likelihood)[:MAX_SEARCHED]:
        folder = posixpath.dirname(path) or "."
        if folder not in seen and not _is_foreign(tree, folder, module) and _is_main(tree, path):
            seen.add(folder)
            yield path


def _likelihood(path: str) -> tuple[bool, int, str]:
    """Files that are called main first, so that the cap never cuts them off."""
    return path.rpartition("/")[2] != "main.go" and "cmd/" not in path, path.count("/"), path


def _is_main(tree: Tree, path: str) -> bool:
    text = tree.read(path) or ""
    return bool(PACKAGE_MAIN.search(text) and MAIN.search(text)) and not EXCLUDED.search(text[:2000])


def _is_foreign(tree: Tree, folder: str, module: Module) -> bool:
    """Whether the folder belongs to a module of its own."""
    while folder not in (module.folder, ".", ""):
        if tree.exists(within(folder, FILE)):
            return True
        folder = posixpath.dirname(folder) or "."
    return False


def _is_aside(path: str, folder: str) -> bool:
    below = path if folder == "." else path.removeprefix(f"{folder}/")
    return not ASIDE.isdisjoint(below.split("/")[:-1])


def _program(module: Module, packages: Mapping[str, str], read: Reader, path: str) -> Program:
    """The program with what it imports, breadth first, up to the caps of a service's sources."""
    folder = posixpath.dirname(path) or "."
    found = {folder: read(folder)}
    queue = deque([folder])
    left = MAX_SOURCES - len(found[folder])
    while queue and len(found) < MAX_PACKAGES and left > 0:
        for imported, _, _ in imports_of(found[queue.popleft()]):
            place = _folder_of(imported, packages)
            if place and place not in found and left > 0:
                found[place] = read(place)[:left]
                left -= len(found[place])
                queue.append(place)
    sources = tuple(source for package in found.values() for source in package)
    main = next((s for s in found[folder] if s.path == path), Source(path, ""))
    return Program(module, folder, main, sources)


def _reader(tree: Tree) -> Reader:
    """A function that loads the files of a package, each once however many programs import it."""
    files, loaded = _by_folder(tree), dict[str, tuple[Source, ...]]()

    def read(folder: str) -> tuple[Source, ...]:
        if folder not in loaded:
            loaded[folder] = load_sources(tree, files.get(folder, ()), "go")
        return loaded[folder]

    return read


def _by_folder(tree: Tree) -> Files:
    """The Go files that are built on Linux, by the folder they lie in."""
    found: dict[str, list[str]] = {}
    for path in tree.find("*.go"):
        if not ELSEWHERE.search(path):
            found.setdefault(posixpath.dirname(path) or ".", []).append(path)
    return found


def _folder_of(imported: str, packages: Mapping[str, str]) -> str | None:
    """The folder of a package of the repository."""
    for path, folder in packages.items():
        if imported == path or imported.startswith(f"{path}/"):
            return posixpath.normpath(posixpath.join(folder, imported.removeprefix(path).lstrip("/")))
    return None
