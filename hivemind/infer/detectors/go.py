"""Go: the programs of a module or workspace, found by `func main`, built into `bin/`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hivemind.infer.facts import Candidate, Code, Dependency, Fact, Reading, fact, question, within
from hivemind.infer.go.environment import environment_reads
from hivemind.infer.go.frontend import embedded_build
from hivemind.infer.go.manifest import WORKSPACE, Module, members, plain, read_module
from hivemind.infer.go.programs import Program, find_programs, imports_of
from hivemind.infer.go.routes import find_routes
from hivemind.infer.go.servers import Server, find_server, framework_of
from hivemind.infer.go.version import go_version
from hivemind.infer.source import written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence, Question
from hivemind.model.image import Image
from hivemind.model.spec import ServiceKind

APP, MANIFEST, SCRIPTS = 100, 50, 10

CGO = ("github.com/mattn/go-sqlite3", "gorm.io/driver/sqlite", "github.com/jinzhu/gorm/dialects/sqlite",
       "github.com/confluentinc/confluent-kafka-go", "github.com/h2non/bimg", "gopkg.in/gographics/imagick",
       "github.com/davidbyttow/govips", "github.com/chai2010/webp", "github.com/marcboeker/go-duckdb")  # fmt: skip
"""Packages that call C, and so need a compiler and CGO."""
PREFERRED = (
    "server",
    "api",
    "web",
    "app",
    "http",
    "backend",
    "main",
    "service",
    "apiserver",
    "api-server",
    "httpserver",
)
BACKGROUND = re.compile(r"worker|consumer|scheduler|cron|jobs?$|queue|bot$|daemon|subscriber|processor")
ONCE = re.compile(r"migrat|seed|cli$|ctl$|gen$|generate|client|tool|lambda|setup|create|init$|backfill|import|export")
SAFE = re.compile(r"^[\w.][\w./-]*$")
BUILT = re.compile(r"\bgo\s+(?:build|install)\b[^&|;\n]*?\s(\./[\w./-]*|\.)\s*(?:$|[&|;\\])")
MIGRATES = re.compile(
    r"AutoMigrate\(|goose\.Up|migrate\.(?:New|Up|Exec)|\.Migrate\(|Schema\.Create\(|dbmate\.|tern\.|migrator"
)


@dataclass(frozen=True)
class Choice:
    """The program that is the service, the others, and whether that was clear."""

    program: Program
    others: tuple[Program, ...]
    why: str
    rivals: tuple[Program, ...] = ()


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Go module or workspace; None when it is neither, nor holds a loose main.go."""
    modules = _modules(tree, folder)
    loose = () if modules else _loose(tree, folder)
    if not modules and not loose:
        return None
    module = modules[0] if modules else Module(folder, "", tree.quote(loose[0]))
    programs = tuple(p for m in modules or (module,) for p in find_programs(tree, m, modules))
    if not programs:
        return _library(tree, module) if modules and folder == "." else None
    choice = _choose(tree, folder, programs)
    program = choice.program
    code = _code(tree, program)
    server = find_server(tree, program.sources, code.reads)
    if not server and folder != "." and tree.exists(WORKSPACE) and not BACKGROUND.search(program.name):
        return None  # a tool beside the services of a workspace
    facts = {**_named(tree, program, server), **_built(tree, folder, choice, code)}
    facts |= _started(tree, program, server, choice)
    facts["runtime"] = go_version(tree, program.module.folder, folder)
    weight = (APP * bool(server) or MANIFEST) + MANIFEST * bool(modules)
    if not modules:
        weight = APP if server else SCRIPTS
    kind: ServiceKind = "web" if server or choice.rivals else "worker"
    return Candidate("go", weight, Reading(facts, _questions(tree, choice, server)), code, kind=kind)


def _modules(tree: Tree, folder: str) -> tuple[Module, ...]:
    """The module of the folder, or those of its workspace."""
    places = (folder, *members(tree, folder)) if tree.exists(within(folder, WORKSPACE)) else (folder,)
    found = (read_module(tree, place) for place in dict.fromkeys(places))
    return tuple(module for module in found if module)


