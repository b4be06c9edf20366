"""How a C++ program is built, by CMake, Meson or make, and which programs come out of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

CMAKE, MESON, MAKE = "CMakeLists.txt", "meson.build", ("Makefile", "makefile", "GNUmakefile")
MAX_FOLDERS = 40
ENDINGS = (".cpp", ".cc", ".cxx", ".c")
ASIDE = re.compile(r"test|bench|example|sample|fuzz|demo", re.IGNORECASE)
SAFE = re.compile(r"^[\w][\w.+-]*$")

PROJECT = re.compile(r"^\s*project\s*\(\s*\"?([\w.+-]{1,80})", re.IGNORECASE)
EXECUTABLE = re.compile(r"\badd_executable\s*\(\s*\"?([\w.+${}-]{1,80})\"?(?![\w.+-])([^)\n]{0,120})", re.IGNORECASE)
SET = re.compile(r"^\s*set\s*\(\s*(\w{1,80})\s+\"?([^\s\")]{1,200})", re.IGNORECASE)
SUBDIRECTORY = re.compile(r"^\s*add_subdirectory\s*\(\s*\"?([\w./-]{1,120})", re.IGNORECASE)
RENAMED = re.compile(r"\bOUTPUT_NAME\s+\"?([\w.+-]{1,80})")
STANDARD = re.compile(r"\b(?:CMAKE_CXX_STANDARD\s+|cxx_std_|cpp_std=(?:c|gnu)\+\+|-std=(?:c|gnu)\+\+)([0-9]{2})\b")
VARIABLE = re.compile(r"\$\{(\w+)\}")
MESON_EXECUTABLE = re.compile(r"\bexecutable\s*\(\s*'([\w.+-]{1,80})'")
TARGET = re.compile(r"^(?:TARGET|EXEC|EXECUTABLE|BIN|PROG|PROGRAM|NAME|OUT|OUTPUT|APP)\s*[:?]?=\s*([\w./-]{1,80})\s*$")
OUTPUT = re.compile(r"\s-o\s+([\w][\w./-]{0,80})(?:\s|$)")


@dataclass(frozen=True)
class Program:
    """What a build makes: its name, where it then lies, and the line that says so."""

    name: str
    path: str
    quote: Quote


@dataclass(frozen=True)
class Build:
    """The commands of a build, its programs, and the standard of C++ it asks for."""

    tool: str
    install: tuple[str, ...]
    commands: tuple[str, ...]
    programs: tuple[Program, ...]
    quote: Quote
    standard: tuple[str, Quote] | None = None
    needs_vcpkg: bool = False


def find_build(tree: Tree, folder: str) -> Build | None:
    """The folder's build; a Makefile counts only where it stands beside C++ sources."""
    if tree.exists(within(folder, CMAKE)):
        return _cmake(tree, folder)
    if tree.exists(within(folder, MESON)):
        return _meson(tree, folder)
    name = next((name for name in MAKE if tree.exists(within(folder, name))), None)
    return _make(tree, folder, name) if name and _has_sources(tree, folder) else None


def _has_sources(tree: Tree, folder: str) -> bool:
    near = (folder, within(folder, "src"))
    return any(posixpath.dirname(path) in ("" if place == "." else place, place)
               for place in near for ending in ENDINGS for path in tree.find(f"*{ending}", place))  # fmt: skip


def _cmake(tree: Tree, folder: str) -> Build:
    path = within(folder, CMAKE)
    programs = tuple(_executables(tree, folder))
    has_conan = any(tree.exists(within(folder, name)) for name in ("conanfile.txt", "conanfile.py"))
    install: tuple[str, ...] = ()
    option = ""
    if has_conan:
        install = ("conan install . --output-folder=build --build=missing",)
        option = " -DCMAKE_TOOLCHAIN_FILE=build/conan_toolchain.cmake"
    commands = (f"cmake -S . -B build -DCMAKE_BUILD_TYPE=Release{option}", "cmake --build build --parallel")
    needs_vcpkg = tree.exists(within(folder, "vcpkg.json"))
    return Build("cmake", install, commands, programs, tree.quote(path), _standard(tree, path), needs_vcpkg)


