"""Whether `/` is served without a route of its own: by files, or by a route that takes every path."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import Route, within
from hivemind.infer.node.project import Project
from hivemind.infer.node.source import Call, Source
from hivemind.infer.node.tokens import STRING, TEMPLATE
from hivemind.infer.tree import Tree

STATIC = frozenset({"static", "serveStatic", "koaStatic", "ServeStaticModule", "serve", "forRoot"})
EVERYTHING = frozenset({"*", "/*", "(.*)", "/(.*)", "/*splat", "/{*splat}", "*splat", "/*path", "*path", "/:path*"})
BUILT = ("build", "dist", "out", "www")
PLACES = ("", "server", "src", "src/server")


def first_pages(tree: Tree, project: Project, sources: Sequence[Source]) -> Iterator[Route]:
    """`/` for every place that answers it."""
    for source in sources:
        for call in source.calls:
            if _takes_everything(source, call) or (call.method in STATIC and _has_page(tree, project, source, call)):
                yield Route("/", tree.quote(source.path, source.at(call.start).line))


def served_packages(tree: Tree, project: Project, sources: Sequence[Source]) -> tuple[str, ...]:
    """The folders beside the code whose build the code gives out: `express.static("../client/build")`."""
    found: dict[str, None] = {}
    for source in sources:
        for call in source.calls:
            texts = _texts(source, call) if call.method in STATIC else []
            joined = posixpath.normpath("/".join(texts[-3:])) if texts else ""
            package, _, last = joined.rpartition("/")
            if last in BUILT and package:
                for base in dict.fromkeys((posixpath.dirname(source.path), project.folder)):
                    folder = posixpath.normpath(posixpath.join(base, package))
                    if folder != project.folder and tree.exists(f"{folder}/package.json"):
                        found[folder] = None
    return tuple(found)


def _texts(source: Source, call: Call) -> list[str]:
    """The strings among a call's arguments."""
    spans = [(argument.start, argument.end) for argument in call.arguments]
    tokens = [source.at(index) for start, end in spans for index in range(start, min(end, start + 40))]
    return [token.text.strip("/") for token in tokens if token.kind in (STRING, TEMPLATE)]


def _takes_everything(source: Source, call: Call) -> bool:
    """`app.get("*", ..)`."""
    if call.method not in ("get", "all") or len(call.arguments) < 2 or len(call.names) < 2:
        return False
    return source.text(call.arguments[0]) in EVERYTHING


def _has_page(tree: Tree, project: Project, source: Source, call: Call) -> bool:
    """Whether the folder that is given out holds a first page, or will after the build."""
    texts = _texts(source, call)
    if not texts:
        argument = call.arguments[0] if call.arguments else None
        is_own = argument is not None and source.at(argument.start).text == "__dirname"
        return is_own and tree.exists(posixpath.join(posixpath.dirname(source.path), "index.html"))
    if texts[-1].rpartition("/")[2] in BUILT:
        return True
    joined = "/".join(texts[-3:])
    here = posixpath.dirname(source.path)
    bases = (here, *(within(project.folder, place) if place else project.folder for place in PLACES))
    stems = (posixpath.normpath(posixpath.join(base, text)) for base in bases for text in (joined, texts[-1]))
    return any(tree.exists(f"{stem}/index.html".removeprefix("./")) for stem in stems)
