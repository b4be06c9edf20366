"""The GET routes of an application for the Java machine: by annotations, by calls of a router, by Play's route file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from hivemind.infer.facts import Route, within
from hivemind.infer.java.project import Project
from hivemind.infer.java.settings import Settings
from hivemind.infer.source import Found, Source, block_end, call_end, search
from hivemind.infer.tree import Tree

MAX_ROUTES = 1000

ANNOTATION = re.compile(
    r"@(?P<name>GetMapping|RequestMapping|Controller|RestController|Get|GET|Path|ApplicationPath)\b(?:\s*\((?P<given>[^()]{0,400})\))?"
)
ON_CLASS = re.compile(
    r"(?:\s{0,200}@[\w.]{1,80}(?:\((?:[^()]|\([^()]*\)){0,400}\))?)*\s{0,200}(?:(?:public|final|abstract|open|internal|data|sealed)\s+)*"
    r"(?:class|interface|object)\b"
)
ASIDE = re.compile(r"\b(?:produces|consumes|params|headers|name|method|processes)\s*=\s*(?:\{[^}]*\}|\[[^\]]*\]|[^,]*)")
QUOTED = re.compile(r'"([^"\n]{0,200})"')
OTHER_METHOD = re.compile(r"\bmethod\s*=\s*(?![^)]*\bGET\b)")
GET_NEAR = re.compile(r"@(?:GET|Get)\b")

CALLED = re.compile(
    r"(?:\b(?P<on>\w{1,60})\s*\.\s*|(?P<chained>[)}]\s{0,80}\.\s*)|(?<![\w.@]))(?P<how>get|GET|route|handle|createContext|addServlet|head)\(\s*\"(?P<path>/?[^\"\n]{0,200})\"\s*(?P<next>[,){])"
)
NESTED = re.compile(
    r"(?<![\w.])(?:\w{1,40}\.)?(?:route|path|pathPrefix)\(\s*\"(?P<path>/?[^\"\n]{1,200})\"\s*(?:,[^{}\n]{0,80})?\)?\s*(?:->\s*)?\{"
)
BOUND = re.compile(r"\"(?P<path>/[^\"\n]{0,200}|)\"\s+bind\s+(?:(?:Method\.)?GET\b|routes\((?P<inner>))")
HTTP4S = re.compile(r"\bGET\s*->\s*Root((?:\s*/\s*\"[\w.-]{1,80}\")*)\s*(?:=>|:\?)")
ZIO = re.compile(r"\bMethod\.GET\s*/\s*\"([\w./-]{1,100})\"")
AKKA = re.compile(r"(?<![\w.])path\(\s*\"([\w.-]{1,80})\"\s*\)")
PLAY = re.compile(r"^GET\s+(/[^\s:*$]*)\s+\S")
CLIENT = re.compile(r"@(?:FeignClient|RegisterRestClient|Client)\b|\binterface\s+\w+\s*:\s*HttpClient")


def find_routes(tree: Tree, project: Project, sources: Sequence[Source], settings: Settings) -> tuple[Route, ...]:
    """The routes without parameters that answer GET, below the path that the whole application has."""
    base = _base(settings)
    found = [*_play(tree, project), *_static(tree, project)]
    application = next((path for source in sources for path in _application_path(source)), "")
    for source in sources:
        if len(found) < MAX_ROUTES and not CLIENT.search(source.text):
            found += [*_annotated(tree, source, application), *_called(tree, source)]
    return tuple(Route(f"{base}{route.path}", route.quote) for route in found[:MAX_ROUTES] if _is_plain(route.path))


def _base(settings: Settings) -> str:
    path = settings.value(
        "server.servlet.context-path", "server.context-path", "spring.webflux.base-path", "spring.mvc.servlet.path",
        "quarkus.http.root-path", "micronaut.server.context-path", "ktor.deployment.rootPath", "play.http.context",
    )  # fmt: skip
    return "" if path.strip("/") == "" else f"/{path.strip('/')}"


def _is_plain(path: str) -> bool:
    return path.startswith("/") and path.isprintable() and not set(path) & set("{}:*<>?#$ ")


def _annotated(tree: Tree, source: Source, application: str) -> Iterator[Route]:
    prefix = ""
    for found in search((source,), ANNOTATION):
        paths = _paths(found["given"])
        if ON_CLASS.match(source.text, found.match.end()):
            if found["name"] in ("RequestMapping", "Path", "Controller"):
                prefix = paths[0] if paths else ""
            if found["name"] == "Path" and not GET_NEAR.search(source.text):
                return
            continue
        for path in _of_method(found, paths):
            yield Route(
                _joined(application if found["name"] in ("Path", "GET") else "", prefix, path), found.quote(tree)
            )


def _of_method(found: Found, paths: list[str]) -> list[str]:
    """The paths that the annotation of a method adds, if the method answers GET."""
    name, text = found["name"], found.source.text
    near = (
        text[max(0, found.match.start() - 200) : found.match.start()],
        text[found.match.end() : found.match.end() + 200],
    )
    if name in ("GetMapping", "Get"):
        return paths or [""]
    if name == "RequestMapping" and not OTHER_METHOD.search(found["given"]):
        return paths or [""]
    if name == "Path" and (
        GET_NEAR.search(near[0].rpartition("}")[2].rpartition(";")[2]) or GET_NEAR.search(near[1].partition("{")[0])
    ):
        return paths
    if (
        name == "GET"
        and "@Path" not in near[1].partition("{")[0]
        and "@Path" not in near[0].rpartition("}")[2].rpartition(";")[2].rpartition("{")[2]
    ):
        return [""]
    return []


def _paths(given: str) -> list[str]:
    return QUOTED.findall(ASIDE.sub("", given))


def _application_path(source: Source) -> Iterator[str]:
    for found in search((source,), ANNOTATION):
        if found["name"] == "ApplicationPath":
            yield from _paths(found["given"])[:1]


def _joined(*parts: str) -> str:
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def _called(tree: Tree, source: Source) -> Iterator[Route]:
    """Routes of Ktor, Javalin, Spark, Vert.x, http4s, Akka and the JDK's own server."""
    scopes = [
        (f.start(), block_end(source.text, f.end() - 1), f["path"]) for f in islice(NESTED.finditer(source.text), 200)
    ]
    for found in search((source,), CALLED):
        if found["next"] == "{" or (found["how"] == "route" and not found["on"]):
            continue
        if found["chained"] and found["next"] != ",":
            continue
        place = found.match.start()
        prefixes = [path for start, end, path in scopes if start < place < end]
        if found["path"].startswith("/") or prefixes or found["path"] == "":
            line = source.line(found.match.start("how"))
            yield Route(_joined(*prefixes, found["path"]), tree.quote(source.path, line))
    yield from _bound(tree, source) if "http4k" in source.text else ()
    for found in search((source,), HTTP4S):
        yield Route(_joined(*QUOTED.findall(found[1])), found.quote(tree))
    for pattern in (ZIO, AKKA) if "akka" in source.text or "pekko" in source.text or "zio.http" in source.text else ():
        for found in search((source,), pattern):
            yield Route(_joined(found[1]), found.quote(tree))


def _bound(tree: Tree, source: Source) -> Iterator[Route]:
    """`"/api" bind routes("/ping" bind GET to …)` of http4k."""
    scopes: list[tuple[int, int, str]] = []
    for found in search((source,), BOUND):
        place = found.match.start()
        if found.match["inner"] is not None:
            scopes.append((place, call_end(source.text, found.match.end()), found["path"]))
        else:
            prefixes = [path for start, end, path in scopes if start < place < end]
            yield Route(_joined(*prefixes, found["path"]), found.quote(tree))


def _play(tree: Tree, project: Project) -> Iterator[Route]:
    path = within(project.folder, "conf/routes")
    for number, line in enumerate(tree.lines(path), start=1):
        if found := PLAY.match(line):
            yield Route(found[1], tree.quote(path, number))


def _static(tree: Tree, project: Project) -> Iterator[Route]:
    """A start page among the resources is served at the root."""
    for place in ("static", "public", "META-INF/resources", "templates"):
        path = within(project.folder, f"src/main/resources/{place}/index.html")
        if place != "templates" and tree.exists(path):
            yield Route("/", tree.quote(path))
