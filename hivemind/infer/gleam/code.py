"""What Gleam sources say: routes by their patterns, variables, where the server listens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import EnvRead, Route
from hivemind.infer.source import Found, Source, first, search
from hivemind.infer.tree import Tree

PATTERN = re.compile(
    r"^[ \t]*(?:(?:http\.)?(?P<verb>Get|Post|Put|Delete|Patch|_|\w+)\s*,\s*)?"
    r"\[(?P<parts>(?:\s*\"[\w.-]{1,60}\"\s*,?){0,8})\]"
    r"(?:\s*,\s*(?:http\.)?(?P<last>\w+))?\s*->",
    re.MULTILINE,
)
QUOTED = re.compile(r"\"([^\"\n]*)\"")
PORT = re.compile(r"\bport\(\s*(?:_\s*,\s*)?(?P<port>[0-9]{2,5})\s*\)|\bport\s*(?::|=)\s*(?P<bound>[0-9]{2,5})\b")
READ = re.compile(
    r"\b(?:envoy|os|env|glenvy\w*|dot_env\w*)\.(?P<how>get\w*|string|int|require)\("
    r"\s*\"(?P<name>[A-Z][A-Z0-9_]{1,60})\"\s*(?:,\s*\"?(?P<default>[\w./:-]{1,80})\"?)?\s*\)(?=(?P<after>.{0,240}))",
    re.DOTALL,
)
UNWRAPPED = re.compile(r"\A[^}]{0,200}?(?:result|option)\.(?:lazy_)?unwrap\(\s*\"?(?P<default>[\w./:-]{1,80})\"?")
ERROR_ARM = re.compile(r"\bError\([^)\n]{0,20}\)\s*->\s*\"?(?P<default>[\w./:-]{1,80})\"?")
FAILS = re.compile(r"\A\s*(?:\|>\s*)?(?:\w+\.)?(?:assert|expect|panic)")
ASSERTED = re.compile(r"(?:let assert Ok\([^)\n]{1,60}\)|\bassert Ok\([^)\n]{1,60}\))\s*=\s*\Z")


def find_routes(tree: Tree, sources: Sequence[Source]) -> tuple[Route, ...]:
    """Patterns of path segments: `[]` is the root, `["health"]` is `/health`."""
    return tuple(route for found in search(sources, PATTERN) for route in _route(tree, found))


def _route(tree: Tree, found: Found) -> Iterator[Route]:
    is_routing = "path_segments" in found.source.text or "request" in found.source.text
    verb = found["verb"] or found["last"]
    if is_routing and verb not in ("Post", "Put", "Delete", "Patch"):
        yield Route("/" + "/".join(QUOTED.findall(found["parts"])), found.quote(tree))


def environment_reads(tree: Tree, sources: Sequence[Source]) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name."""
    return tuple(_read(tree, found) for found in search(sources, READ))


def _read(tree: Tree, found: Found) -> EnvRead:
    before = found.source.text[max(0, found.match.start() - 80) : found.match.start()]
    after = found["after"].partition(".get(")[0]
    required = bool(ASSERTED.search(before) or FAILS.match(after))
    instead = None if required else UNWRAPPED.match(after) or ERROR_ARM.search(after)
    default = found["default"] or (instead["default"] if instead else None)
    return EnvRead(found["name"], required, default, found.quote(tree))


def port_of(sources: Sequence[Source]) -> tuple[Found, int] | None:
    """The port that the code names."""
    found = first(sources, PORT)
    return (found, int(found["port"] or found["bound"])) if found else None
