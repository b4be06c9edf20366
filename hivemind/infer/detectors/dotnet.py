"""C#, F# and Visual Basic: the web project or worker among the projects of a folder, published to `out/`."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence

from hivemind.infer.dotnet.code import (
    environment_reads,
    find_routes,
    literal_port,
    sets_address,
    used_stores,
)
from hivemind.infer.dotnet.projects import ENDINGS, SOLUTIONS, Project, closure, find_projects
from hivemind.infer.dotnet.settings import Settings, read_settings
from hivemind.infer.engines import DATABASES, engine_of_package
from hivemind.infer.facts import Candidate, Code, Dependency, Fact, Reading, Store, fact, question, within
from hivemind.infer.listen import Listening, listening, port_in, port_read
from hivemind.infer.signs import signs
from hivemind.infer.source import Source, load_sources, written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence, Question, Quote
from hivemind.model.image import Image

APP, MANIFEST = 100, 50
DEFAULT = "8.0"
DEFAULT_PORT = 8080
FRAMEWORKS = (
    ("giraffe", "giraffe"),
    ("saturn", "saturn"),
    ("suave", "suave"),
    ("falco", "falco"),
    ("carter", "aspnetcore"),
)
SAFE = re.compile(r"^[\w][\w. /+-]*$")
OUTPUTS = re.compile(r"/(?:bin|obj)/|\.Designer\.cs$|\.g\.cs$|AssemblyInfo\.cs$")
MIGRATES = re.compile(
    r"\.Database\s*\.\s*(?:Migrate|MigrateAsync|EnsureCreated|EnsureCreatedAsync)\(|\bDeployChanges\.|\bMigrateUp\("
)


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a .NET app; None where it holds none of its own, or several that are services of their own."""
    if not _is_ours(tree, folder):
        return None
    projects = find_projects(tree, folder)
    programs = [one for one in projects if one.is_program and not one.is_aspire_host and not one.is_classic]
    webs = [one for one in programs if one.is_web or _framework(one) == "suave"]
    project = _choose(tree, folder, webs or programs)
    if project and not webs and _is_tool(tree, folder, project):
        return None
    if project:
        return _candidate(tree, folder, project, webs or programs)
    return _without_program(tree, folder, projects) if not programs and folder == "." else None


def _is_ours(tree: Tree, folder: str) -> bool:
    """Whether a solution or project lies in the folder; the root is also asked where nothing else does."""
    prefix = "" if folder == "." else f"{folder}/"
    kinds = (*ENDINGS, *SOLUTIONS)
    found = [path for ending in kinds for path in tree.find(f"*{ending}", folder)]
    if any("/" not in path.removeprefix(prefix) for path in found):
        return True
    lone = folder == "." and bool(found) and not signs(tree, ".")
    return lone and not any(path.count("/") < 2 for path in tree.find("*package.json"))


def _is_tool(tree: Tree, folder: str, project: Project) -> bool:
    """A console program of a solution that lies above: something to run by hand, beside its services."""
    is_plain = project.sdk.lower() == "microsoft.net.sdk"
    return is_plain and folder != "." and any("/" not in p for ending in SOLUTIONS for p in tree.find(f"*{ending}"))


def _choose(tree: Tree, folder: str, programs: Sequence[Project]) -> Project | None:
    """The only program; of several the one that the Dockerfile or Procfile names, or that lies in the folder itself."""
    if len(programs) < 2:
        return programs[0] if programs else None
    told = "\n".join((*tree.lines(within(folder, "Dockerfile")), *tree.lines(within(folder, "Procfile"))))
    named = [one for one in programs if f"{one.assembly}.dll" in told or f"/{one.name}.csproj" in told]
    here = [one for one in programs if one.folder == folder]
    for choice in (named, here):
        if len(choice) == 1:
            return choice[0]
    is_apart = folder == "." and all(one.folder.count("/") < 3 and one.folder != "." for one in programs)
    return None if is_apart and programs[0].is_web else programs[0]


def _candidate(tree: Tree, folder: str, project: Project, rivals: Sequence[Project]) -> Candidate:
    parts = closure(tree, project)
    settings = read_settings(tree, project.folder)
    sources = _sources(tree, parts)
    reads = environment_reads(tree, sources, settings)
    stores = used_stores(tree, sources, settings)
    packages = _packages(parts, stores)
    code = Code(packages, reads, find_routes(tree, sources), written_urls(tree, sources), stores)
    is_web = project.is_web or _framework(project) == "suave"
    where, arguments = _listening(tree, project, sources, settings, code)
    runtime = _runtime(tree, folder, project)
    facts = {"language": fact("dotnet", f"{project.path} describes a program", project.quote), "runtime": runtime}
    facts |= _built(folder, project, is_web, arguments, is_clear=len(rivals) < 2 or project.folder == folder)
    facts |= where.facts if is_web else {}
    if framework := _framework(project):
        facts["framework"] = fact(framework, f"{project.path} is built on it", project.quote)
    questions = (*_rivals(rivals, project, folder), *_unapplied(tree, parts, sources))
    return Candidate("dotnet", APP + MANIFEST, Reading(facts, questions), code, kind="web" if is_web else "worker")


def _packages(parts: Sequence[Project], stores: Sequence[Store]) -> tuple[Dependency, ...]:
    """What the projects ask for; of databases only what the code uses, where it says so: templates leave others."""
    used = {store.engine for store in stores}
    everything = (package for part in parts for package in part.packages)
    return tuple(
        package
        for package in everything
        if not used or (engine := engine_of_package("dotnet", package.name)) not in DATABASES or engine in used
    )


