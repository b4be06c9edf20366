"""pom.xml: coordinates, properties, modules, dependencies and plugins, parents within the repository included."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree

from hivemind.infer.facts import Dependency, within
from hivemind.infer.java.project import Project, Said, java_release
from hivemind.infer.tree import Tree
from hivemind.infer.xml import parse_xml
from hivemind.model.findings import Quote

FILE = "pom.xml"
MAX_MODULES = 80
MAX_PARENTS = 6

REFERENCE = re.compile(r"\$\{([\w.-]{1,100})\}")
VERSIONS = ("java.version", "maven.compiler.release", "maven.compiler.target", "maven.compiler.source", "jdk.version",
            "java.release", "release.version", "jvm.version", "kotlin.compiler.jvmTarget")  # fmt: skip


@dataclass(frozen=True)
class Pom:
    """One pom.xml, and the pom of the repository that is its parent."""

    tree: Tree
    path: str
    root: ElementTree.Element
    parent: Pom | None = None

    @property
    def folder(self) -> str:
        """Where it lies."""
        return posixpath.dirname(self.path) or "."

    def text(self, path: str) -> str:
        """The text of the element at a path of plain names, properties put in; empty when there is none."""
        found = self.root.find(path)
        return self.filled((found.text or "").strip()) if found is not None else ""

    def filled(self, text: str, depth: int = 0) -> str:
        """The text with its properties replaced; one that is not known stays."""
        if depth > 8 or "${" not in text:
            return text
        return REFERENCE.sub(lambda found: self.filled(self.value_of(found[1]) or found[0], depth + 1), text)[:500]

    def value_of(self, name: str) -> str:
        """A property of this pom or its parents, raw; `project.version` and its like are known."""
        own = {"project.version": self.version, "version": self.version, "project.artifactId": self.artifact,
               "project.name": self.artifact, "pom.version": self.version, "artifactId": self.artifact,
               "project.build.directory": "target", "project.parent.version": self._raw("parent/version")}  # fmt: skip
        if name in own:
            return own[name]
        return self._properties.get(name) or (self.parent.value_of(name) if self.parent else "")

    @property
    def artifact(self) -> str:
        """The artifact id."""
        return self._raw("artifactId") or "app"

    @property
    def version(self) -> str:
        """The version, the parent's where it has none; raw."""
        return self._raw("version") or self._raw("parent/version")

    @property
    def final_name(self) -> str:
        """The archive's name without its ending; one that still holds `${` is not known."""
        return self.text("build/finalName") or self.filled(f"{self.artifact}-{self.version}")

    @cached_property
    def lineage(self) -> tuple[Pom, ...]:
        """This pom and its parents, nearest first."""
        return (self, *(self.parent.lineage if self.parent else ()))

    def quote(self, *texts: str) -> Quote:
        """The first line that holds all of the texts."""
        lines = enumerate(self.tree.lines(self.path), start=1)
        number = next((n for n, line in lines if all(text in line for text in texts)), 0)
        return self.tree.quote(self.path, number)

    @cached_property
    def _properties(self) -> dict[str, str]:
        found = self.root.find("properties")
        return (
            {one.tag: (one.text or "").strip() for one in found if isinstance(one.tag, str)}
            if found is not None
            else {}
        )

    def _raw(self, path: str) -> str:
        found = self.root.find(path)
        return (found.text or "").strip() if found is not None else ""


def load_pom(tree: Tree, folder: str, depth: int = 0) -> Pom | None:
    """The folder's pom.xml with its parents; None where there is none, or it cannot be read."""
    path = within(folder, FILE)
    root = parse_xml(tree.read(path), "project") if tree.exists(path) else None
    if root is None:
        return None
    place = root.find("parent/relativePath")
    above = (place.text or "").strip() if place is not None else "../pom.xml"
    parent = None
    if root.find("parent") is not None and above and depth < MAX_PARENTS:
        where = posixpath.normpath(posixpath.join(folder, above.removesuffix(FILE).rstrip("/") or "."))
        parent = load_pom(tree, where, depth + 1) if where != folder and not where.startswith("..") else None
        if parent and parent.artifact != (root.findtext("parent/artifactId") or "").strip():
            parent = None
    return Pom(tree, path, root, parent)


def maven_projects(tree: Tree, folder: str) -> tuple[Project, ...]:
    """The project of the folder and its modules, each as far as it can be read."""
    pom = load_pom(tree, folder)
    if pom is None:
        return ()
    base = _top(pom)
    found = {pom.folder: pom}
    queue = [pom]
    while queue and len(found) < MAX_MODULES:
        one = queue.pop(0)
        for name in _modules(one):
            place = posixpath.normpath(posixpath.join(one.folder, name))
            module = load_pom(tree, place) if place not in found and not place.startswith("..") else None
            if module:
                found[place] = module
                queue.append(module)
    return tuple(_project(one, base) for one in found.values())


