"""Where the code listens: the argument of `listen`, `serve` and their like, names followed to what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hivemind.infer.node.environment import destructured_reads, reads_in
from hivemind.infer.node.schemas import schema_reads
from hivemind.infer.node.source import Call, Source, Span
from hivemind.infer.node.tokens import NAME, NUMBER, STRING
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote

MAX_STEPS = 4
LISTENERS = frozenset({"listen", "serve", "listenAsync", "server", "Server", "startStandaloneServer"})
BY_OBJECT = frozenset({"server", "Server", "startStandaloneServer"})
"""Made with the port in an object, as in `Hapi.server({ port })`; without one they listen elsewhere or not at all."""
PORT = re.compile(r"^[0-9]{2,5}$")
NAMES = re.compile(r"port$", re.IGNORECASE)


@dataclass(frozen=True)
class Listening:
    """`variable` is what the port is read from, None where the code leaves no choice; `port` what it is without.

    `host` is the address it insists on; empty when it names none.
    """

    port: int | None
    variable: str | None
    quote: Quote
    is_known: bool = True
    host: str = ""


def find_listening(tree: Tree, sources: Sequence[Source]) -> Listening | None:
    """The place that listens on PORT, else the first with a port that needs no root, else the first at all."""
    found = [listening for source in sources for listening in _in(tree, source, sources)]
    return min(found, key=_rank, default=None)


def _rank(listening: Listening) -> tuple[bool, ...]:
    is_low = listening.port is not None and listening.port < 1024
    return not listening.is_known, listening.variable != "PORT", is_low


def _in(tree: Tree, source: Source, sources: Sequence[Source]) -> Iterator[Listening]:
    for call in source.calls:
        span = _port_argument(source, call)
        if span is not None:
            quote = tree.quote(source.path, source.at(call.start).line)
            found = _resolved(tree, source, span, sources, MAX_STEPS) or Listening(None, None, quote, is_known=False)
            yield replace(found, host=_host(source, call))
    yield from _exported(tree, source, sources)


def _port_argument(source: Source, call: Call) -> Span | None:
    """The argument that holds the port, if this call listens."""
    is_static = call.names[:2] == ("express", "static")
    if call.method not in LISTENERS or is_static or call.receiver in ("swaggerUi", "queue", "this.queue"):
        return None
    if call.method == "serve" and call.receiver not in ("", "Bun", "Deno", "this") and "port" not in str(call.names):
        return None
    for argument in call.arguments:
        fields = source.fields(argument)
        if "port" not in fields and "listen" in fields:
            fields = source.fields(fields["listen"])  # as Apollo's standalone server is told
        if "port" in fields:
            return fields["port"]
    if call.method in BY_OBJECT:
        return None
    if call.method == "serve":
        return Span(call.start, call.start)
    return call.arguments[0] if call.arguments else Span(call.start, call.start)


def _host(source: Source, call: Call) -> str:
    """The address in `listen(port, "localhost")` and `listen({ port, host: "localhost" })`."""
    given = [argument for argument in call.arguments[1:2] if source.text(argument)]
    named = (fields.get("host") or fields.get("hostname") for a in call.arguments if (fields := source.fields(a)))
    spans = [*given, *(span for span in named if span)]
    texts = [source.text(span) or source.at(span.start).text for span in spans]
    return texts[0] if texts else ""


def _exported(tree: Tree, source: Source, sources: Sequence[Source]) -> Iterator[Listening]:
    """Bun serves what is exported as `{ port, fetch }`."""
    if not source.names >= {"export", "default", "fetch"}:
        return
    for index in range(len(source.tokens) - 2):
        if source.at(index).text == "export" and source.at(index + 1).text == "default":
            fields = source.fields(Span(index + 2, index + 3))
            if "fetch" in fields:
                quote = tree.quote(source.path, source.at(index).line)
                port = fields.get("port")
                found = _resolved(tree, source, port, sources, MAX_STEPS) if port else None
                yield found or Listening(None, "PORT", quote)


def _resolved(tree: Tree, source: Source, span: Span, sources: Sequence[Source], steps: int) -> Listening | None:
    """What a port's expression stands for; None when that cannot be told."""
    reads = list(reads_in(tree, source, span))
    numbers = [source.at(i) for i in range(span.start, span.end) if PORT.match(source.at(i).text)]
    numbers = [token for token in numbers if token.kind in (NUMBER, STRING) and 80 <= int(token.text) <= 65535]
    if reads:
        read = next((r for r in reads if r.name == "PORT"), reads[0])
        default = read.default if read.default and PORT.match(read.default) else None
        port = int(default) if default else (int(numbers[-1].text) if numbers else None)
        if port is None:
            port = _default_elsewhere(tree, read.name, source, span, sources)
        return Listening(port, read.name, read.quote)
    named = _named(source, span)
    if declared := _declared(tree, named, sources):
        return declared if declared.port or not numbers else replace(declared, port=int(numbers[-1].text))
    for owner, value in _definitions(named, source, sources) if steps else ():
        if found := _resolved(tree, owner, value, sources, steps - 1):
            other = int(numbers[-1].text) if numbers and found.port is None else found.port
            return Listening(other, found.variable, found.quote)
    if numbers:
        token = numbers[-1]
        return Listening(int(token.text), None, tree.quote(source.path, token.line))
    return None


def _declared(tree: Tree, named: Sequence[str], sources: Sequence[Source]) -> Listening | None:
    """`env.PORT` of a schema, or `PORT` taken out of the environment."""
    capitals = {name for name in named if name.isupper()}
    for source in sources if capitals else ():
        for read in (*schema_reads(tree, source), *destructured_reads(tree, source)):
            if read.name in capitals:
                port = int(read.default) if read.default and PORT.match(read.default) else None
                return Listening(port, read.name, read.quote)
    return None


def _default_elsewhere(tree: Tree, name: str, source: Source, span: Span, sources: Sequence[Source]) -> int | None:
    """`const port = process.env.PORT; listen(port || 3000)`, or a schema's default."""
    for named in _named(source, span):
        value = source.defined.get(named)
        if value and value.end - value.start == 1 and PORT.match(source.at(value.start).text):
            return int(source.at(value.start).text)
    return None


def _named(source: Source, span: Span) -> tuple[str, ...]:
    """The names an expression speaks of, those that sound like a port first; `app.get("port")` names `port`."""
    tokens = [source.at(i) for i in range(span.start, min(span.end, span.start + 20))]
    words = [token.text for token in tokens if token.kind in (NAME, STRING) and len(token.text) > 1]
    names = [word.rpartition(".")[2] for word in words]  # Nest's `config.get("app.port")`
    return tuple(sorted(dict.fromkeys(names), key=lambda name: not NAMES.search(name)))


def _definitions(names: Sequence[str], source: Source, sources: Sequence[Source]) -> Iterator[tuple[Source, Span]]:
    """Where the names are given a value: in this file, by `set("port", ..)`, else in another one."""
    for name in names:
        if value := source.defined.get(name):
            yield source, value
        for call in source.calls:
            if call.method == "set" and len(call.arguments) == 2 and source.text(call.arguments[0]) == name:
                yield source, call.arguments[1]
        if NAMES.search(name):
            for other in sources:
                value = other.defined.get(name)
                if other is not source and value:
                    yield other, value