def _loose(tree: Tree, folder: str) -> tuple[str, ...]:
    path = within(folder, "main.go")
    return (path,) if tree.exists(path) else ()


def _library(tree: Tree, module: Module) -> Candidate:
    facts = {
        "language": fact("go", "go.mod names a module", module.quote),
        "runtime": go_version(tree, module.folder),
        "package_manager": fact("go modules", "go.mod names a module", module.quote),
    }
    hints = {"start": "no package main with func main was found: this module is a library; set app.start"}
    return Candidate("go", MANIFEST, Reading(facts), Code(), hints, kind="worker")


def _choose(tree: Tree, folder: str, programs: tuple[Program, ...]) -> Choice:
    """The program that answers HTTP; among several the one the Procfile, the Dockerfile or its name tells apart."""
    serving = tuple(p for p in programs if framework_of(p.sources) and not ONCE.search(p.name)) or tuple(
        p for p in programs if not ONCE.search(p.name)
    )
    serving = serving or programs
    for told, why in ((_by_procfile, "the Procfile starts it"), (_by_dockerfile, "the Dockerfile builds it")):
        if found := told(tree, folder, programs):
            return Choice(found, _without(programs, found), why)
    if len(serving) == 1:
        only = "the only program" if len(programs) == 1 else "the only program that serves HTTP"
        return Choice(serving[0], _without(programs, serving[0]), only)
    named = [p for name in (programs[0].module.name, *PREFERRED) for p in serving if p.name == name]
    roots = [p for p in serving if p.is_root and p.module.folder == folder]
    front = [p for p in serving if not BACKGROUND.search(p.name)]
    best = (roots or named or front or list(serving))[0]
    is_clear = bool(roots or named) or len(front) == 1
    rivals = () if is_clear else tuple(front or serving)
    return Choice(best, _without(programs, best), "its name says so" if is_clear else "the first of several", rivals)


def _without(programs: Sequence[Program], one: Program) -> tuple[Program, ...]:
    return tuple(p for p in programs if p is not one)


def _by_procfile(tree: Tree, folder: str, programs: Sequence[Program]) -> Program | None:
    for line in tree.lines(within(folder, "Procfile")):
        if line.startswith("web:") and (words := line.removeprefix("web:").split()):
            binary = words[0].rpartition("/")[2]
            return next((p for p in programs if p.name == binary), None)
    return None


def _by_dockerfile(tree: Tree, folder: str, programs: Sequence[Program]) -> Program | None:
    """The one program that the Dockerfile builds; none where it builds several."""
    places = {
        posixpath.normpath(posixpath.join(folder, found[1]))
        for line in tree.lines(within(folder, "Dockerfile"))
        if (found := BUILT.search(line))
    }
    built = [p for p in programs if p.folder in places or p.main.path in places]
    return built[0] if len(built) == 1 else None


def _code(tree: Tree, program: Program) -> Code:
    reads = environment_reads(tree, program.sources)
    routes = find_routes(tree, program.sources)
    return Code(_dependencies(tree, program), reads, routes, written_urls(tree, program.sources))


def _dependencies(tree: Tree, program: Program) -> tuple[Dependency, ...]:
    """What the program imports of other modules, by import path and by module."""
    required = {module.path: module for module in program.module.required}
    found: dict[str, Dependency] = {}
    for path, source, place in imports_of(program.sources):
        if "." not in path.partition("/")[0]:
            continue
        quote = tree.quote(source.path, source.line(place))
        found.setdefault(plain(path), Dependency(plain(path), frozenset(), quote))
        owner = next((required[end] for end in _beginnings(path) if end in required), None)
        if owner:
            found.setdefault(owner.name, Dependency(owner.name, frozenset(), owner.quote))
    return tuple(found.values())


def _beginnings(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts), 0, -1)]