def _sources(tree: Tree, parts: Sequence[Project]) -> tuple[Source, ...]:
    """The program's own files first: its start, then the rest of it, then what it refers to."""
    paths: list[str] = []
    for part in parts:
        own = [p for ending in ("cs", "fs") for p in tree.find(f"*.{ending}", part.folder) if not OUTPUTS.search(p)]
        paths += sorted(
            own, key=lambda p: (not p.endswith(("Program.cs", "Startup.cs", "Program.fs")), "/Migrations/" in p, p)
        )
    return load_sources(tree, dict.fromkeys(paths), "csharp")


def _framework(project: Project) -> str | None:
    packages = {package.name for package in project.packages}
    found = next((name for package, name in FRAMEWORKS if package in packages), None)
    return found or ("aspnetcore" if project.is_web else None)


def _listening(
    tree: Tree, project: Project, sources: Sequence[Source], settings: Settings, code: Code
) -> tuple[Listening, str]:
    """The code's own address, else that of appsettings.json, else the variable that the server reads by itself."""
    read = port_read(code.reads)
    literal = literal_port(sources)
    if sets_address(sources) and (read or literal):
        return listening(tree, read, literal[0] if literal else None, literal[1] if literal else 0, DEFAULT_PORT), ""
    for key, (value, quote) in settings.items():
        if port_in(value) and key.startswith("kestrel:endpoints:") and key.endswith(":url") and "https:" not in value:
            return Listening(port_in(value), None, "appsettings.json sets Kestrel's address", (quote,), "certain"), ""
    url, quote = settings.get("urls", ("", project.quote))
    port = port_in(url.split(";")[0])
    why = "appsettings.json sets it" if port else "nothing names a port; .NET's own images use this one"
    confidence: Confidence = "certain" if port else "fallback"
    if port or _is_older(project):
        return Listening(port or DEFAULT_PORT, "PORT", why, (quote,), confidence), " --urls http://0.0.0.0:$PORT"
    return Listening(DEFAULT_PORT, "ASPNETCORE_HTTP_PORTS", why, (), confidence), ""


def _is_older(project: Project) -> bool:
    """Whether it is from before .NET 8, which first read ASPNETCORE_HTTP_PORTS."""
    return bool(project.target) and int(project.target.partition(".")[0]) < 8


def _runtime(tree: Tree, folder: str, project: Project) -> Fact:
    if project.target:
        return fact(project.target, "its target framework", _target_quote(tree, project))
    for place in dict.fromkeys((folder, ".")):
        path = within(place, "global.json")
        try:
            document = json.loads(tree.read(path) or "")
            version = re.match(r"[0-9]+\.[0-9]+", str(document["sdk"]["version"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if version:
            return fact(version[0], "global.json asks for this SDK", tree.quote(path))
    return fact(DEFAULT, "no target framework could be read; this is the default", confidence="fallback")


def _target_quote(tree: Tree, project: Project) -> Quote:
    number = next((n for n, line in enumerate(tree.lines(project.path), start=1) if "<TargetFramework" in line), 0)
    return tree.quote(project.path, number)


def _built(folder: str, project: Project, is_web: bool, arguments: str, is_clear: bool) -> dict[str, Fact]:
    below = posixpath.relpath(project.path, folder)
    place = f"'{below}'" if " " in below else below
    confidence: Confidence = "certain" if is_clear else "fallback"
    why = f"{project.path} is the {'web project' if is_web else 'program'}"
    root = "ASPNETCORE_CONTENTROOT" if is_web else "DOTNET_CONTENTROOT"
    facts = {"package_manager": fact("nuget", why, project.quote)}
    if not SAFE.match(below) or not SAFE.match(project.assembly):
        return facts
    dll = f"'out/{project.assembly}.dll'" if " " in project.assembly else f"out/{project.assembly}.dll"
    return facts | {
        "install": fact((f"dotnet restore {place}",), why, project.quote),
        "build": fact((f"dotnet publish {place} -c Release -o out",), why, project.quote),
        "start": fact(f"dotnet {dll}{arguments}", why, project.quote, confidence=confidence),
        "env": fact({root: "."}, "settings and static files lie beside the published program", project.quote),
    }


def _rivals(rivals: Sequence[Project], project: Project, folder: str) -> tuple[Question, ...]:
    others = [one for one in rivals if one is not project]
    if not others or project.folder == folder:
        return ()
    why = f"{len(rivals)} projects are programs; this is {project.path}: set app.path or app.start"
    return (question("start", why, *(f"dotnet out/{one.assembly}.dll" for one in (project, *others)[:8])),)


def _unapplied(tree: Tree, parts: Sequence[Project], sources: Sequence[Source]) -> tuple[Question, ...]:
    """Migrations of Entity Framework that nothing applies."""
    scripts = [path for part in parts for path in tree.find("*Migrations/*Snapshot.cs", part.folder)]
    if not scripts or any(MIGRATES.search(source.text) for source in sources):
        return ()
    why = f"{posixpath.dirname(scripts[0])} holds migrations that the program does not apply; set app.migrate"
    return (question("migrate", why, "dotnet ef database update"),)


def _without_program(tree: Tree, folder: str, projects: Sequence[Project]) -> Candidate | None:
    """Libraries only, or programs for the .NET Framework."""
    if not projects:
        return None
    project = projects[0]
    classic = any(one.is_classic for one in projects)
    why = "its projects are for the .NET Framework, which needs Windows" if classic else "no project builds a program"
    facts = {
        "language": fact("dotnet", f"{project.path} describes a project", project.quote),
        "runtime": _runtime(tree, folder, project),
        "package_manager": fact("nuget", f"{project.path} describes a project", project.quote),
    }
    return Candidate(
        "dotnet",
        MANIFEST,
        Reading(facts),
        hints={"start": f"{why}; set app.start"},
        kind="web" if classic else "worker",
    )
