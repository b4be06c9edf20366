"""buildSrc of a Gradle build: functions that add dependencies, constants that stand for them, convention plugins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.facts import Dependency, within
from hivemind.infer.source import Source, load_sources
from hivemind.infer.tree import Tree

PLACES = ("buildSrc", "build-logic", "gradle/plugins", "buildLogic")
MAX_FILES = 40
PRODUCTIVE = r"(?:implementation|api|compile|runtimeOnly|runtime|compileOnlyApi)"
COORDINATES = r"['\"](?P<text>[\w.-]{1,120}:[\w.-]{1,120})[^'\"\n]{0,120}['\"]"
ADDED = re.compile(rf"\badd\(\s*['\"]{PRODUCTIVE}['\"]\s*,\s*{COORDINATES}")
APPLIED = re.compile(rf"(?:^|[{{;])[ \t]*{PRODUCTIVE}\b[\s(]*{COORDINATES}", re.MULTILINE)
CONSTANT = re.compile(rf"\bval\s+(?P<name>\w{{1,60}})\s*(?::\s*String\s*)?=\s*{COORDINATES}")
USED = re.compile(rf"\b{PRODUCTIVE}\s*\(?\s*(?:\w{{1,40}}\.){{1,4}}(?P<name>\w{{1,60}})\b")


def build_src_dependencies(tree: Tree, root: str, build: Source, plugins: frozenset[str]) -> Iterator[Dependency]:
    """What buildSrc gives to the module of a build file: by a function it calls, a constant it names, a plugin."""
    for source in _sources(tree, root):
        stem = source.path.rpartition("/")[2].partition(".gradle")[0]
        if source.path.endswith((".gradle.kts", ".gradle")):
            yield from _found(tree, source, APPLIED) if stem in plugins else ()
        else:
            yield from _found(tree, source, ADDED)
            yield from _constants(tree, source, build)


def _sources(tree: Tree, root: str) -> tuple[Source, ...]:
    folders = [place for name in PLACES if tree.has_folder(place := within(root, name))]
    paths = [path for place in folders for kind in ("kt", "kts", "gradle") for path in tree.find(f"*.{kind}", place)]
    return load_sources(tree, [path for path in paths if "/src/" in path][:MAX_FILES], "java")


def _found(tree: Tree, source: Source, pattern: re.Pattern[str]) -> Iterator[Dependency]:
    for found in pattern.finditer(source.text):
        yield Dependency(found["text"], frozenset(), tree.quote(source.path, source.line(found.start("text"))))


def _constants(tree: Tree, source: Source, build: Source) -> Iterator[Dependency]:
    """Constants that the build file depends on by name."""
    used = {found["name"] for found in USED.finditer(build.text)}
    for found in CONSTANT.finditer(source.text):
        if found["name"] in used:
            yield Dependency(found["text"], frozenset(), tree.quote(source.path, source.line(found.start("text"))))
