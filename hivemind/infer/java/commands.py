"""The commands that build an application for the Java machine, and the archive or script that starts it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.java.apps import App
from hivemind.infer.java.project import Project
from hivemind.infer.java.sbt import scala_of
from hivemind.infer.java.settings import Settings
from hivemind.infer.tree import Tree

WRAPPERS = {
    "maven": ("mvnw", ".mvn/wrapper/maven-wrapper.properties", "mvn"),
    "gradle": ("gradlew", "gradle/wrapper/gradle-wrapper.properties", "gradle"),
}
SHADOW = ("com.github.johnrengelman.shadow", "com.gradleup.shadow", "io.github.goooler.shadow")
APPLICATION = ("application", "io.micronaut.application", "io.ktor.plugin", "io.micronaut.minimal.application")


@dataclass(frozen=True)
class Commands:
    """How the application is built; `start` is without arguments, `{options}` marks where options of Java belong."""

    build: tuple[str, ...]
    start: str
    why: str
    is_sure: bool = True


def commands_of(tree: Tree, app: App, folder: str, settings: Settings) -> Commands | None:
    """The commands, run in the service's folder; None where nothing says what to start."""
    if app.project.tool == "maven":
        return _maven(tree, app, folder, settings)
    return _gradle(tree, app, folder, settings) if app.project.tool == "gradle" else _sbt(tree, app, folder)


def _maven(tree: Tree, app: App, folder: str, settings: Settings) -> Commands | None:
    project = app.project
    target = _place(project, folder, "target")
    build = _maven_build(tree, project, folder)
    if app.framework == "quarkus":
        return Commands(
            (build,), f"java {{options}} -jar {target}/{_quarkus(project, settings)}", "Quarkus packs it so"
        )
    if app.framework == "spring-boot" and project.has_plugin("spring-boot-maven-plugin"):
        return Commands((build,), _jar(project, target), "Spring Boot packs it into one archive", _is_named(project))
    if project.archives:
        return Commands((build,), _jar(project, target), "the build packs everything into one archive")
    if app.framework == "micronaut":
        return Commands(
            (build,), _jar(project, target), "Micronaut packs everything into one archive", _is_named(project)
        )
    if app.framework in ("helidon", "spring-boot") and "parent" in str(project.uses(r"^parent:(?:helidon|spring)")):
        return Commands((build,), _jar(project, target), "the parent's build packs it", _is_named(project))
    if project.packaging == "war":
        return _war(project, build, target)
    if not app.main_class:
        return None
    copying = build if project.has_plugin("maven-dependency-plugin") else f"{build} dependency:copy-dependencies"
    start = f"java {{options}} -cp '{target}/classes:{target}/dependency/*' {app.main_class}"
    return Commands((copying,), start, "no plugin packs it, so its classes are started beside their dependencies")


def _maven_build(tree: Tree, project: Project, folder: str) -> str:
    mvn, above = _tool(tree, project, folder)
    words = [mvn, "-B", "-DskipTests"]
    if tree.exists(within(project.root, ".yo-rc.json")) and "jhipster" in (
        tree.read(within(project.root, ".yo-rc.json")) or ""
    ):
        words.append("-Pprod")
    if above:
        words += ["-f", f"{above}/pom.xml"]
    if project.below:
        words += ["-pl", project.below, "-am"]
    return " ".join([*words, "package"])


def _war(project: Project, build: str, target: str) -> Commands | None:
    """A web archive needs a servlet container; one that the build brings along is used."""
    if project.has_plugin("jetty-maven-plugin"):
        mvn = build.split()[0]
        return Commands((build,), f"{mvn} jetty:run-war -Djetty.http.port=$PORT", "the build has Jetty's plugin", False)
    runner = project.uses(r":webapp-runner$") or project.has_plugin("maven-dependency-plugin")
    if runner and project.artifact:
        start = (
            f"java {{options}} -jar {target}/dependency/webapp-runner.jar --port $PORT {target}/{project.artifact}.war"
        )
        return Commands((build,), start, "webapp-runner serves the archive", False)
    return None


def _quarkus(project: Project, settings: Settings) -> str:
    kind = settings.value("quarkus.package.jar.type", "quarkus.package.type")
    return f"{project.artifact or project.name}-runner.jar" if kind == "uber-jar" else "quarkus-app/quarkus-run.jar"


