"""Which Node runs the app: version files, Volta, asdf, mise, `engines.node`, else the default, in that order."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from hivemind.infer.facts import Reading, fact, question, within
from hivemind.infer.node.manifest import Manifest
from hivemind.infer.node.semver import allowed, is_range
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.image import Image

DEFAULT = "22"
MAX_TOML = 64 << 10
VERSION_FILES = (".nvmrc", ".node-version")
TOOL_FILES = (".tool-versions", "mise.toml", ".mise.toml")
MAJOR = re.compile(r"^v?([0-9]{1,3})(?:\.[0-9x]+){0,2}$")
TOOL = re.compile(r"^\s*node(?:js)?\s+(\S+)")
CODENAMES = {"hydrogen": "18", "iron": "20", "jod": "22", "krypton": "24"}

Wish = tuple[str, Quote, str]
"""A version or range, the line that asks for it, and where that is."""


def node_version(tree: Tree, manifest: Manifest, image: Image) -> Reading:
    """The runtime as a major version that the image has."""
    available = image.runtimes.get("node", ())
    for wanted, quote, place in (*_pins(tree, manifest), *_ranges(manifest)):
        if found := _met(wanted, available):
            return Reading({"runtime": fact(found, f"{place} asks for {wanted}", quote)})
        if is_range(wanted):
            return _missing(f"{image.title} has no Node that {place} allows ({wanted})", quote, wanted, available)
    why = "no version file and no engines.node names one; this is the default"
    return Reading({"runtime": fact(_default(available), why, confidence="fallback")})


def _met(wanted: str, available: tuple[str, ...]) -> str:
    """The version that meets a wish: the default where it may be, else the highest; empty when there is none."""
    if wanted in ("lts/*", "lts", "--lts"):
        return _default(available)
    name = CODENAMES.get(wanted.removeprefix("lts/").removeprefix("lts-").lower(), wanted)
    fitting = allowed(available, name) if is_range(name) else ()
    return DEFAULT if DEFAULT in fitting else next(iter(fitting[::-1]), "")


def _missing(why: str, quote: Quote, wanted: str, available: tuple[str, ...]) -> Reading:
    number = MAJOR.match(wanted.lstrip("^~>= "))
    above = [v for v in available if number and int(v) > int(number[1])]
    nearest = above[0] if above else _default(available)
    why = f"{why}; {nearest} is the nearest it has"
    return Reading(
        {"runtime": fact(nearest, why, quote, confidence="fallback")}, (question("runtime", why, *available),)
    )


def _default(available: tuple[str, ...]) -> str:
    return DEFAULT if DEFAULT in available or not available else available[-1]


def _pins(tree: Tree, manifest: Manifest) -> Iterator[Wish]:
    """What files made for it say, in the app's folder before the root."""
    for place in dict.fromkeys((manifest.folder, ".")):
        for name in VERSION_FILES:
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                if wanted := line.partition("#")[0].strip():
                    yield wanted, tree.quote(path, number), name
                    break
        if volta := manifest.text("volta", "node"):
            yield volta, manifest.quote('"node"', '"volta"'), "volta"
        for name in TOOL_FILES:
            yield from _tools(tree, within(place, name), name)


def _tools(tree: Tree, path: str, name: str) -> Iterator[Wish]:
    if not name.endswith(".toml"):
        for number, line in enumerate(tree.lines(path), start=1):
            if found := TOOL.match(line):
                yield found[1], tree.quote(path, number), name
        return
    text = tree.read(path) or ""
    try:
        tools = tomllib.loads(text).get("tools") if len(text) < MAX_TOML else None
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    node = tools.get("node", tools.get("nodejs")) if isinstance(tools, dict) else None
    if isinstance(node, str | int):
        place = next((n for n, said in enumerate(tree.lines(path), start=1) if said.strip().startswith("node")), 0)
        yield str(node), tree.quote(path, place), name


def _ranges(manifest: Manifest) -> Iterator[Wish]:
    if engines := manifest.text("engines", "node"):
        yield engines, manifest.quote('"node"', '"engines"'), "engines.node"
    if dev := manifest.text("devEngines", "runtime", "version"):
        yield dev, manifest.quote('"version"', '"devEngines"'), "devEngines"
