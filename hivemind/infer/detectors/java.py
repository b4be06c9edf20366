"""Java, Kotlin and Scala: the application among the modules of a Maven, Gradle or sbt build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hivemind.infer.facts import Candidate, Code, Dependency, Fact, Reading, Route, fact, question, within
from hivemind.infer.java import dropwizard
from hivemind.infer.java.apps import App, find_app, framework_of, source_paths
from hivemind.infer.java.commands import Commands, commands_of
from hivemind.infer.java.environment import environment_reads
from hivemind.infer.java.gradle import gradle_projects
from hivemind.infer.java.listening import where
from hivemind.infer.java.maven import FILE, maven_projects
from hivemind.infer.java.project import Project
from hivemind.infer.java.routes import find_routes
from hivemind.infer.java.sbt import sbt_projects
from hivemind.infer.java.settings import Settings, read_settings
from hivemind.infer.java.stores import stores_of
from hivemind.infer.java.version import java_version
from hivemind.infer.listen import Listening
from hivemind.infer.source import Source, load_sources, written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence, Question
from hivemind.model.image import Image

APP, MANIFEST = 100, 50


@dataclass(frozen=True)
class Application:
    """The application with everything that was read of it."""

    app: App
    settings: Settings
    sources: tuple[Source, ...]
    code: Code
    listening: Listening
    prop: str
    arguments: str = ""


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a build; None when it has none, is a module without an application, or holds several web apps."""
    projects = _projects(tree, folder)
    if not projects:
        return _broken(tree, folder)
    apps = tuple(app for project in projects if (app := find_app(tree, project)))
    web = tuple(app for app in apps if app.is_web)
    chosen = _choose(tree, folder, web or apps)
    if (
        chosen
        and not chosen.is_web
        and not chosen.framework
        and chosen.project.root not in (folder, chosen.project.folder)
    ):
        return None  # a tool beside the services of a larger build
    if not chosen:
        return _without_app(tree, projects[0]) if not apps and projects[0].folder == projects[0].root else None
    found = _read(tree, chosen, projects, apps)
    commands = commands_of(tree, chosen, folder, found.settings)
    facts = {**_named(tree, found, folder), **_built(found, commands), **_started(found, commands)}
    hints = {} if commands else {"start": _obstacle(chosen)}
    weight = MANIFEST + APP * bool(chosen.main or chosen.framework)
    questions = _questions(found, commands, web or apps)
    return Candidate("java", weight, Reading(facts, questions), found.code, hints, "web" if chosen.is_web else "worker")


def _projects(tree: Tree, folder: str) -> tuple[Project, ...]:
    """By Maven, Gradle or sbt; a sibling that a Maven module depends on brings its own dependencies."""
    projects = maven_projects(tree, folder) or gradle_projects(tree, folder) or sbt_projects(tree, folder)
    by_name = {project.name: project for project in projects}
    return tuple(_with_siblings(project, by_name) for project in projects)


def _with_siblings(project: Project, by_name: dict[str, Project]) -> Project:
    if project.tool != "maven" or len(by_name) < 2:
        return project
    found: dict[str, Dependency] = {}
    queue = [project]
    seen = {project.name}
    while queue:
        for dependency in queue.pop().dependencies:
            found.setdefault(dependency.name, dependency)
            sibling = by_name.get(dependency.name.rpartition(":")[2])
            if sibling and sibling.name not in seen:
                seen.add(sibling.name)
                queue.append(sibling)
    return replace(project, dependencies=tuple(found.values()))


def _broken(tree: Tree, folder: str) -> Candidate | None:
    """A pom.xml that cannot be read is still Java's."""
    path = within(folder, FILE)
    if not tree.exists(path):
        return None
    facts = {
        "language": fact("java", "it has a pom.xml", tree.quote(path)),
        "runtime": java_version(tree, None, folder),
    }
    return Candidate(
        "java", MANIFEST, Reading(facts), hints={"start": f"correct {path}: it is no pom that can be read"}
    )


def _choose(tree: Tree, folder: str, apps: Sequence[App]) -> App | None:
    """The one application; of several the one at the build's root, or that the Procfile or Dockerfile names."""
    if len(apps) < 2:
        return apps[0] if apps else None
    told = "\n".join((*tree.lines(within(folder, "Procfile")), *tree.lines(within(folder, "Dockerfile"))))
    named = [app for app in apps if app.project.below and f"{app.project.below}/" in told]
    roots = [app for app in apps if app.project.folder == folder]
    packed = [app for app in apps if app.framework == "spring-boot" and app.main]
    for choice in (named, roots, packed):
        if len(choice) == 1:
            return choice[0]
    return None if all(app.project.folder.count("/") < 2 for app in apps) and folder == "." else apps[0]


def _without_app(tree: Tree, project: Project) -> Candidate:
    framework, quote = framework_of(project)
    facts = {
        "language": fact("java", f"{project.manifest.file} describes a build", project.manifest),
        "runtime": java_version(tree, project, project.folder),
        "package_manager": fact(project.tool, f"{project.manifest.file} describes a build", project.manifest),
    }
    if framework:
        facts["framework"] = fact(framework, "the build asks for it", quote)
    hints = {"start": "no main class was found in any module: this build is a library; set app.start"}
    return Candidate("java", MANIFEST, Reading(facts), hints=hints, kind="web" if framework else "worker")