def _executables(tree: Tree, folder: str) -> Iterator[Program]:
    """`add_executable` of the folder and its sub-directories, variables put in."""
    queue, seen = [(folder, dict[str, str]())], {folder}
    while queue:
        place, known = queue.pop(0)
        path = within(place, CMAKE)
        known = dict(known)
        lines = [line.partition("#")[0] for line in tree.lines(path)]
        for number, line in enumerate(lines, start=1):
            if found := PROJECT.match(line):
                known.setdefault("CMAKE_PROJECT_NAME", found[1])
                known["PROJECT_NAME"] = found[1]
            if found := SET.match(line):
                known[found[1]] = found[2]
            if (found := SUBDIRECTORY.match(line)) and len(seen) < MAX_FOLDERS:
                below = posixpath.normpath(posixpath.join(place, found[1]))
                if below not in seen and tree.exists(within(below, CMAKE)) and not ASIDE.search(found[1]):
                    seen.add(below)
                    queue.append((below, known))
            if (found := EXECUTABLE.search(_joined(lines, number))) and "add_executable" in line.lower():
                program = _program(tree, folder, path, known, found)
                yield from [program] if program else []


def _joined(lines: list[str], number: int) -> str:
    """The line with the two that follow it: a name may stand on the next one."""
    return " ".join(lines[number - 1 : number + 2])


def _program(tree: Tree, folder: str, path: str, known: dict[str, str], found: re.Match[str]) -> Program | None:
    """The program as it lies after the build; None for what is imported, an alias or a test."""
    name = _filled(found[1], known)
    if "IMPORTED" in found[2] or "ALIAS" in found[2] or not SAFE.match(name) or ASIDE.search(name):
        return None
    renamed = RENAMED.search(tree.read(path) or "")
    output = renamed[1] if renamed else name
    below = posixpath.relpath(posixpath.dirname(path) or ".", folder)
    runtime = _filled(known.get("CMAKE_RUNTIME_OUTPUT_DIRECTORY", known.get("EXECUTABLE_OUTPUT_PATH", "")), known)
    written = re.sub(r"^\$\{(?:CMAKE|PROJECT)_(?:CURRENT_)?BINARY_DIR\}", "build", runtime)
    written = re.sub(r"^\$\{(?:CMAKE|PROJECT)_(?:CURRENT_)?SOURCE_DIR\}/?", "", written)
    base = written if runtime and "$" not in written else posixpath.join("build", below)
    number = next(
        (n for n, line in enumerate(tree.lines(path), start=1) if found[1] in line and "project" not in line), 0
    )
    return Program(name, posixpath.normpath(posixpath.join(base, output)), tree.quote(path, number))


def _filled(text: str, known: dict[str, str], depth: int = 0) -> str:
    if depth > 5 or "${" not in text:
        return text
    return _filled(VARIABLE.sub(lambda found: known.get(found[1], found[0]), text)[:300], known, depth + 1)


def _meson(tree: Tree, folder: str) -> Build:
    path = within(folder, MESON)
    programs = []
    for place in dict.fromkeys((folder, within(folder, "src"))):
        for number, line in enumerate(tree.lines(within(place, MESON)), start=1):
            found = MESON_EXECUTABLE.search(line.partition("#")[0])
            if found and not ASIDE.search(found[1]):
                where = posixpath.normpath(posixpath.join("build", posixpath.relpath(place, folder), found[1]))
                programs.append(Program(found[1], where, tree.quote(within(place, MESON), number)))
    commands = ("meson setup build --buildtype=release", "meson compile -C build")
    return Build("meson", (), commands, tuple(programs), tree.quote(path), _standard(tree, path))


def _make(tree: Tree, folder: str, name: str) -> Build:
    """The target that a variable names, else what a compiler is told to write."""
    path = within(folder, name)
    programs = []
    for pattern in (TARGET, OUTPUT):
        for number, line in enumerate(tree.lines(path), start=1):
            found = pattern.search(line.partition("#")[0])
            if found and not found[1].endswith(".o") and not ASIDE.search(found[1]):
                where = posixpath.normpath(found[1])
                programs.append(Program(where.rpartition("/")[2], where, tree.quote(path, number)))
        if programs:
            break
    return Build("make", (), ("make",), tuple(programs[:1]), tree.quote(path), _standard(tree, path))


def _standard(tree: Tree, path: str) -> tuple[str, Quote] | None:
    for number, line in enumerate(tree.lines(path), start=1):
        if found := STANDARD.search(line.partition("#")[0]):
            return found[1], tree.quote(path, number)
    return None
