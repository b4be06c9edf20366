"""The GET routes that the code serves: express, fastify, koa-router, hono, hapi and Nest, prefixes included.

A router's prefix is known by the name it is mounted under: `app.use("/api", users)` in one file and the `router.get`
calls of the file that `users` was imported from belong together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from hivemind.infer.facts import Route
from hivemind.infer.node.nest import nest_routes
from hivemind.infer.node.pages import first_pages
from hivemind.infer.node.project import Project
from hivemind.infer.node.source import Call, Source, Span
from hivemind.infer.node.tokens import NAME, STRING
from hivemind.infer.tree import Tree

MAX_ROUTES = 2000
MAX_NESTING = 6
VERBS = frozenset({"get", "all", "head"})
MOUNTS = frozenset({"use", "register", "route", "basePath"})
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ASKING = frozenset({"url", "URL", "pathname", "method", "handle", "handler", "parse", "route", "upgrade", "on"})
"""Words of a function that looks at what it is asked, or leaves the answer to another."""
AUTOLOAD = ("@fastify/autoload", "fastify-autoload")
NO_RECEIVER = frozenset({
    "config", "axios", "http", "https", "request", "fetch", "client", "api.client", "$", "cache", "redis", "map",
    "headers", "req", "res", "params", "searchParams", "cookies", "session", "localStorage", "store", "process.env",
    "configService", "this.configService", "reflector", "moduleRef", "superagent", "agent", "supertest", "nock", "ky",
    "got", "instance", "this.client", "this.http", "axiosInstance", "i18n", "_", "c.req", "ctx", "_.get",
})  # fmt: skip
"""What has a `get` that serves nothing."""

Prefixes = Mapping[tuple[str, str], str]
"""File and local name of a router (`*` for whatever the file exports) → where it is mounted."""


def find_routes(tree: Tree, project: Project, sources: Sequence[Source]) -> tuple[Route, ...]:
    """The routes without parameters that answer GET."""
    found = (*nest_routes(tree, sources), *_routes(tree, project, sources), *first_pages(tree, project, sources))
    return tuple(islice(found, MAX_ROUTES))


def _routes(tree: Tree, project: Project, sources: Sequence[Source]) -> Iterator[Route]:
    prefixes = _prefixes(project, sources)
    for source in sources:
        mounted = prefixes.get((source.path, "*"), "")
        for compared, line in (*_compared_routes(source), *_answering_all(source)):
            yield Route(compared, tree.quote(source.path, line))
        for described, line in _described_routes(source):
            if is_plain(mounted + described):
                yield Route(joined(mounted, described), tree.quote(source.path, line))
        for call in source.calls:
            path = _path(source, call)
            if path is not None:
                prefix = _prefix_of(source, call, prefixes)
                if is_plain(prefix + path):
                    yield Route(joined(prefix, path), tree.quote(source.path, source.at(call.start).line))


def is_plain(path: str) -> bool:
    """Whether a path can be asked for as it is written."""
    return path.isprintable() and not set(path) & set(":*{}()<> ?#[]$+|\\")


def joined(prefix: str, path: str) -> str:
    """Prefix and path with one slash between them."""
    return "/" + "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))


def _path(source: Source, call: Call) -> str | None:
    """The path of `app.get("/p", ..)`, `app.route("/p").get(..)`, `server.route({method: "GET", path: "/p"})`."""
    if len(call.names) < 2 or call.receiver in NO_RECEIVER:
        return None
    first = source.text(call.arguments[0]) if call.arguments else None
    if call.method in VERBS and first is not None and len(call.arguments) > 1:
        return first if first.startswith("/") or first in ("", "*") else None
    if call.method in VERBS and call.names[-2] == "()":
        return _chained_path(source, call)
    if call.method in ("use", "on") and first is not None and len(call.arguments) > 1 and first.startswith("/"):
        return first if _is_handler(source, call.arguments[-1]) else None
    return None


def _chained_path(source: Source, call: Call) -> str | None:
    """`router.route("/p").get(..)`: the path given to the call before."""
    for other in source.calls:
        if other.start == call.start and other.method == "route" and other.arguments:
            return source.text(other.arguments[0])
    return None


def _is_handler(source: Source, span: Span) -> bool:
    """Whether an argument is a function written in place, which answers by itself."""
    words = {(source.at(i).text) for i in range(span.start, min(span.start + 12, span.end))}
    sends = {source.at(i).text for i in range(span.start, min(span.end, span.start + 60))}
    return (
        bool(words & {"=>", "function"}) and bool(sends & {"send", "json", "end", "sendStatus"}) and "next" not in words
    )


def _compared_routes(source: Source) -> Iterator[tuple[str, int]]:
    """Path and line of every address that a server without a framework compares: `if (req.url === "/healthz")`."""
    if not source.names & {"createServer", "serve"}:
        return
    for index, token in enumerate(source.tokens):
        is_compared = source.is_punct(index - 1, "===", "==") and source.at(index - 2).text in ("url", "pathname")
        near = {source.at(other).text for other in range(index - 10, index + 8)}
        is_path = token.kind == STRING and token.text.startswith("/") and is_plain(token.text)
        if is_path and is_compared and not near & WRITING:
            yield token.text, token.line


def _answering_all(source: Source) -> Iterator[tuple[str, int]]:
    """`/` of a server whose one function answers whatever it is asked: `serve(() => new Response("hello"))`."""
    for call in source.calls:
        for argument in call.arguments if call.method in ("createServer", "serve") else ():
            words = {source.at(index).text for index in range(argument.start, argument.end)}
            if words & {"=>", "function"} and words & {"Response", "end"} and not words & ASKING:
                yield "/", call.line


def _described_routes(source: Source) -> Iterator[tuple[str, int]]:
    """Path and line of every route that is an object, alone, in a list or exported, as hapi and Fastify have them."""
    for index, token in enumerate(source.tokens):
        if (
            token.text == "{"
            and source.at(index + 1).text in ("method", "path", "url")
            and source.is_punct(index + 2, ":")
        ):
            path = _described(source, Span(index, source.partner[index] + 1))
            if path is not None and path.startswith("/"):
                yield path, token.line


def _described(source: Source, span: Span) -> str | None:
    """The path of a route given as an object; hapi says `path`, fastify `url`."""
    fields = source.fields(span)
    if "handler" not in fields and "options" not in fields:
        return None
    where = fields.get("path") or fields.get("url")
    method = fields.get("method")
    methods = {source.at(i).text.upper() for i in range(method.start, method.end)} if method else {"GET"}
    return source.text(where) if where and methods & {"GET", "*"} else None


def _prefixes(project: Project, sources: Sequence[Source]) -> Prefixes:
    """Where every router is mounted; one that is mounted on another has both prefixes."""
    mounts = [mount for source in sources for mount in _mounts(project, source)]
    found = dict(_autoloaded(project, sources))
    for source in sources:
        found.update(_made_with_prefix(source))
    own = dict(found)
    for _ in range(MAX_NESTING):
        before = dict(found)
        for file, receiver, target, name, prefix in mounts:
            base = before.get((file, receiver), before.get((file, "*"), ""))
            found[target, name] = joined(
                base, joined(prefix, own.get((target, name), "")) if prefix else own.get((target, name), "")
            ).rstrip("/")
        if found == before:
            break
    return found


def _autoloaded(project: Project, sources: Sequence[Source]) -> Iterator[tuple[tuple[str, str], str]]:
    """Fastify's autoload mounts every file of `routes` under the folders that lead to it."""
    if not any(name in AUTOLOAD for source in sources for name, _ in source.imports):
        return
    for source in sources:
        below = source.path.removeprefix(f"{project.folder}/").removeprefix("src/")
        if below.startswith("routes/"):
            yield (source.path, "*"), below.removeprefix("routes").rpartition("/")[0]


