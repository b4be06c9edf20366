"""Rust: the binary of a package or workspace, built with Cargo."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hivemind.infer.facts import Candidate, Code, Fact, Reading, Route, fact, question, within
from hivemind.infer.rust.environment import environment_reads
from hivemind.infer.rust.manifest import FILE, LOCK, Binary, Package, in_workspace, load_package, read_packages
from hivemind.infer.rust.routes import find_routes
from hivemind.infer.rust.servers import BY_HAND, Server, find_server, framework_of
from hivemind.infer.rust.version import DEFAULT, rust_version
from hivemind.infer.source import Source, load_sources, written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Confidence, Question
from hivemind.model.image import Image

APP, MANIFEST = 100, 50
MAX_REACHED = 60
PREFERRED = ("server", "api", "web", "app", "backend", "main", "http", "service")
ASIDE = re.compile(r"migrat|seed|cli$|gen$|generate|xtask|bench|example|test|tool|client", re.IGNORECASE)
SAFE = re.compile(r"^[\w][\w.-]*$")
TESTS = re.compile(r"^[ \t]*#\[cfg\(test\)\]\s*(?:pub\s+)?mod\s+\w+\s*\{", re.MULTILINE)
MIGRATES = re.compile(
    r"\bmigrate!\(|run_pending_migrations|embed_migrations!|Migrator::up|Migrator::fresh|embedded::migrations|MigratorTrait"
)
CHECKED = re.compile(r"\b(?:sqlx::)?query(?:_as|_scalar|_file|_file_as)?!\(")
FOREIGN_MAIN = re.compile(r"shuttle_runtime::main|shuttle_service::main")


@dataclass(frozen=True)
class Choice:
    """The package and binary that are the service; `rivals` are others on the same footing."""

    package: Package
    binary: Binary
    rivals: tuple[str, ...] = ()


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Cargo package or workspace; None where it is neither, or a library below the root."""
    if not tree.exists(within(folder, FILE)):
        return None
    packages = read_packages(tree, folder)
    choice = _choose(tree, folder, packages)
    if not choice:
        return _library(tree, folder, packages) if folder == "." else None
    package = choice.package
    reached = _reached(tree, package)
    sources = _sources(tree, choice, reached)
    reads = environment_reads(tree, sources)
    dependencies = tuple({d.name: d for one in reached for d in one.dependencies}.values())
    server = find_server(tree, replace(package, dependencies=dependencies), sources, reads)
    if not server and in_workspace(tree, folder):
        return None  # a tool or a part beside the workspace's server
    own = (Route("/_health", server.quote),) if server and server.framework == "loco" else ()
    code = Code(dependencies, reads, (*own, *find_routes(tree, sources)), written_urls(tree, sources))
    facts = {
        **_named(tree, choice, server),
        **_built(tree, folder, choice, server),
        "runtime": rust_version(tree, package, folder),
    }
    if server:
        facts |= server.listening.facts
        facts |= {"env": fact(dict(server.env), "it listens to other machines so", server.quote)} if server.env else {}
    questions = (*_questions(choice, server), *_database_questions(tree, package, sources, code))
    weight = MANIFEST + APP * bool(server)
    return Candidate("rust", weight, Reading(facts, questions), code, kind="web" if server else "worker")


def _reached(tree: Tree, package: Package) -> tuple[Package, ...]:
    """The package and those of the repository that it depends on, directly or not."""
    found = {package.folder: package}
    queue = [package]
    while queue and len(found) < MAX_REACHED:
        for place in queue.pop(0).siblings:
            other = load_package(tree, place) if place not in found else None
            if other:
                found[place] = other
                queue.append(other)
    return tuple(found.values())


def _choose(tree: Tree, folder: str, packages: Sequence[Package]) -> Choice | None:
    """The package of the folder before members; one that serves HTTP before others; then its binary by name."""
    runnable = [one for one in packages if one.binaries]
    serving = [one for one in runnable if any(framework_of(part, ()) for part in _reached(tree, one))]
    candidates = [one for one in serving or runnable if not ASIDE.search(one.name)] or serving or runnable
    if not candidates:
        return None
    here = [one for one in candidates if one.folder == folder]
    package = (here or candidates)[0]
    others = tuple(one.name for one in candidates) if not here and len(candidates) > 1 else ()
    binary, rivals = _binary(package)
    named = [one for one in candidates if one.name in PREFERRED or one.name.endswith(("-server", "-api", "-web"))]
    if others and len(named) == 1:
        package, others = named[0], ()
        binary, rivals = _binary(package)
    return Choice(package, binary, others or rivals)


def _binary(package: Package) -> tuple[Binary, tuple[str, ...]]:
    """`default-run`, the only one, the one called like the package, or one with a usual name."""
    by_name = {one.name: one for one in package.binaries}
    if package.default_run in by_name:
        return by_name[package.default_run or ""], ()
    ours = [one for one in package.binaries if not ASIDE.search(one.name)] or list(package.binaries)
    if len(ours) == 1:
        return ours[0], ()
    chosen = next((by_name[name] for name in (package.name, *PREFERRED) if name in by_name), None)
    return chosen or ours[0], () if chosen else tuple(one.name for one in ours)