def _named(tree: Tree, program: Program, server: Server | None) -> dict[str, Fact]:
    main = tree.quote(program.main.path, program.line)
    facts = {"language": fact("go", f"{program.main.path} holds func main", main)}
    if server:
        source, line = server.quote_of
        facts["framework"] = fact(server.framework, f"it imports {server.framework}", tree.quote(source.path, line))
    return facts


def _built(tree: Tree, folder: str, choice: Choice, code: Code) -> dict[str, Fact]:
    """`go mod download`, then one `go build` for each program that runs all the time."""
    program, quote = choice.program, choice.program.module.quote
    needs_c = code.depends_on(*CGO)
    frontend = embedded_build(tree, program)
    flag = f"CGO_ENABLED={1 if needs_c else 0}"
    programs = (program, *_background(choice))
    builds = tuple(f"{flag} go build -o bin/{p.name} {_place(p, folder)}" for p in programs if SAFE.match(p.name))
    why = f"{choice.why}: {program.folder}" + (f"; {needs_c.name} needs CGO" if needs_c else "")
    install: tuple[str, ...] = ("go mod download",)
    quotes = (tree.quote(program.main.path, program.line), *((needs_c.quote,) if needs_c else ()))
    if frontend:
        install, builds = (frontend.install, *install), (frontend.build, *builds)
        why, quotes = f"{why}; it embeds a front end", (*quotes, frontend.quote)
    facts = {"build": fact(builds, why, *quotes)}
    if program.module.path:
        facts["install"] = fact(install, "go.mod lists the modules", quote)
        facts["package_manager"] = fact("go modules", "go.mod lists the modules", quote)
    return facts


def _background(choice: Choice) -> tuple[Program, ...]:
    return tuple(p for p in choice.others if BACKGROUND.search(p.name) and SAFE.match(p.name))[:8]


def _place(program: Program, folder: str) -> str:
    """The package as `go build` takes it, from the service's folder."""
    if not program.module.path:
        return posixpath.basename(program.main.path)
    below = posixpath.relpath(program.folder, folder)
    return "." if below == "." else f"./{below}"


def _started(tree: Tree, program: Program, server: Server | None, choice: Choice) -> dict[str, Fact]:
    """The binary with the arguments that make it serve; where several may be meant, the first, as a fallback."""
    quote = tree.quote(program.main.path, program.line)
    command = f"./bin/{program.name}{server.arguments if server else ''}"
    confidence: Confidence = "fallback" if choice.rivals else "certain"
    facts = {"start": fact(command, f"{choice.why}: {program.folder}", quote, confidence=confidence)}
    if server:
        facts |= server.listening.facts
    if background := _background(choice):
        processes = {p.name: f"./bin/{p.name}" for p in background}
        quotes = (tree.quote(p.main.path, p.line) for p in background)
        facts["processes"] = fact(processes, "their names say that they work in the background", *quotes)
    return facts


def _questions(tree: Tree, choice: Choice, server: Server | None) -> tuple[Question, ...]:
    found = list(server.questions) if server else []
    if choice.rivals:
        why = "several programs stand on the same footing; set app.start and app.build"
        found.append(question("start", why, *(f"./bin/{p.name}" for p in choice.rivals[:8])))
    if not choice.program.module.path:
        found.append(question("install", "there is no go.mod: run `go mod init` and `go mod tidy`"))
    if migration := _unapplied(tree, choice):
        found.append(migration)
    return tuple(found)


def _unapplied(tree: Tree, choice: Choice) -> Question | None:
    """Migrations that nothing in the program applies."""
    program = choice.program
    if any(MIGRATES.search(source.text) for source in program.sources):
        return None
    own = next((p for p in choice.others if "migrat" in p.name), None)
    if own:
        why = f"{own.main.path} seems to migrate the database; set app.migrate, and build it in app.build"
        return question("migrate", why, f"./bin/{own.name}")
    scripts = tree.find("*migrations/*.sql", program.module.folder)
    if not scripts:
        return None
    return question("migrate", f"{scripts[0]} and its like are not applied by the program; set app.migrate")