def _mounts(project: Project, source: Source) -> Iterator[tuple[str, str, str, str, str]]:
    """File, receiver, the file and name of the router, and the prefix of every `app.use("/api", router)`."""
    for call in source.calls:
        if len(call.names) < 2 or call.method not in MOUNTS or not call.arguments:
            continue
        first = source.text(call.arguments[0])
        is_prefixed = first is not None and first.startswith("/")
        prefix = first if is_prefixed and first is not None else _option(source, call, "prefix")
        for argument in call.arguments[1 if is_prefixed else 0 :]:
            for name, module in _named(source, argument):
                target = project.target(source.path, module) if module else source.path
                if target:
                    yield source.path, call.names[0], target, ("*" if module else name), prefix


def _named(source: Source, span: Span) -> Iterator[tuple[str, str]]:
    """The router an argument names, and the module it comes from; the module is empty for one of this file."""
    for index in range(span.start, min(span.end, span.start + 8)):
        token = source.at(index)
        if token.kind == STRING and source.at(index - 2).text in ("require", "import"):
            yield token.text, token.text
            return
        if token.kind == NAME and not source.is_punct(index - 1, ".", "?."):
            module = source.imported_names.get(token.text, "")
            value = source.defined.get(token.text)
            if module or value:
                yield token.text, module
                return


def _option(source: Source, call: Call, name: str) -> str:
    for argument in call.arguments[1:]:
        value = source.fields(argument).get(name)
        if value and (text := source.text(value)):
            return text
    return ""


def _made_with_prefix(source: Source) -> Iterator[tuple[tuple[str, str], str]]:
    """`new Router({ prefix: "/api" })`, `new Hono().basePath("/api")`, `new Elysia({ prefix: "/api" })`."""
    for call in source.calls:
        is_router = call.method in ("Router", "KoaRouter", "Elysia") or call.method == "basePath"
        argument = call.arguments[0] if is_router and call.arguments else None
        if argument is None:
            continue
        value = source.fields(argument).get("prefix", argument)
        prefix = source.text(value)
        assigned = next((i for i in range(call.start, max(call.start - 8, 0), -1) if source.is_punct(i, "=")), 0)
        name = source.at(assigned - 1)
        if prefix and prefix.startswith("/") and name.kind == NAME:
            yield (source.path, name.text), prefix
    for call in source.calls:
        if call.method == "prefix" and len(call.names) == 2 and call.arguments:
            yield (source.path, call.names[0]), source.text(call.arguments[0]) or ""


def _prefix_of(source: Source, call: Call, prefixes: Prefixes) -> str:
    own = prefixes.get((source.path, call.names[0]))
    return own if own is not None else prefixes.get((source.path, "*"), "")
