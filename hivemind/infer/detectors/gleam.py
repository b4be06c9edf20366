"""Gleam: a project for the Erlang machine, exported as a shipment."""

from __future__ import annotations

import re

from hivemind.infer.documents import load
from hivemind.infer.facts import Candidate, Code, Dependency, Fact, Reading, fact, question, within
from hivemind.infer.gleam.code import environment_reads, find_routes, port_of
from hivemind.infer.listen import Listening, listening, port_read
from hivemind.infer.source import Source, first, load_sources, written_urls
from hivemind.infer.tree import Tree
from hivemind.model.findings import Question
from hivemind.model.image import Image

FILE = "gleam.toml"
APP, MANIFEST = 100, 50
DEFAULT = "1.10"
FRAMEWORKS = ("wisp", "mist", "ewe", "glen", "elli", "gleam_elli", "gleam_cowboy", "dew")
MAIN = re.compile(r"^pub fn main\(", re.MULTILINE)
OPEN = re.compile(r"\bbind\(\s*(?:_\s*,\s*)?\"(?:0\.0\.0\.0|::)\"")
SHIPMENT = "./build/erlang-shipment/entrypoint.sh run"


def detect(tree: Tree, folder: str, image: Image) -> Candidate | None:
    """The folder as a Gleam project; None where there is no gleam.toml."""
    path = within(folder, FILE)
    if not tree.exists(path):
        return None
    sources = load_sources(tree, tree.find("*.gleam", within(folder, "src")), "rust")
    packages = _packages(tree, path)
    reads = environment_reads(tree, sources)
    code = Code(packages, reads, find_routes(tree, sources), written_urls(tree, sources))
    server = next((one for name in FRAMEWORKS for one in packages if one.name == name), None)
    quote = tree.quote(path)
    facts = {
        "language": fact("gleam", f"it has a {FILE}", quote),
        "runtime": _version(tree, folder, path),
        "package_manager": fact("gleam", f"it has a {FILE}", quote),
        "install": fact(("gleam deps download",), f"{FILE} lists the packages", quote),
    }
    if main := first(sources, MAIN):
        why = "a shipment starts the project's main"
        facts["build"] = fact(("gleam export erlang-shipment",), why, main.quote(tree))
        facts["start"] = fact(SHIPMENT, why, main.quote(tree))
    asked: tuple[Question, ...] = ()
    if server:
        facts["framework"] = fact(server.name, f"{FILE} asks for it", server.quote)
        where = _where(tree, sources, code)
        facts |= where.facts
        is_open = any(OPEN.search(source.text) for source in sources)
        why = "mist listens on the loopback address by itself; bind it to 0.0.0.0"
        asked = () if is_open else (question("port", why, str(where.port)),)
    hints = {} if main else {"start": "no module has a main; set app.start"}
    weight = MANIFEST + APP * bool(server)
    return Candidate("gleam", weight, Reading(facts, asked), code, hints, "web" if server else "worker")


def _packages(tree: Tree, path: str) -> tuple[Dependency, ...]:
    """What gleam.toml lists; packages for development are not part of the program."""
    listed = load(tree, path).get("dependencies").items()
    return tuple(Dependency(name, frozenset(), node.quote) for name, node in listed)


def _version(tree: Tree, folder: str, path: str) -> Fact:
    for place in dict.fromkeys((folder, ".")):
        pins = within(place, ".tool-versions")
        for number, line in enumerate(tree.lines(pins), start=1):
            if found := re.match(r"\s*gleam\s+([0-9]+\.[0-9]+)", line):
                return fact(found[1], ".tool-versions asks for it", tree.quote(pins, number))
    for number, line in enumerate(tree.lines(path), start=1):
        if found := re.match(r"\s*gleam\s*=\s*[\"'][^0-9\"']*([0-9]+\.[0-9]+)", line):
            return fact(found[1], f"{FILE} asks for it or newer", tree.quote(path, number))
    return fact(DEFAULT, f"neither a pin nor {FILE} names one; this is the default", confidence="fallback")


def _where(tree: Tree, sources: tuple[Source, ...], code: Code) -> Listening:
    literal = port_of(sources)
    read = port_read(code.reads)
    return listening(tree, read, literal[0] if literal else None, literal[1] if literal else 0, 4000)
