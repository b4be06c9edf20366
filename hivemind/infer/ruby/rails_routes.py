"""The GET routes of `config/routes.rb` whose address is literal, with the namespaces and scopes around them.

Routes inside a resource have a parameter in front, and those behind a constraint or a login may not answer a probe;
both are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from hivemind.infer.facts import Route, within
from hivemind.infer.lines import Line, code_lines, quote
from hivemind.infer.tree import Tree

MAX_ROUTES = 500
MAX_FILES = 20

GET = re.compile(r"^(?:get|match)[ (]\s*(?:[\"']([^\"']{1,200})[\"']|:(\w{1,80}))")
ROOT = re.compile(r"^root\b\s*(?:\(|to:|:to|[\"':])")
MOUNT = re.compile(r"^mount[ (]\s*[\w:.(), ]*?(?:=>|\bat:|:at\s*=>)\s*[\"'](/?[\w/.-]{0,100})[\"']")
HEALTH_ENGINE = re.compile(r"health|okcomputer|ok_computer", re.IGNORECASE)
RESOURCES = re.compile(r"^resources[ (]\s*:(\w{1,80})(?!\w*\s*,\s*:)(.*)$")
NAMESPACE = re.compile(r"^namespace[ (]\s*[:\"'](\w{1,80})")
SCOPE = re.compile(r"^scope[ (]\s*(?:(?:path:|:path\s*=>)\s*)?(?:[\"']/?([\w/.-]*)[\"']|:(\w+))\s*(?:,|\)|do\b)")
SCOPE_PATH = re.compile(r"\bpath:\s*[\"']/?([\w/.-]*)[\"']")
PLAIN_BLOCK = re.compile(
    r"^(?:scope\s+(?:module|as|defaults|format)\b|defaults\b|Rails\.application\.routes|if |unless )"
)
OPENS = re.compile(r"\bdo(?:\s*\|[^|]*\|)?$|^(?:if|unless|case)\b")
HEALTH_GEMS = {"health_check": "/health_check", "rails-healthcheck": "/healthcheck"}
"""Gems that serve a health route under a name of their own once they are asked to."""


def rails_routes(tree: Tree, folder: str) -> tuple[Route, ...]:
    """The routes of the app's own files, in their order."""
    files = (within(folder, "config/routes.rb"), *tree.find("config/routes/*.rb", folder)[:MAX_FILES])
    return tuple(islice(chain.from_iterable(_routes(tree, path) for path in files), MAX_ROUTES))


def _routes(tree: Tree, path: str) -> Iterator[Route]:
    prefixes: list[str | None] = []
    for line in code_lines(tree, path, block=("=begin", "=end")):
        if line.code == "end":
            prefixes = prefixes[:-1]
            continue
        around = "" if not prefixes else prefixes[-1]
        if around is not None and (found := _address(line)) is not None and not set(found) & set(":*("):
            yield Route(_joined(around, found), quote(tree, line))
        if OPENS.search(line.code):
            inner = _prefix(line)
            prefixes.append(None if around is None or inner is None else around + inner)


def _address(line: Line) -> str | None:
    """The path below its surroundings that the line answers GET on; None where it does not."""
    if ROOT.match(line.code):
        return ""
    if found := GET.match(line.code):
        return None if "via: :post" in line.code or "constraints" in line.code else found[1] or found[2]
    if (found := MOUNT.match(line.code)) and HEALTH_ENGINE.search(line.code):
        return found[1]
    if "health_check_routes" in line.code:
        return HEALTH_GEMS["health_check"]
    if line.code.startswith("Healthcheck.routes"):
        return HEALTH_GEMS["rails-healthcheck"]
    if (found := RESOURCES.match(line.code)) and "path:" not in found[2] and _has_index(found[2]):
        return found[1]
    return None


def _has_index(options: str) -> bool:
    if "only:" in options or ":only" in options:
        return "index" in options
    return "except:" not in options or "index" not in options.partition("except:")[2]


def _prefix(line: Line) -> str | None:
    """What the block puts in front of its routes; None where they cannot be told or may not be open to all."""
    if PLAIN_BLOCK.match(line.code):
        path = SCOPE_PATH.search(line.code)
        return f"/{path[1]}" if path and path[1] else ""
    if path := SCOPE_PATH.search(line.code):
        return f"/{path[1]}" if line.code.startswith(("namespace", "scope")) else None
    if found := NAMESPACE.match(line.code):
        return f"/{found[1]}"
    if found := SCOPE.match(line.code):
        return f"/{found[1] or found[2]}" if found[1] or found[2] else ""
    return None


def _joined(prefix: str, address: str) -> str:
    return f"{prefix}/{address.strip('/')}".rstrip("/") or "/"
