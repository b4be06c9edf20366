"""Routes that are files: Next's `app/**/route.ts` and `pages/api`, Nuxt's `server/api`, SvelteKit, Astro and Remix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hivemind.infer.facts import Route, within
from hivemind.infer.node.source import parse
from hivemind.infer.tree import Tree

MAX_ROUTES = 400
CODE = re.compile(r"\.(?:tsx?|jsx?|mts|mjs|vue|svelte|astro|mdx?)$")
GROUP = re.compile(r"^\(.*\)$")
METHOD = re.compile(r"\.(get|post|put|patch|delete|head|options)$")
PARAMETER = re.compile(r"[\[\]$@*]")

Reader = Callable[[Tree, str], Iterator[tuple[str, str]]]
"""Tree and folder → file and path of every route."""


def file_routes(tree: Tree, folder: str, framework: str) -> tuple[Route, ...]:
    """The routes without parameters that a framework makes of files."""
    reader = READERS.get(framework)
    found: list[Route] = []
    for path, route in reader(tree, folder) if reader else ():
        if not PARAMETER.search(route) and route.isprintable():
            found.append(Route(route, tree.quote(path)))
        if len(found) == MAX_ROUTES:
            break
    return tuple(found)


def fresh_routes(tree: Tree, folder: str) -> tuple[Route, ...]:
    """The routes of Deno's Fresh, where a folder has them."""
    return file_routes(tree, folder, "fresh")


def _below(tree: Tree, folder: str, *places: str) -> Iterator[tuple[str, list[str]]]:
    """Every code file below some folders, and the parts of its path there, without its ending."""
    for place in places:
        base = within(folder, place)
        if base in tree.folders:
            for path in tree.find("*", base):
                if CODE.search(path) and not path.endswith((".d.ts", ".test.ts", ".spec.ts", ".test.js")):
                    yield path, CODE.sub("", path[len(base) + 1 :]).split("/")


def _route(parts: list[str]) -> str:
    return "/" + "/".join(part for part in parts if part and not GROUP.match(part))


def _next(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    for path, parts in _below(tree, folder, "app", "src/app"):
        is_answer = parts[-1] == "route" and "GET" in (tree.read(path) or "")
        if is_answer or parts[-1] == "page":
            yield path, _route(parts[:-1])
    for path, parts in _below(tree, folder, "pages", "src/pages"):
        if not parts[-1].startswith("_"):
            yield path, _route(_without_index(parts))


def _nuxt(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    for place in ("server", "src/server"):
        for path, parts in _below(tree, folder, f"{place}/api", f"{place}/routes"):
            method = METHOD.search(parts[-1])
            if not method or method[1] == "get":
                kept = [*parts[:-1], METHOD.sub("", parts[-1])]
                yield path, _route([*(["api"] if f"{place}/api/" in path else []), *_without_index(kept)])
    for path, parts in _below(tree, folder, "pages", "app/pages"):
        yield path, _route(_without_index(parts))


def _sveltekit(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    for path, parts in _below(tree, folder, "src/routes"):
        is_answer = parts[-1] == "+server" and "GET" in (tree.read(path) or "")
        if is_answer or parts[-1] == "+page":
            yield path, _route(parts[:-1])


def _astro(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    for path, parts in _below(tree, folder, "src/pages"):
        last = parts[-1].removesuffix(".json").removesuffix(".xml") if path.endswith(".astro") else parts[-1]
        if not last.startswith("_"):
            yield path, _route(_without_index([*parts[:-1], last]))


def _remix(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    """Flat routes: dots are slashes, a leading underscore is no part of the path, `[.]` is a dot."""
    for path, parts in _below(tree, folder, "app/routes"):
        if len(parts) > 1 and parts[-1] not in ("route", "index"):
            continue
        flat = parts[0] if len(parts) > 1 else parts[-1]
        words = [word.rstrip("_") for word in flat.replace("+/", ".").split(".")]
        if words == ["_index"] or words == ["index"]:
            yield path, "/"
        else:
            yield path, _route([word for word in words if not word.startswith("_") and word != "index"])


def _fresh(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    for path, parts in _below(tree, folder, "routes"):
        if not parts[-1].startswith("_"):
            yield path, _route(_without_index(parts))


def _react_router(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    """Routes that `app/routes.ts` lists, else those that are files, as Remix has them."""
    path = next((p for name in ("app/routes.ts", "app/routes.js") if tree.exists(p := within(folder, name))), "")
    source = parse(path, tree.read(path) or "") if path else None
    if source is None or any(call.method == "flatRoutes" for call in source.calls):
        yield from _remix(tree, folder)
        return
    for call in source.calls:
        text = source.text(call.arguments[0]) if call.arguments else None
        if call.method == "index":
            yield path, "/"
        elif call.method == "route" and text:
            yield path, _route([text.strip("/").replace(":", "$")])


def _without_index(parts: list[str]) -> list[str]:
    return parts[:-1] if parts[-1] == "index" else parts


READERS: dict[str, Reader] = {
    "next": _next, "nuxt": _nuxt, "nitro": _nuxt, "sveltekit": _sveltekit, "astro": _astro, "remix": _remix,
    "react-router": _react_router, "blitz": _next, "fresh": _fresh,
}  # fmt: skip
