"""Which module is an application: where its main is, which framework it uses, whether it answers HTTP."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hivemind.infer.facts import within
from hivemind.infer.java.project import Project
from hivemind.infer.source import Found, first, load_sources
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

ENDINGS = (".java", ".kt", ".scala")
MAX_FILES = 350
MAX_SEARCHED = 80
LIKELY = re.compile(
    r"(?:Application|App|Main|Server|Launcher|Boot\w*|Runner|Starter|Service)\.\w+$|/(?:main|app|server)\.kt$",
    re.IGNORECASE,
)

FRAMEWORKS = (
    ("spring-boot", r"org\.springframework\.boot:|parent:spring-boot-starter-parent",
     ("spring-boot-maven-plugin", "org.springframework.boot")),
    ("quarkus", r"^io\.quarkus", ("quarkus-maven-plugin", "io.quarkus")),
    ("micronaut", r"^io\.micronaut[.\w]*:|parent:micronaut-parent",
     ("io.micronaut.application", "io.micronaut.minimal.application", "micronaut-maven-plugin")),
    ("grails", r"^org\.grails:", ("org.grails.grails-web", "org.grails.grails-gsp")),
    ("ktor", r"^io\.ktor:ktor-server", ("io.ktor.plugin",)),
    ("play", r"playframework|com\.typesafe\.play:",
     ("PlayScala", "PlayJava", "PlayService", "sbt-plugin", "org.gradle.playframework")),
    ("helidon", r"^io\.helidon|parent:helidon-", ("helidon-maven-plugin",)),
    ("dropwizard", r"^io\.dropwizard:dropwizard-core", ()),
    ("javalin", r"^io\.javalin:", ()),
    ("vert.x", r"^io\.vertx:vertx-(?:web|core)", ("vertx-maven-plugin", "io.vertx.vertx-plugin")),
    ("spark", r"^com\.sparkjava:spark-", ()),
    ("http4k", r"^org\.http4k:", ()),
    ("http4s", r"^org\.http4s:http4s-(?:ember|blaze)-server|^org\.http4s:", ()),
    ("zio-http", r":zio-http$", ()),
    ("pekko-http", r":pekko-http$", ()),
    ("akka-http", r":akka-http$", ()),
    ("cask", r"com\.lihaoyi:cask", ()),
    ("scalatra", r"^org\.scalatra", ("sbt-scalatra",)),
    ("jooby", r"^io\.jooby", ()),
    ("ratpack", r"^io\.ratpack:", ("io.ratpack.ratpack-java", "io.ratpack.ratpack-groovy")),
    ("armeria", r"com\.linecorp\.armeria:armeria", ()),
    ("jersey", r"jersey-container-(?:grizzly2|jdk|netty|jetty)-http|jersey-container-grizzly", ()),
    ("undertow", r"^io\.undertow:undertow-core", ()),
    ("jetty", r"jetty-server|jetty-servlet|jetty-webapp", ()),
    ("tomcat", r"tomcat-embed-core", ()),
)  # fmt: skip
SPRING_WEB = re.compile(
    r"spring-boot-starter-(?:web|jersey|undertow|thymeleaf|graphql|data-rest|hateoas|mustache|freemarker|jetty|tomcat"
    r"|oauth2-authorization)|spring-cloud-starter-(?:gateway|netflix-eureka-server|netflix-zuul)|spring-cloud-config-server"
    r"|springdoc|vaadin-spring|spring-boot-admin-starter-server|dgs-spring|graphql-spring|camunda|spring-webmvc|spring-cloud-gateway"
)
QUARKUS_WEB = re.compile(
    r"quarkus-(?:rest|resteasy|reactive-routes|vertx-http|smallrye-graphql|qute|undertow|spring-web)|renarde|quarkus-web"
)
CONTROLLERS = re.compile(
    r"@(?:RestController|Controller|Path|RouterOperation)\b|RouterFunctions?\.|RouterFunction<|coRouter|router\s*\{"
)
JDK_SERVER = re.compile(r"\bHttpServer\.create\(|\bnew\s+ServerSocket\(|\bServerSocket\(")

SPRING_MAIN = re.compile(
    r"@SpringBootApplication\b|\bSpringApplication(?:Builder)?\b[^;{}]{0,80}\.?run\(|\brunApplication<"
)
MAIN = re.compile(
    r"\bstatic\s+(?:final\s+)?void\s+main\s*\(|^(?:suspend\s+)?fun\s+main\s*\(|@JvmStatic\s+(?:suspend\s+)?fun\s+main\s*\("
    r"|\bobject\s+\w+\s+extends\s+(?:\w+\s+with\s+)*(?:App|IOApp|ZIOAppDefault|cask\.Main\w*|IOApp\.Simple|TaskApp)\b|\bdef\s+main\s*\(\s*args"
    r"|@main\s+def\s+(\w+)|^[ \t]*(?:static\s+)?void\s+main\s*\(\s*(?:String[^)]*)?\)",
    re.MULTILINE,
)
MAIN_WORDS = ("main", "SpringApplication", "SpringBootApplication", "runApplication", "extends App", "App.Simple")
PACKAGE = re.compile(r"^[ \t]*package\s+([\w.]+)", re.MULTILINE)
OBJECT = re.compile(r"\b(?:class|object)\s+(\w+)")


@dataclass(frozen=True)
class App:
    """An application: its module, the class with its main, its framework."""

    project: Project
    main: Found | None
    framework: str | None
    framework_quote: Quote
    is_web: bool

    @property
    def main_class(self) -> str:
        """The name by which Java starts it; empty where it is not known."""
        if self.project.main_class:
            return self.project.main_class.value
        return class_of(self.main) if self.main else ""


def class_of(main: Found) -> str:
    """`package.Class` of a file with a main; a function of Kotlin at the top of `App.kt` lies in `AppKt`."""
    text, stem = main.source.text, posixpath.basename(main.source.path).partition(".")[0]
    package = PACKAGE.search(text)
    prefix = f"{package[1]}." if package else ""
    if main.source.path.endswith(".kt") and main.match[0].lstrip().startswith(("fun", "suspend")):
        return f"{prefix}{stem[:1].upper()}{stem[1:]}Kt"
    if main.match.re is MAIN and main[1]:
        return f"{prefix}{main[1]}"
    owner = OBJECT.findall(text[: main.match.end()]) if main.source.path.endswith(".scala") else []
    return f"{prefix}{owner[-1] if owner else stem}"


def find_app(tree: Tree, project: Project) -> App | None:
    """The module as an application; None for a library or a parent."""
    if project.packaging == "pom":
        return None
    paths = source_paths(tree, project.folder)
    framework, quote = framework_of(project)
    main = _main(tree, paths, SPRING_MAIN if framework == "spring-boot" else MAIN)
    runs_itself = framework in ("quarkus", "play", "grails", "micronaut") and bool(paths) and not _is_library(project)
    if not (main or runs_itself or (project.main_class and paths) or project.packaging == "war"):
        return None
    return App(project, main, framework, quote, _answers_http(tree, project, framework, paths))


def _main(tree: Tree, paths: Sequence[str], pattern: re.Pattern[str]) -> Found | None:
    """The first main, in the files that are called like one before the others."""
    for path in sorted(paths, key=lambda p: not LIKELY.search(p))[:MAX_SEARCHED]:
        text = tree.read(path) or ""
        if any(word in text for word in MAIN_WORDS) and pattern.search(text):
            found = first(load_sources(tree, (path,), "java"), pattern)
            if found:
                return found
    return None


def source_paths(tree: Tree, folder: str) -> list[str]:
    """The files of the application's own code, the shallowest first."""
    for place in ("src/main", "app", "src", "src@jvm"):
        base = within(folder, place)
        paths = [p for p in tree.find("*", base) if p.endswith(ENDINGS) and "/test/" not in p and "Test/" not in p]
        if paths and (place != "src" or not any("/main/" in p for p in paths)):
            return paths[:MAX_FILES]
    return []


def framework_of(project: Project) -> tuple[str | None, Quote]:
    """The framework by dependency or plugin."""
    for name, pattern, plugins in FRAMEWORKS:
        dependency = project.uses(pattern)
        if dependency or project.has_plugin(*plugins):
            return name, dependency.quote if dependency else project.manifest
    return None, project.manifest


def _answers_http(tree: Tree, project: Project, framework: str | None, paths: Sequence[str]) -> bool:
    """Whether the application is a web app."""
    if framework == "spring-boot":
        return bool(project.uses(SPRING_WEB.pattern)) or _mentions(tree, paths, CONTROLLERS)
    if framework == "quarkus":
        return bool(project.uses(QUARKUS_WEB.pattern)) or _mentions(tree, paths, CONTROLLERS)
    return bool(framework) or project.packaging == "war" or _mentions(tree, paths, JDK_SERVER)


def _mentions(tree: Tree, paths: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(tree.read(path) or "") for path in paths[:MAX_SEARCHED])


def _is_library(project: Project) -> bool:
    """A module that has a framework's packages, but not the plugin that makes an application."""
    plugins = {name for _, _, names in FRAMEWORKS for name in names}
    return project.plugins.isdisjoint(plugins)