def _read(tree: Tree, app: App, projects: Sequence[Project], apps: Sequence[App]) -> Application:
    """The settings and sources of the application; those of libraries beside it too, where it is the only one."""
    project = app.project
    beside = projects if len(apps) == 1 else (project,)
    folders = (project.folder, *(one.folder for one in beside if one.folder != project.folder))
    settings = read_settings(tree, *folders, *((project.root,) if project.below else ()))
    paths = [path for folder in folders for path in source_paths(tree, folder)]
    sources = load_sources(tree, dict.fromkeys(paths), "java")
    reads = environment_reads(tree, sources, settings)
    listening, prop = where(tree, app, settings, sources, reads)
    routes = (*_monitoring(app, settings), *find_routes(tree, project, sources, settings))
    urls = written_urls(tree, sources)
    code = Code(project.dependencies, reads, routes, urls, stores_of(project, settings, app.framework))
    configuration = dropwizard.configuration(tree, project) if app.framework == "dropwizard" else None
    arguments = f" server {configuration}" if configuration else ""
    return Application(app, settings, sources, code, listening, prop, arguments)


def _monitoring(app: App, settings: Settings) -> tuple[Route, ...]:
    """The health path that a framework's own extension serves, unless it is on a port of its own."""
    base = _path(settings, "server.servlet.context-path", "server.context-path", "spring.webflux.base-path")
    root = _path(settings, "quarkus.http.non-application-root-path") or "/q"
    table = (
        (r":spring-boot-starter-actuator$|:spring-boot-actuator", _actuator(settings, base)),
        (r":quarkus-smallrye-health$", f"{_path(settings, 'quarkus.http.root-path')}{root}/health"),
        (r":micronaut-management$", "/health"),
        (r"^io\.helidon\.(?:webserver|health)[\w.]*:helidon-(?:webserver-observe-health|health)", "/observe/health"),
        (r"^io\.helidon[\w.]*:helidon-microprofile", "/health"),
        (r":vertx-health-check$", ""),
    )
    for pattern, path in table:
        if path and (found := app.project.uses(pattern)):
            return (Route(path, found.quote),)
    return ()


def _actuator(settings: Settings, base: str) -> str:
    """Empty where it listens on a port of its own, or its health is not exposed."""
    own, main = settings.value("management.server.port"), settings.value("server.port") or "8080"
    exposed = settings.value("management.endpoints.web.exposure.include")
    hidden = exposed and exposed != "*" and "health" not in exposed
    if (own and own != main) or hidden:
        return ""
    mapped = settings.value("management.endpoints.web.path-mapping.health") or "health"
    path = settings.value("management.endpoints.web.base-path") or "/actuator"
    return f"{base}/{path.strip('/')}/{mapped}".replace("//", "/")


def _path(settings: Settings, *keys: str) -> str:
    value = settings.value(*keys).strip("/")
    return f"/{value}" if value else ""


def _named(tree: Tree, found: Application, folder: str) -> dict[str, Fact]:
    app = found.app
    main = app.main.quote(tree) if app.main else app.project.manifest
    why = f"{main.file} holds the main class" if app.main else f"{main.file} describes an application"
    facts = {"language": fact("java", why, main), "runtime": java_version(tree, app.project, folder)}
    if app.framework:
        facts["framework"] = fact(app.framework, "the build asks for it", app.framework_quote)
    return facts


def _built(found: Application, commands: Commands | None) -> dict[str, Fact]:
    project = found.app.project
    why = f"{project.manifest.file} is built with {project.tool}"
    facts = {"package_manager": fact(project.tool, why, project.manifest)}
    if commands:
        facts["build"] = fact(commands.build, commands.why, project.manifest)
    return facts


def _started(found: Application, commands: Commands | None) -> dict[str, Fact]:
    """The command with the property that carries PORT, where the framework has one."""
    facts = found.listening.facts if found.app.is_web else {}
    if commands:
        quotes = (found.app.project.manifest,)
        confidence: Confidence = "certain" if commands.is_sure else "likely"
        facts["start"] = fact(_command(found, commands.start), commands.why, *quotes, confidence=confidence)
    return facts


def _command(found: Application, start: str) -> str:
    """The start command with the port from outside, and the arguments that the framework needs."""
    told = f"{'' if found.prop.startswith('-') else '-D'}{found.prop}=$PORT" if found.prop and found.app.is_web else ""
    is_option = "{options}" in start and not told.startswith("-port")
    start = start.replace("{options} ", f"{told} " if told and is_option else "")
    return f"{start}{'' if is_option or not told else f' {told}'}{found.arguments}"


def _questions(found: Application, commands: Commands | None, rivals: Sequence[App]) -> tuple[Question, ...]:
    asked = []
    if commands and not commands.is_sure:
        why = "the archive's name cannot be told for certain; set app.start to the file that the build makes"
        asked.append(question("start", why, _command(found, commands.start)))
    if len(rivals) > 1 and not any(app is found.app and not app.project.below for app in rivals):
        why = f"{len(rivals)} modules are applications; this is {found.app.project.below or found.app.project.name}"
        asked.append(question("start", why, *(app.project.below or app.project.name for app in rivals[:8])))
    return tuple(asked)


def _obstacle(app: App) -> str:
    if app.project.packaging == "war":
        return "it builds a web archive, which a servlet container serves: set app.start to one"
    return "no main class was found; set app.start"
