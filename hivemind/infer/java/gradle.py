"""Gradle builds in both of their languages, read line by line: settings, projects, plugins, dependencies, catalogs."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hivemind.infer.facts import Dependency, within
from hivemind.infer.java.build_src import PLACES, PRODUCTIVE, build_src_dependencies
from hivemind.infer.java.project import Project, Said, java_release
from hivemind.infer.source import Source, block_end, uncommented, unified
from hivemind.infer.tree import Tree

BUILDS = ("build.gradle.kts", "build.gradle")
SETTINGS = ("settings.gradle.kts", "settings.gradle")
CATALOG = "gradle/libs.versions.toml"
MAX_MODULES = 80

ROOT_NAME = re.compile(r"rootProject\.name\s*=\s*['\"]([^'\"\n]{1,100})['\"]")
INCLUDE = re.compile(r"\binclude(?:Build)?\b\s*\(?((?:\s*['\"][^'\"\n]{1,200}['\"]\s*,?)+)")
SHARED = re.compile(r"\b(?:subprojects|allprojects)\s*\{")
MAX_SHARED = 6
QUOTED = re.compile(r"['\"]([^'\"\n]{1,300})['\"]")
PLUGIN = re.compile(
    r"(?:\bid\b[\s(]*['\"](?P<id>[\w.-]{1,120})['\"]\)?|\bkotlin\(\s*\"(?P<kotlin>[\w.-]{1,60})\"\s*\)"
    r"|\balias\s*\(\s*\w{1,30}\.plugins\.(?P<alias>[\w.]{1,100})\s*\)"
    r"|^[ \t]*`?(?P<plain>application|java|war|groovy|scala|jacoco)`?[ \t]*$"
    r"|\bapply\s*\(?\s*plugin\s*[:=]\s*['\"](?P<applied>[\w.-]{1,120})['\"])(?P<rest>[^\n;]{0,200})",
    re.MULTILINE,
)
DEPENDENCY = re.compile(
    rf"(?:^|[{{;])[ \t]*(?P<how>{PRODUCTIVE})\b[\s(]*(?:(?:platform|enforcedPlatform)\s*\(\s*)?(?:"
    r"['\"](?P<text>[\w.-]{1,120}:[\w.-]{1,120})[^'\"\n]{0,120}['\"]|(?P<alias>libs\.[\w.]{1,120})"
    r"|kotlin\(\s*\"(?P<kotlin>[\w-]{1,60})\"\s*\)"
    r"|group\s*[:=]\s*['\"](?P<group>[\w.-]{1,120})['\"]\s*,\s*name\s*[:=]\s*['\"](?P<name>[\w.-]{1,120})['\"])",
    re.MULTILINE,
)
MODULE = re.compile(rf"\b{PRODUCTIVE}\b[\s(]*project\(\s*(?:path\s*[:=]\s*)?['\"]:?([\w:.-]{{1,120}})['\"]")
VERSION = re.compile(r"(?:^|[;{])[ \t]*(?:project\.)?version\s*(?:=\s*)?['\"]([^'\"\n$]{1,80})['\"]", re.MULTILINE)
COMPUTED = re.compile(r"(?:^|[;{])[ \t]*(?:project\.)?version\s*(?:=|\()\s*(?!['\"][^'\"\n$]*['\"])", re.MULTILINE)
ARCHIVE = re.compile(
    r"\b(?P<what>archivesBaseName|archivesName|archiveFileName|archiveBaseName|archiveName|baseName|archiveVersion"
    r"|archiveClassifier|classifier)\s*(?:=|\.set\s*\(|\.convention\s*\()?\s*['\"](?P<text>[^'\"\n]{0,120})['\"]"
)
MAIN_CLASS = re.compile(
    r"\b(?:mainClass(?:Name)?(?:\s*\.set\s*\(|\s*=)|['\"]Main-Class['\"]\s*(?::|to\b|,|=))\s*['\"]([\w.$]{1,200})['\"]"
)
SCRIPT = re.compile(r"\bapplicationName\s*=\s*['\"]([\w.-]{1,120})['\"]")
JAVA = (
    re.compile(r"JavaLanguageVersion\.of\(\s*['\"]?([0-9.]{1,6})"),
    re.compile(r"\bjvmToolchain\s*\(?\s*([0-9]{1,2})"),
    re.compile(
        r"\b(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.)?(?:VERSION_|toVersion\(\s*)?['\"]?([0-9._]{1,6})"
    ),
    re.compile(r"\bjvmTarget\s*(?:=|\.set\()\s*(?:JvmTarget\.JVM_)?['\"]?([0-9._]{1,6})"),
    re.compile(r"\boptions\.release\s*(?:=|\.set\()\s*([0-9]{1,2})"),
)


@dataclass(frozen=True)
class Catalog:
    """`libs.versions.toml`: what its aliases stand for, dots for dashes."""

    libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plugins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Build:
    """A whole build: the folder of its settings, its name, its modules by folder."""

    root: str
    name: str | None
    modules: tuple[str, ...]
    catalog: Catalog
    shared: str
    """What the root's build file says for every module."""