def _gradle(tree: Tree, app: App, folder: str, settings: Settings) -> Commands | None:
    project = app.project
    libs = _place(project, folder, "build/libs")
    if app.framework == "quarkus":
        start = f"java {{options}} -jar {_place(project, folder, 'build')}/{_quarkus(project, settings)}"
        return Commands((_gradle_build(tree, project, folder, "quarkusBuild"),), start, "Quarkus packs it so")
    if project.has_plugin("org.springframework.boot"):
        task = "bootWar" if project.packaging == "war" else "bootJar"
        build = _gradle_build(tree, project, folder, task)
        return Commands((build,), _jar(project, libs), "Spring Boot packs it into one archive", _is_named(project))
    if project.has_plugin("io.ktor.plugin"):
        build = _gradle_build(tree, project, folder, "buildFatJar")
        name = next(iter(sorted(project.archives)), f"{project.name}-all.jar" if project.name else "*-all.jar")
        return Commands(
            (build,), f"java {{options}} -jar {libs}/{name}", "Ktor packs it into one archive", bool(project.name)
        )
    if project.has_plugin(*SHADOW):
        name = next(iter(sorted(project.archives)), f"{project.artifact}-all.jar" if project.artifact else "*-all.jar")
        build = _gradle_build(tree, project, folder, "shadowJar")
        return Commands(
            (build,), f"java {{options}} -jar {libs}/{name}", "Shadow packs it into one archive", _is_named(project)
        )
    if project.has_plugin(*APPLICATION) and project.name:
        script = f"./{_place(project, folder, 'build')}/install/{project.name}/bin/{project.script or project.name}"
        return Commands(
            (_gradle_build(tree, project, folder, "installDist"),), script, "the application plugin makes a script"
        )
    if not app.main or project.packaging == "war":
        return None
    return Commands(
        (_gradle_build(tree, project, folder, "build -x test"),), _jar(project, libs), "it builds a jar", False
    )


def _gradle_build(tree: Tree, project: Project, folder: str, task: str) -> str:
    gradle, above = _tool(tree, project, folder)
    path = f":{project.below.replace('/', ':')}:{task}" if project.below else task
    return " ".join([gradle, *(["-p", above] if above else []), path])


def _sbt(tree: Tree, app: App, folder: str) -> Commands | None:
    project = app.project
    packs = (
        project.has_plugin("sbt-native-packager", "JavaAppPackaging", "JavaServerAppPackaging")
        or app.framework == "play"
    )
    if packs:
        name = project.script or project.name
        script = f"./{_place(project, folder, 'target')}/universal/stage/bin/{name or '*'}"
        return Commands(("sbt stage",), script, "sbt stage makes a script", bool(name))
    if project.has_plugin("sbt-assembly"):
        scala = scala_of(tree, project.folder)
        name = next(
            iter(sorted(project.archives)), f"{project.artifact}.jar" if project.artifact else "*-assembly-*.jar"
        )
        jar = f"java {{options}} -jar target/{scala or 'scala-*'}/{name}"
        return Commands(
            ("sbt assembly",), jar, "sbt assembly packs it into one archive", bool(scala and project.artifact)
        )
    return Commands(("sbt compile",), "sbt run", "no plugin packs it", False) if app.main else None


def _tool(tree: Tree, project: Project, folder: str) -> tuple[str, str]:
    """The wrapper where the build has one, and the way up to the build's root; empty when it is the folder itself."""
    above = "" if project.root == folder else posixpath.relpath(project.root, folder)
    script, needed, plain = WRAPPERS[project.tool]
    has_wrapper = all(tree.exists(within(project.root, name)) for name in (script, needed))
    return (f"{above or '.'}/{script}" if has_wrapper else plain), above


def _place(project: Project, folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.relpath(project.folder, folder), name))


def _is_named(project: Project) -> bool:
    return bool(project.archives or project.artifact)


def _jar(project: Project, folder: str) -> str:
    """The archive's exact name; a pattern only where the build computes it."""
    ending = "war" if project.packaging == "war" else "jar"
    pattern = f"{project.name}-*.{ending}" if project.tool == "maven" else f"*.{ending}"
    name = next(iter(sorted(project.archives)), f"{project.artifact}.{ending}" if project.artifact else pattern)
    return f"java {{options}} -jar {folder}/{name}"
