"""build.sbt: the name, the version, the plugins and the libraries of a Scala project, read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.facts import Dependency, within
from hivemind.infer.java.project import Project, Said
from hivemind.infer.source import Source, uncommented, unified
from hivemind.infer.tree import Tree

FILE = "build.sbt"
PLUGINS = "project/plugins.sbt"

NAME = re.compile(r"^[ \t]*(?:\.settings\(\s*)?name\s*:=\s*\"{1,3}([^\"\n]{1,80})\"", re.MULTILINE)
ROOT = re.compile(
    r"\blazy\s+val\s+`?([\w-]{1,60})`?\s*(?::\s*Project\s*)?=\s*\(?\s*project\s*(?:\)?\s*\.?in\s*\(?\s*file\(\s*\"\.\"|\)?\s*\.\s*enablePlugins)"
)
VERSION = re.compile(r"\bversion\s*:=\s*\"([^\"\n$]{1,60})\"")
LIBRARY = re.compile(r"\"([\w.-]{1,100})\"\s*%%?%?\s*\"([\w.-]{1,100})\"\s*%\s*[^\s,)]+(\s*%\s*(?:\"?[Tt]est|it\b))?")
ADDED = re.compile(r"addSbtPlugin\(\s*\"[\w.-]{1,100}\"\s*%\s*\"([\w.-]{1,100})\"")
ENABLED = re.compile(r"enablePlugins\(([^)]{1,300})\)")
MAIN = re.compile(r"mainClass\s*:=\s*Some\(\s*\"([\w.]{1,200})\"")
SCRIPT = re.compile(r"executableScriptName\s*:=\s*\"([\w.-]{1,120})\"")
JAR = re.compile(r"assemblyJarName\s*:=\s*\"([\w.-]{1,120})\"")


def sbt_projects(tree: Tree, folder: str) -> tuple[Project, ...]:
    """The root project of the folder's build; those below it are left to it."""
    path = within(folder, FILE)
    if not tree.exists(path):
        return ()
    source = Source(path, uncommented(unified(tree.read(path) or ""), "java"))
    name = NAME.search(source.text) or ROOT.search(source.text)
    version = VERSION.search(source.text)
    main, script = MAIN.search(source.text), SCRIPT.search(source.text)
    return (
        Project(
            tool="sbt",
            root=folder,
            folder=folder,
            name=_normal(name[1]) if name else "",
            manifest=tree.quote(path, source.line(name.start(1)) if name else 0),
            artifact=f"{_normal(name[1])}-assembly-{version[1] if version else '0.1.0-SNAPSHOT'}" if name else None,
            dependencies=tuple(_libraries(tree, source)),
            plugins=frozenset(_plugins(tree, folder, source)),
            main_class=Said(main[1], tree.quote(path, source.line(main.start()))) if main else None,
            archives=frozenset(found[1] for found in JAR.finditer(source.text)),
            script=script[1] if script else "",
        ),
    )


def scala_of(tree: Tree, folder: str) -> str:
    """The folder below `target` that assembly writes to: `scala-2.13`, or `scala-3.3.1` for Scala 3."""
    found = re.search(r"\bscalaVersion\s*:=\s*\"([0-9.]+)\"", tree.read(within(folder, FILE)) or "")
    if not found:
        return ""
    return f"scala-{found[1]}" if found[1].startswith("3") else f"scala-{'.'.join(found[1].split('.')[:2])}"


def _normal(name: str) -> str:
    """A name as sbt normalises it for files."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _libraries(tree: Tree, source: Source) -> Iterator[Dependency]:
    for found in LIBRARY.finditer(source.text):
        if not found[3]:
            yield Dependency(f"{found[1]}:{found[2]}", frozenset(), tree.quote(source.path, source.line(found.start())))


def _plugins(tree: Tree, folder: str, source: Source) -> Iterator[str]:
    for line in tree.lines(within(folder, PLUGINS)):
        if (found := ADDED.search(line)) and not line.lstrip().startswith("//"):
            yield found[1]
    for enabled in ENABLED.finditer(source.text):
        yield from re.findall(r"\w+", enabled[1])