def gradle_projects(tree: Tree, folder: str) -> tuple[Project, ...]:
    """The project of the folder and, where it is the root of a build, its modules."""
    build = _build(tree, _root_of(tree, folder))
    places = (folder, *build.modules) if folder == build.root else (folder,)
    found = (_project(tree, build, place) for place in dict.fromkeys(places))
    return tuple(one for one in found if one)


def build_file(tree: Tree, folder: str) -> str | None:
    """The folder's build file; that of a module may be called like the module."""
    names = (*BUILDS, f"{posixpath.basename(folder)}.gradle.kts", f"{posixpath.basename(folder)}.gradle")
    return next((path for name in names if tree.exists(path := within(folder, name))), None)


def _root_of(tree: Tree, folder: str) -> str:
    """The nearest folder at or above that holds the settings of a build this folder belongs to."""
    place = folder
    while True:
        settings = _settings(tree, place)
        if settings and (place == folder or folder in _included(settings, place)):
            return place
        if place == ".":
            return folder
        place = posixpath.dirname(place) or "."


def _settings(tree: Tree, folder: str) -> Source | None:
    path = next((p for name in SETTINGS if tree.exists(p := within(folder, name))), None)
    return _load(tree, path) if path else None


def _included(settings: Source, folder: str) -> tuple[str, ...]:
    """The folders of the modules: `include(":a:b")` lies in `a/b`."""
    found = [
        posixpath.normpath(posixpath.join(folder, quoted[1].strip(":").replace(":", "/")))
        for include in INCLUDE.finditer(settings.text)
        for quoted in QUOTED.finditer(include[1])
    ]
    return tuple(dict.fromkeys(place for place in found if not place.startswith("..")))[:MAX_MODULES]


def _build(tree: Tree, root: str) -> Build:
    settings = _settings(tree, root)
    named = ROOT_NAME.search(settings.text) if settings else None
    path = build_file(tree, root)
    text = _load(tree, path).text if path else ""
    modules = _included(settings, root) if settings else ()
    return Build(root, named[1] if named else None, modules, _catalog(tree, root), _shared(text))


def _shared(text: str) -> str:
    """What stands in the blocks for every module; one inside another is read once."""
    blocks: list[str] = []
    end = 0
    while (found := SHARED.search(text, end)) and len(blocks) < MAX_SHARED:
        end = block_end(text, found.end() - 1)
        blocks.append(text[found.end() : end])
    return "\n".join(blocks)


def _load(tree: Tree, path: str) -> Source:
    return Source(path, uncommented(unified(tree.read(path) or ""), "java"))


def _catalog(tree: Tree, root: str) -> Catalog:
    try:
        document = tomllib.loads(tree.read(within(root, CATALOG)) or "")
    except (tomllib.TOMLDecodeError, RecursionError):
        return Catalog()
    libraries: dict[str, tuple[str, ...]] = {
        alias: (name,) for alias, value in _table(document, "libraries") if (name := _coordinates(value))
    }
    for alias, value in _table(document, "bundles"):
        members = [m for m in value if isinstance(m, str)] if isinstance(value, list) else []
        libraries[f"bundles.{alias}"] = tuple(n for m in members for n in libraries.get(_alias(m), ()))
    plugins = {}
    for alias, value in _table(document, "plugins"):
        identity = value.get("id") if isinstance(value, dict) else value
        plugins[alias] = str(identity).partition(":")[0]
    return Catalog(libraries, plugins)


def _table(document: Mapping[str, object], name: str) -> Iterator[tuple[str, object]]:
    table = document.get(name)
    for alias, value in table.items() if isinstance(table, dict) else ():
        yield _alias(str(alias)), value


def _alias(name: str) -> str:
    return name.replace("-", ".").replace("_", ".").lower()


def _coordinates(value: object) -> str:
    """`group:artifact` of a library in any of the catalog's three shapes."""
    if isinstance(value, dict):
        value = value.get("module") or f"{value.get('group')}:{value.get('name')}"
    return ":".join(str(value).split(":")[:2])


