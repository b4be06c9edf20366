"""Project files of .NET: the kind of program each describes, what it targets, refers to and asks for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from hivemind.infer.facts import Dependency, within
from hivemind.infer.tree import Tree
from hivemind.infer.xml import parse_xml
from hivemind.model.findings import Quote

ENDINGS = (".csproj", ".fsproj", ".vbproj")
SOLUTIONS = (".sln", ".slnx")
PROPS = "Directory.Build.props"
MAX_PROJECTS = 150
ASIDE = frozenset({
    "test", "tests", "testing", "sample", "samples", "example", "examples", "benchmark", "benchmarks", "docs", "tools",
    "perf", "templates", "template", "demo", "demos", "playground",
})  # fmt: skip
TESTING = re.compile(r"(?:^|[._])(?:\w*Tests?|\w*Specs?|Benchmarks?|TestHelpers?|Testing)(?:$|[._])", re.IGNORECASE)
TEST_PACKAGES = ("microsoft.net.test.sdk", "xunit", "nunit", "mstest.testframework", "benchmarkdotnet")
REFERENCE = re.compile(r"\$\(([\w.]{1,80})\)")
FRAMEWORK = re.compile(r"^(?:net|netcoreapp)([0-9]+\.[0-9]+)")

Properties = Mapping[str, str]


@dataclass(frozen=True)
class Project:
    """One project; `references` are the paths of the projects it builds on."""

    path: str
    sdk: str
    properties: Properties
    packages: tuple[Dependency, ...]
    references: tuple[str, ...]
    quote: Quote
    frameworks: frozenset[str] = frozenset()

    @property
    def folder(self) -> str:
        """Where it lies."""
        return posixpath.dirname(self.path) or "."

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]

    @property
    def assembly(self) -> str:
        """What its output is called."""
        written = self.properties.get("AssemblyName", "").replace("$(MSBuildProjectName)", self.name)
        return written if written and "$" not in written else self.name

    @property
    def is_test(self) -> bool:
        """Whether it exists to test or to measure."""
        says_so = self.properties.get("IsTestProject", "").lower() == "true"
        return says_so or bool(TESTING.search(self.name)) or any(p.name in TEST_PACKAGES for p in self.packages)

    @property
    def is_web(self) -> bool:
        """Whether it is built on ASP.NET Core's server."""
        is_program = self.properties.get("OutputType", "").lower() == "exe"
        by_reference = is_program and "microsoft.aspnetcore.app" in self.frameworks
        return (
            self.sdk.lower() == "microsoft.net.sdk.web" and self.properties.get("OutputType", "").lower() != "library"
        ) or by_reference

    @property
    def is_program(self) -> bool:
        """Whether it can be run at all."""
        kind = self.properties.get("OutputType", "").lower()
        return self.is_web or kind in ("exe", "winexe") or self.sdk.lower() == "microsoft.net.sdk.worker"

    @property
    def is_aspire_host(self) -> bool:
        """Whether it only starts the others on a developer's machine."""
        return self.sdk.startswith("Aspire.AppHost") or self.properties.get("IsAspireHost", "").lower() == "true"

    @property
    def is_classic(self) -> bool:
        """Whether it is for the .NET Framework, which runs on Windows only."""
        return not self.sdk

    @property
    def target(self) -> str:
        """`8.0` of `net8.0`, the highest where there are several; empty where it names none."""
        written = self.properties.get("TargetFrameworks") or self.properties.get("TargetFramework") or ""
        found = [match[1] for one in written.split(";") if (match := FRAMEWORK.match(one.strip()))]
        return max(found, key=lambda version: tuple(map(int, version.split("."))), default="")


def find_projects(tree: Tree, folder: str) -> tuple[Project, ...]:
    """The projects below the folder that are neither tests nor samples."""
    paths = [path for ending in ENDINGS for path in tree.find(f"*{ending}", folder)]
    ours = [path for path in paths if not _is_aside(path, folder)][:MAX_PROJECTS]
    found = (load_project(tree, path) for path in sorted(ours, key=lambda p: (p.count("/"), p)))
    return tuple(one for one in found if one and not one.is_test)


def load_project(tree: Tree, path: str) -> Project | None:
    """The project of a file; None where it cannot be read."""
    root = parse_xml(tree.read(path), "Project")
    if root is None:
        return None
    above = [*_props(tree, path)]
    properties = _properties([*(element for _, element in above), root])
    sdk = root.get("Sdk") or next((e.get("Name") or "" for e in root.iter("Sdk")), "")
    packages = [*_packages(tree, path, root)]
    for place, element in above:
        packages += _packages(tree, place, element)
    return Project(
        path=path,
        sdk=sdk.partition("/")[0],
        properties=properties,
        packages=tuple(packages),
        references=tuple(_references(path, root)),
        quote=tree.quote(path, _line(tree, path, "<Project ")),
        frameworks=frozenset((e.get("Include") or "").lower() for e in root.iter("FrameworkReference")),
    )


def closure(tree: Tree, project: Project) -> tuple[Project, ...]:
    """The project and everything it refers to, directly or not."""
    found = {project.path: project}
    queue = [project]
    while queue and len(found) < MAX_PROJECTS:
        for path in queue.pop(0).references:
            other = load_project(tree, path) if path not in found and tree.exists(path) else None
            if other:
                found[path] = other
                queue.append(other)
    return tuple(found.values())


def _is_aside(path: str, folder: str) -> bool:
    below = path if folder == "." else path.removeprefix(f"{folder}/")
    return not ASIDE.isdisjoint(part.lower() for part in below.split("/")[:-1])


def _props(tree: Tree, path: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """The Directory.Build.props that MSBuild would import: the nearest one above the project."""
    folder = posixpath.dirname(path) or "."
    for _ in range(12):
        place = within(folder, PROPS)
        if tree.exists(place):
            root = parse_xml(tree.read(place), "Project")
            if root is not None:
                yield place, root
            return
        if folder == ".":
            return
        folder = posixpath.dirname(folder) or "."


def _properties(roots: list[ElementTree.Element]) -> Properties:
    """Properties by name, later ones over earlier ones, references to known ones put in."""
    found: dict[str, str] = {}
    for root in roots:
        for group in root.iter("PropertyGroup"):
            for one in group:
                if isinstance(one.tag, str) and len(found) < 500:
                    text = (one.text or "").strip()
                    found[one.tag] = REFERENCE.sub(lambda match: found.get(match[1], match[0]), text)[:500]
    return found


def _packages(tree: Tree, path: str, root: ElementTree.Element) -> Iterator[Dependency]:
    for one in root.iter("PackageReference"):
        if name := one.get("Include") or "":
            yield Dependency(name.lower(), frozenset(), tree.quote(path, _line(tree, path, f'"{name}"')))


def _references(path: str, root: ElementTree.Element) -> Iterator[str]:
    for one in root.iter("ProjectReference"):
        place = (one.get("Include") or "").replace("\\", "/")
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
        if place and not joined.startswith(".."):
            yield joined


def _line(tree: Tree, path: str, text: str) -> int:
    return next((number for number, line in enumerate(tree.lines(path), start=1) if text in line), 0)
