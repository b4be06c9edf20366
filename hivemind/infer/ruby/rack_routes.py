"""The GET routes of Sinatra, Grape, Hanami and Roda whose address is literal, with the namespaces around them.

Where a class is mounted below another path is not followed; a path that a whole class puts in front is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from hivemind.infer.facts import Route
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree

MAX_ROUTES = 500

GET = re.compile(r"^(?:get|head)[ (]\s*(?:[\"'](/[^\"']{0,200})[\"']|:(\w{1,60})\s+do\b)")
ROOT = re.compile(r"^(?:r\.root\b|root\s*(?:to:|\{|do\b|\())")
RODA_GET = re.compile(r"^r\.(?:get|is)[ (]\s*[\"']([\w./-]{1,100})[\"']")
MAPPED = re.compile(r"^map[ (]\s*[\"'](/[^\"']{0,200})[\"']")
NAMESPACE = re.compile(
    r"^(?:namespace|resources?|group|segment|r\.on|scope)[ (]\s*(?:[\"']/?([^\"']{0,100})[\"']|:(\w{1,60}))"
)
WHOLE = re.compile(r"^(prefix|version)[ (]\s*(?:[\"']/?([\w./-]{1,60})[\"']|:(\w{1,60}))(.*)$")
OPENS = re.compile(
    r"\bdo(?:\s*\|[^|]*\|)?$|^(?:class|module|def|if|unless|case|begin|while|until)\b|=\s*(?:if|case|begin)\b"
)
CLOSES_AT_ONCE = re.compile(r"(?:;|\s)end$|^def\s.*[^=!<>]=\s")
PARAMETER = frozenset(":*?(#{")


def rack_routes(tree: Tree, files: Iterable[str]) -> tuple[Route, ...]:
    """The routes of these files, in their order."""
    paths = (path for path in files if path.endswith((".rb", ".ru")))
    return tuple(islice(chain.from_iterable(_routes(tree, path) for path in paths), MAX_ROUTES))


def _routes(tree: Tree, path: str) -> Iterator[Route]:
    lines = code_lines(tree, path, block=("=begin", "=end"))
    nested = [_whole(lines)]
    for line in lines:
        if line.code in ("end", "end)", "end.freeze", "end.to_app") and len(nested) > 1:
            nested.pop()
            continue
        found = _address(line)
        if found is not None and not set(nested[-1] + found) & PARAMETER:
            yield Route(f"{nested[-1]}/{found.strip('/')}".rstrip("/") or "/", quote(tree, line))
        if OPENS.search(line.code) and not CLOSES_AT_ONCE.search(line.code):
            nested.append(nested[-1] + _prefix(line))


def _address(line: Line) -> str | None:
    """The path below its surroundings that the line answers GET on; None where it does not."""
    if ROOT.match(line.code):
        return ""
    if found := GET.match(line.code):
        return found[1] or found[2]
    if found := RODA_GET.match(line.code):
        return found[1]
    if line.path.endswith(".ru") and (found := MAPPED.match(line.code)):
        return found[1]
    return None


def _prefix(line: Line) -> str:
    found = NAMESPACE.match(line.code)
    name = (found[1] or found[2] or "").strip("/") if found else ""
    return f"/{name}" if name else ""


def _whole(lines: list[Line]) -> str:
    """What a Grape API puts in front of all of its routes: its prefix, then its version where paths carry it."""
    if not any("Grape::API" in line.code for line in lines):
        return ""
    found = {said[1]: said for line in lines if (said := WHOLE.match(line.code))}
    parts = []
    if prefix := found.get("prefix"):
        parts.append(prefix[2] or prefix[3])
    if (version := found.get("version")) and not ("using:" in version[4] and ":path" not in version[4]):
        parts.append(version[2] or version[3])
    return "".join(f"/{part.strip('/')}" for part in parts)