def _project(tree: Tree, build: Build, folder: str) -> Project | None:
    path = build_file(tree, folder)
    if not path:
        return None
    source = _load(tree, path)
    named = build.name if folder == build.root else posixpath.basename(folder)
    plugins = frozenset(_plugins(tree, build, source))
    main, script = MAIN_CLASS.search(source.text), SCRIPT.search(source.text)
    return Project(
        tool="gradle",
        root=build.root,
        folder=folder,
        name=named or "",
        manifest=tree.quote(path),
        artifact=_artifact(tree, build, source, named),
        packaging="war" if "war" in plugins else "jar",
        dependencies=(
            *_dependencies(tree, build, source),
            *build_src_dependencies(tree, build.root, source, plugins),
        ),
        plugins=plugins,
        java=_java(tree, build, source),
        main_class=Said(main[1], tree.quote(path, source.line(main.start()))) if main else None,
        archives=frozenset(_file_names(source)),
        script=script[1] if script else "",
    )


def _plugins(tree: Tree, build: Build, source: Source) -> Iterator[str]:
    """The plugins that are applied, those of convention plugins of the repository included."""
    for text in (source.text, build.shared):
        for found in PLUGIN.finditer(text):
            if "apply false" in found["rest"] or "apply(false)" in found["rest"]:
                continue
            alias = build.catalog.plugins.get(_alias(found["alias"]), "") if found["alias"] else ""
            kotlin = f"org.jetbrains.kotlin.{found['kotlin']}" if found["kotlin"] else ""
            name = found["id"] or found["applied"] or found["plain"] or alias or kotlin
            if name:
                yield name
                yield from _convention(tree, build, name)


def _convention(tree: Tree, build: Build, name: str) -> Iterator[str]:
    """What a plugin applies whose script lies in the repository."""
    for place in PLACES:
        for path in tree.find(f"*/{name}.gradle*", within(build.root, place))[:1]:
            for found in PLUGIN.finditer(_load(tree, path).text):
                yield found["id"] or found["applied"] or found["plain"] or ""


def _dependencies(tree: Tree, build: Build, source: Source, depth: int = 0) -> Iterator[Dependency]:
    """What the running application has; modules of the build that it depends on bring theirs."""
    for found in DEPENDENCY.finditer(source.text):
        quote = tree.quote(source.path, source.line(found.start("how")))
        alias = _alias((found["alias"] or "").removeprefix("libs.")).removesuffix(".get()")
        text = found["text"] or (f"{found['group']}:{found['name']}" if found["group"] else "")
        names = [text] if text else list(build.catalog.libraries.get(alias, ()))
        yield from (Dependency(name, frozenset(), quote) for name in names)
    for found in MODULE.finditer(source.text) if depth < 4 else ():
        place = posixpath.normpath(posixpath.join(build.root, found[1].replace(":", "/")))
        path = build_file(tree, place)
        if path and path != source.path:
            yield from _dependencies(tree, build, _load(tree, path), depth + 1)
    if depth == 0 and build.shared:
        yield from _dependencies(tree, build, Source(source.path, build.shared), 9)


def _java(tree: Tree, build: Build, source: Source) -> Said | None:
    above = build_file(tree, build.root)
    sources = [source, *([_load(tree, above)] if above and above != source.path else [])]
    for one in sources:
        for pattern in JAVA:
            for found in pattern.finditer(one.text):
                if release := java_release(found[1].replace("_", ".")):
                    return Said(release, tree.quote(one.path, one.line(found.start())))
    return None


def _artifact(tree: Tree, build: Build, source: Source, name: str | None) -> str | None:
    """The archive's name as Gradle composes it: `<name>-<version>`; None where a part of it is computed."""
    said = {found["what"]: found["text"] for found in ARCHIVE.finditer(source.text)}
    base = (
        said.get("archivesBaseName") or said.get("archivesName") or said.get("archiveBaseName") or said.get("baseName")
    )
    base = base or name
    version = said.get("archiveVersion", _version(tree, build, source))
    if not base or version is None or "$" in base + version:
        return None
    return f"{base}-{version}" if version else base


def _version(tree: Tree, build: Build, source: Source) -> str | None:
    """The project's version: its own, the one of every module, that of gradle.properties; None where computed."""
    root_file = build_file(tree, build.root)
    root = _load(tree, root_file).text if root_file and build.root == posixpath.dirname(source.path) else build.shared
    for text in (source.text, build.shared, root):
        if found := VERSION.search(text):
            return found[1]
        if COMPUTED.search(text):
            return None
    for line in tree.lines(within(build.root, "gradle.properties")):
        key, _, value = line.partition("=")
        if key.strip() == "version":
            return value.strip()
    return ""


def _file_names(source: Source) -> Iterator[str]:
    """Archive names that the build sets outright."""
    for found in ARCHIVE.finditer(source.text):
        if found["what"] in ("archiveFileName", "archiveName") and "$" not in found["text"]:
            yield found["text"]