def _top(pom: Pom) -> str:
    """The folder of the outermost parent that lists the pom among its modules."""
    top = pom
    for above in pom.lineage[1:]:
        places = {posixpath.normpath(posixpath.join(above.folder, name)) for name in _modules(above)}
        if top.folder not in places:
            break
        top = above
    return top.folder


def _modules(pom: Pom) -> list[str]:
    found = [*pom.root.iterfind("modules/module"), *pom.root.iterfind("profiles/profile/modules/module")]
    return [(one.text or "").strip().removesuffix("/pom.xml") for one in found if (one.text or "").strip()][
        :MAX_MODULES
    ]


def _project(pom: Pom, base: str) -> Project:
    plugins = dict(_plugins(pom))
    name = pom.filled(pom.final_name)
    return Project(
        tool="maven",
        root=base,
        folder=pom.folder,
        name=pom.artifact,
        manifest=pom.quote("<artifactId>", pom.artifact),
        artifact=None if "${" in name else name,
        packaging=pom.text("packaging") or "jar",
        dependencies=tuple(_dependencies(pom)),
        plugins=frozenset(plugins),
        java=_java(pom, plugins),
        main_class=_main_class(pom, plugins),
        archives=frozenset(_archives(pom, plugins, name)),
    )


def _dependencies(pom: Pom) -> Iterator[Dependency]:
    """What the running application has: test and system scopes are left out, parents' dependencies come along."""
    for one in pom.lineage:
        for element in one.root.iterfind("dependencies/dependency"):
            group, artifact = (one.filled((element.findtext(tag) or "").strip()) for tag in ("groupId", "artifactId"))
            scope = (element.findtext("scope") or "compile").strip()
            if artifact and scope not in ("test", "system", "import"):
                yield Dependency(f"{group}:{artifact}", frozenset(), one.quote(f"<artifactId>{artifact}<"))
        parent = (one.root.findtext("parent/artifactId") or "").strip()
        if parent and not one.parent:
            yield Dependency(f"parent:{parent}", frozenset(), one.quote(f"<artifactId>{parent}<"))


def _plugins(pom: Pom) -> Iterator[tuple[str, ElementTree.Element]]:
    """Plugins by artifact id, the nearest pom's first; what a parent only manages does not count."""
    found: dict[str, ElementTree.Element] = {}
    for one in pom.lineage:
        for element in one.root.iterfind("build/plugins/plugin"):
            name = one.filled((element.findtext("artifactId") or "").strip())
            if one is pom or element.findtext("inherited") != "false":
                found.setdefault(name, element)
    yield from found.items()


def _java(pom: Pom, plugins: dict[str, ElementTree.Element]) -> Said | None:
    for one in pom.lineage:
        for name in VERSIONS:
            if release := java_release(pom.filled(one.value_of(name))) if name in one._properties else "":
                return Said(release, one.quote(f"<{name}>"))
    compiler = plugins.get("maven-compiler-plugin")
    for tag in ("release", "target", "source"):
        text = pom.filled((compiler.findtext(f"configuration/{tag}") or "").strip()) if compiler is not None else ""
        if release := java_release(text):
            return Said(release, pom.quote(f"<{tag}>"))
    return None


def _main_class(pom: Pom, plugins: dict[str, ElementTree.Element]) -> Said | None:
    for name in ("exec.mainClass", "main.class", "start-class", "mainClass", "main-class", "main.verticle"):
        if value := pom.filled(pom.value_of(name)):
            return Said(value, pom.quote(f"<{name}>"))
    for plugin in plugins.values():
        for tag in ("mainClass", "Main-Class"):
            found = next((pom.filled((e.text or "").strip()) for e in plugin.iter(tag) if e.text), "")
            if found and "$" not in found:
                return Said(found, pom.quote(f"<{tag}>"))
    return None


def _archives(pom: Pom, plugins: dict[str, ElementTree.Element], name: str) -> Iterator[str]:
    """The archives with all dependencies that shade and assembly make, the exact names where they are known."""
    shade, assembly = plugins.get("maven-shade-plugin"), plugins.get("maven-assembly-plugin")
    if shade is not None:
        output = next((pom.filled((e.text or "").strip()) for e in shade.iter("outputFile")), "")
        final = next((pom.filled((e.text or "").strip()) for e in shade.iter("finalName")), "")
        suffix = next((pom.filled((e.text or "").strip()) for e in shade.iter("shadedClassifierName")), "shaded")
        attached = any((e.text or "").strip() == "true" for e in shade.iter("shadedArtifactAttached"))
        own = final or (f"{name}-{suffix}" if attached else name)
        yield output.rpartition("/")[2] if output else f"{own}.jar"
    if assembly is not None:
        final = next((pom.filled((e.text or "").strip()) for e in assembly.iter("finalName")), "") or name
        appends = not any((e.text or "").strip() == "false" for e in assembly.iter("appendAssemblyId"))
        refs = [(e.text or "").strip() for e in assembly.iter("descriptorRef")]
        yield f"{final}-{refs[0]}.jar" if refs and appends else f"{final}.jar"