def _sources(tree: Tree, choice: Choice, reached: Sequence[Package]) -> tuple[Source, ...]:
    """The binary's file first, then the package and those it depends on, without their tests."""
    paths = [choice.binary.path]
    others = {one.path for one in choice.package.binaries} - {choice.binary.path}
    for package in reached:
        paths += [p for p in tree.find("*.rs", within(package.folder, "src")) if p not in others and "/tests" not in p]
    loaded = load_sources(tree, dict.fromkeys(paths), "rust")
    return tuple(Source(one.path, TESTS.split(one.text, maxsplit=1)[0]) for one in loaded)


def _library(tree: Tree, folder: str, packages: Sequence[Package]) -> Candidate:
    path = within(folder, FILE)
    runtime = (
        rust_version(tree, packages[0], folder) if packages else fact(DEFAULT, "the default", confidence="fallback")
    )
    facts = {
        "language": fact("rust", f"it has a {FILE}", tree.quote(path)),
        "runtime": runtime,
        "package_manager": fact("cargo", f"it has a {FILE}", tree.quote(path)),
    }
    return Candidate(
        "rust", MANIFEST, Reading(facts), hints={"start": "no binary was found; set app.start"}, kind="worker"
    )


def _named(tree: Tree, choice: Choice, server: Server | None) -> dict[str, Fact]:
    facts = {
        "language": fact("rust", f"the package {choice.package.name} has a binary", choice.package.quote),
        "package_manager": fact("cargo", f"the package {choice.package.name} has a {FILE}", choice.package.quote),
    }
    if server:
        why = "the package depends on it" if server.framework != BY_HAND else "the program answers HTTP itself with it"
        facts["framework"] = fact(server.framework, why, server.quote)
    return facts


def _built(tree: Tree, folder: str, choice: Choice, server: Server | None) -> dict[str, Fact]:
    """One build for the whole service; `target` lies at the root of the workspace."""
    package, binary = choice.package, choice.binary
    if not SAFE.match(binary.name) or not SAFE.match(package.name):
        return {}
    locked = " --locked" if tree.exists(within(package.root, LOCK)) else ""
    chosen = f" -p {package.name}" if package.folder != folder else ""
    chosen += f" --bin {binary.name}" if len(package.binaries) > 1 else ""
    build = (f"cargo build --release{locked}{chosen}",)
    install: tuple[str, ...] = ()
    if server and server.framework == "leptos" and "leptos" in (package.metadata or {}):
        install, build = ("cargo install cargo-leptos --locked",), ("cargo leptos build --release",)
    target = posixpath.relpath(posixpath.join(package.root, "target/release", binary.name), folder)
    command = target if target.startswith("..") else f"./{target}"
    why = f"{binary.path} is the program" + ("" if not choice.rivals else ", the first of several")
    confidence: Confidence = "fallback" if choice.rivals else "certain"
    facts = {
        "build": fact(build, why, package.quote),
        "start": fact(f"{command}{server.arguments if server else ''}", why, package.quote, confidence=confidence),
    }
    return facts | ({"install": fact(install, "cargo-leptos builds it", package.quote)} if install else {})


def _questions(choice: Choice, server: Server | None) -> tuple[Question, ...]:
    asked = list(server.questions) if server else []
    if choice.rivals:
        why = "several programs stand on the same footing; set app.start and app.build"
        asked.append(question("start", why, *(f"./target/release/{name}" for name in choice.rivals[:8])))
    return tuple(asked)


def _database_questions(tree: Tree, package: Package, sources: Sequence[Source], code: Code) -> tuple[Question, ...]:
    """Queries that are checked against a database while building, and migrations that nothing applies."""
    asked = []
    is_checked = code.depends_on("sqlx") and any(CHECKED.search(source.text) for source in sources)
    saved = (".sqlx/*.json", "sqlx-data.json")
    if is_checked and not any(tree.find(name, place) for name in saved for place in (package.folder, package.root)):
        why = "sqlx checks its queries while building: run `cargo sqlx prepare` and check .sqlx in"
        asked.append(question("build", why))
    if any(FOREIGN_MAIN.search(source.text) for source in sources):
        asked.append(question("start", "the program is made for Shuttle's platform; give it a main of its own"))
    tool = _migration_tool(tree, package, code)
    if tool and not any(MIGRATES.search(source.text) for source in sources):
        asked.append(question("migrate", "migrations lie here that the program does not apply; set app.migrate", tool))
    return tuple(asked)


def _migration_tool(tree: Tree, package: Package, code: Code) -> str:
    places = dict.fromkeys((package.folder, package.root))
    if not any(tree.find("migrations/*.sql", place) for place in places):
        return ""
    if code.depends_on("diesel"):
        return "diesel migration run"
    return "sqlx migrate run" if code.depends_on("sqlx") else ""
