"""A repository whose only sign is a Dockerfile: what the image exposes and runs is all that can be told.

Where sources show a language, that language's detector weighs more; where apps lie in folders below, they are the
services, and the image is only how somebody builds one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hivemind.infer.detectors.shell import LISTENS, OTHERS, reads_of
from hivemind.infer.dockerfile import Dockerfile, Stage, load
from hivemind.infer.facts import Candidate, Code, Fact, Reading, Route, fact, question
from hivemind.infer.lines import Line, code_lines
from hivemind.infer.static.pages import has_apps_below
from hivemind.infer.tree import Tree
from hivemind.model.findings import Language, Question, Quote
from hivemind.model.image import Image

WEIGHT = 6
FILES = ("Dockerfile", "Containerfile")


@dataclass(frozen=True)
class Software:
    """A well-known image: the port it listens on, and what it runs where the file gives it no command."""

    port: int
    command: str = ""
    port_env: str | None = None


KNOWN = {
    "nginx": Software(80, "nginx -g 'daemon off;'"), "nginx-unprivileged": Software(8080, "nginx -g 'daemon off;'"),
    "caddy": Software(80, "caddy run --config /etc/caddy/Caddyfile --adapter caddyfile"),
    "httpd": Software(80, "httpd-foreground"), "traefik": Software(80, "traefik"),
    "haproxy": Software(80, "haproxy -f /usr/local/etc/haproxy/haproxy.cfg"),
    "wordpress": Software(80, "apache2-foreground"), "ghost": Software(2368, "node current/index.js"),
    "n8n": Software(5678, "n8n start", "N8N_PORT"), "grafana": Software(3000), "metabase": Software(3000),
    "uptime-kuma": Software(3001, "node server/server.js"), "prometheus": Software(9090),
    "jenkins": Software(8080), "sonarqube": Software(9000), "keycloak": Software(8080), "minio": Software(9000),
    "directus": Software(8055), "graphql-engine": Software(8080, "graphql-engine serve", "HASURA_GRAPHQL_SERVER_PORT"),
    "code-server": Software(8080), "open-webui": Software(8080), "searxng": Software(8080), "gitea": Software(3000),
}  # fmt: skip
SOURCES: Mapping[str, tuple[Language, str]] = {
    "python": ("python", "*.py"), "node": ("node", "*.js"), "golang": ("go", "*.go"), "ruby": ("ruby", "*.rb"),
    "php": ("php", "*.php"), "rust": ("rust", "*.rs"), "eclipse-temurin": ("java", "*.java"), "deno": ("deno", "*.ts"),
    "openjdk": ("java", "*.java"), "amazoncorretto": ("java", "*.java"), "elixir": ("elixir", "*.ex*"),
    "gcc": ("cpp", "*.c*"),
}  # fmt: skip
"""Image of a language → the language, and its sources."""
SILENT = "the Dockerfile exposes no port and checks no health: does it answer HTTP at all?"
CLOCK = re.compile(r"(?:^|[\s/])(?:crond?|supercronic|go-cron|yacron)\b")
SERVES = re.compile(
    rf"{LISTENS.pattern}|\$@|\b(?:nginx|caddy|apache2?\w*|gunicorn|uvicorn|serve\w*|listen)\b|{OTHERS.pattern}|\s\./|^\./"
)
"""Lines of a script that may start a server."""
SITES = frozenset({"nginx", "nginx-unprivileged", "caddy", "httpd"})


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as an image; None where there is no Dockerfile, or apps below that it is built from."""
    file = next((found for name in FILES if (found := load(tree, folder, name))), None)
    if not file or has_apps_below(tree, folder):
        return None
    stage = file.final
    known = KNOWN.get(stage.software)
    language = _language(tree, folder, file)
    facts = {**_image(tree, file, language), **_start(tree, file, known), **_port(tree, file, known)}
    routes = (Route("/", tree.quote(file.path, stage.line)),) if stage.software in SITES else ()
    script = _script(tree, folder, stage)
    lines = code_lines(tree, script) if script else []
    answers = stage.ports or stage.healthcheck or known or facts["port_env"].value
    is_web = bool(answers) or (language == "docker" and _may_answer(stage, lines))
    code = Code(routes=routes, reads=reads_of(tree, lines))
    asked = (question("kind", SILENT, "web", "worker"),) if is_web and not answers else ()
    reading = Reading(facts, (*_questions(stage, known), *asked))
    return Candidate(language, WEIGHT, reading, code, kind="web" if is_web else "worker")


def _script(tree: Tree, folder: str, stage: Stage) -> str:
    """The script of the folder that the image runs; empty where it runs something else."""
    names = re.findall(r"[\w.-]{1,80}\.sh\b", stage.command.text) if stage.command else []
    found = (path for name in names[:1] for path in tree.find("*.sh", folder) if path.rpartition("/")[2] == name)
    return next(found, "")


def _may_answer(stage: Stage, lines: Sequence[Line]) -> bool:
    """Whether it could be a server: not a clock that runs jobs, nor a script in which nothing listens."""
    command = stage.command.text if stage.command else ""
    if CLOCK.search(command) or any(CLOCK.search(line.code) for line in lines):
        return False
    return not lines or any(SERVES.search(line.code) for line in lines)


def _language(tree: Tree, folder: str, file: Dockerfile) -> Language:
    """The language of an image that the build starts from, where the folder holds its sources; else none."""
    for stage in reversed(file.stages):
        language, sources = SOURCES.get(stage.software, ("docker", ""))
        if sources and tree.find(sources, folder):
            return language
    return "docker"


def _image(tree: Tree, file: Dockerfile, language: Language) -> dict[str, Fact]:
    stage = next((s for s in reversed(file.stages) if SOURCES.get(s.software, ("",))[0] == language), file.final)
    quote = tree.quote(file.path, stage.line)
    why = "a Dockerfile is all there is" if language == "docker" else f"the Dockerfile builds on {stage.image}"
    found = {"language": fact(language, why, quote)}
    if stage.software in KNOWN:
        found["framework"] = fact(stage.software, f"the image is built on {stage.image}", quote)
    if tag := _tag(stage.image):
        found["runtime"] = fact(tag, f"the tag of {stage.image}", quote)
    return found


def _tag(image: str) -> str:
    """`nginx:1.27-alpine` → `1.27`; empty where the tag is no version."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2].partition("-")[0].removeprefix("v")
    return tag if tag[:1].isdigit() else ""


def _start(tree: Tree, file: Dockerfile, known: Software | None) -> dict[str, Fact]:
    if command := file.final.command:
        return {"start": fact(command.text, "the image runs it", tree.quote(file.path, command.line))}
    if known and known.command:
        why = f"{file.final.image} runs it by itself"
        return {"start": fact(known.command, why, tree.quote(file.path, file.final.line), confidence="likely")}
    return {}


def _port(tree: Tree, file: Dockerfile, known: Software | None) -> dict[str, Fact]:
    """The port that EXPOSE names, also below 1024, since inside a container it may; else the software's own."""
    stage = file.final
    command = stage.command.text if stage.command else ""
    quotes: tuple[Quote, ...] = (tree.quote(file.path, stage.command.line),) if stage.command else ()
    reads_port = "PORT" in command.replace("EXPORT", "") or "PORT" in stage.env
    variable = "PORT" if reads_port else known.port_env if known else None
    found = {"port_env": fact(variable, "as the command and the image say", *quotes, confidence="likely")}
    if stage.ports:
        exposed = stage.ports[0]
        quote = tree.quote(file.path, exposed.line)
        return {**found, "port": fact(exposed.number, "the Dockerfile exposes it", quote, confidence="likely")}
    if known:
        quote = tree.quote(file.path, stage.line)
        return {**found, "port": fact(known.port, f"{stage.software} listens on it", quote, confidence="likely")}
    return found


def _questions(stage: Stage, known: Software | None) -> tuple[Question, ...]:
    if stage.command or (known and known.command):
        return ()
    why = f"the Dockerfile names no command; what {stage.image or 'its image'} runs by itself is not known here"
    return (question("start", why),)
