"""Which variables the code reads, and what it does without them: `process.env.X ?? "y"`, `Bun.env`, `Deno.env.get`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from hivemind.infer.facts import EnvRead, Url
from hivemind.infer.node.schemas import schema_reads
from hivemind.infer.node.source import Call, Source, Span
from hivemind.infer.node.tokens import NAME, NUMBER, PUNCT, STRING, TEMPLATE
from hivemind.infer.tree import Tree

MAX_FOUND = 2000
VARIABLE = re.compile(r"^[A-Z_][A-Z0-9_]*$")
ANY_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,80}$")
SCHEME = re.compile(r"^(postgres(?:ql)?|mysql|mariadb|sqlite|mongodb|redis|rediss|memcached)(?:\+\w+)?:")
OBJECTS = (("process", "env"), ("Bun", "env"), ("import", "meta", "env"))
GETTERS = {
    "Deno.env.get": False, "Bun.env.get": False, "env": False, "Env.get": False, "env.get": False, "getEnv": False,
    "getEnvVar": False, "getEnvVariable": False, "requireEnv": True, "requiredEnv": True, "mustGetEnv": True,
    "getRequiredEnv": True, "requireEnvVar": True, "getEnvOrThrow": True, "getOsEnv": True, "getOsEnvOptional": False,
    "assertEnv": True, "ensureEnv": True,
}  # fmt: skip
"""Functions that read a variable named by a string → whether they always insist on it."""
READERS = frozenset({getter.partition(".")[0] for getter in GETTERS} | {"config", "configService", "process"})
SERVICES = frozenset({"get", "getOrThrow"})
"""What Nest's ConfigService is asked by."""
LENIENT = re.compile(
    r"^(NODE_ENV|LOG_LEVEL|DEBUG|CI|VERCEL.*|NEXT_RUNTIME|npm_.*|RAILWAY_.*|RENDER.*|FLY_.*|HEROKU_.*"
    r"|DYNO|ANALYZE|WEB_CONCURRENCY|NO_COLOR|PROD|DEV|MODE|SSR|BASE_URL|NEXT_PUBLIC_.*|VITE_.*|TEST_.*|.*_TEST)$"
)
"""Variables that code looks at, and does without."""
NEEDED = re.compile(r"SECRET|PASSWORD|TOKEN|API_?KEY|PRIVATE_KEY|DSN$|_UR[IL]$")
"""What a program cannot work without, by its name, where the code does not say."""
MAX_BACK = 800
TESTS = frozenset({"===", "!==", "==", "!=", "&&", "in"})
FALLBACKS = frozenset({"||", "??"})
CONVERTERS = frozenset({"Number", "parseInt", "parseFloat", "String", "normalizePort", "BigInt"})
WRITES = frozenset({"=", "??=", "||=", "&&="})


def environment_reads(tree: Tree, sources: Sequence[Source]) -> tuple[EnvRead, ...]:
    """The reads of variables with a literal name."""
    found = (read for source in sources for read in (*reads_in(tree, source), *schema_reads(tree, source)))
    return tuple(islice(found, MAX_FOUND))


def written_urls(tree: Tree, sources: Sequence[Source]) -> tuple[Url, ...]:
    """Database and cache URLs that stand in the code as text."""
    found = (
        Url(scheme[1], tree.quote(source.path, token.line))
        for source in sources
        for token in source.tokens
        if token.kind in (STRING, TEMPLATE) and (scheme := SCHEME.match(token.text))
    )
    return tuple(islice(found, MAX_FOUND))


def reads_in(tree: Tree, source: Source, span: Span | None = None) -> Iterator[EnvRead]:
    """The reads in a file, or in a part of it."""
    inside = span or Span(0, len(source.tokens))
    aliases = _aliases(source)
    begins = {path[0] for path in OBJECTS} | aliases
    if source.names.isdisjoint(begins | READERS):
        return
    for index in range(inside.start, min(inside.end, len(source.tokens))):
        if source.tokens[index].text not in begins:
            continue
        name, after = _member(source, index, aliases)
        if name and (ANY_VARIABLE if source.at(index).text in ("process", "Bun") else VARIABLE).match(name):
            yield _judged(tree, source, name, Span(index, after))
    for call in source.calls:
        if inside.start <= call.start < inside.end:
            yield from _called(tree, source, call)
    if span is None:
        yield from destructured_reads(tree, source)


def _aliases(source: Source) -> frozenset[str]:
    """Names that stand for the whole environment: `import { env } from "process"`, `const { env } = process`."""
    modules = ("process", "node:process", "$env/dynamic/private", "$env/dynamic/public", "bun")
    found = {name for name, module in source.imported_names.items() if name == "env" and module in modules}
    for name in ("env", "ENV", "processEnv"):
        value = source.defined.get(name)
        if value and [token.text for token in source.tokens[value.start : value.end]] == ["process", ".", "env"]:
            found.add(name)
    return frozenset(found)


def _member(source: Source, index: int, aliases: frozenset[str]) -> tuple[str, int]:
    """The variable that a member expression beginning here reads, and where it ends."""
    token = source.at(index)
    if token.kind != NAME or source.is_punct(index - 1, ".", "?."):
        return "", index
    place = index + 1
    path = next((p for p in OBJECTS if p[0] == token.text and _names(source, index)[: len(p)] == p), None)
    if path:
        place = index + 2 * len(path) - 1
    elif token.text not in aliases:
        return "", index
    if source.is_punct(place, ".", "?.") and source.at(place + 1).kind == NAME:
        return source.at(place + 1).text, place + 2
    if source.is_punct(place, "[") and source.at(place + 1).kind == STRING and source.is_punct(place + 2, "]"):
        return source.at(place + 1).text, place + 3
    return "", index


def _names(source: Source, index: int) -> tuple[str, ...]:
    """The first names of the member expression that begins here."""
    found = [source.at(index).text]
    while len(found) < 3 and source.is_punct(index + 1, ".", "?."):
        index += 2
        found.append(source.at(index).text)
    return tuple(found)


def _called(tree: Tree, source: Source, call: Call) -> Iterator[EnvRead]:
    """`Deno.env.get("X")`, `requireEnv("X")`, `env.int("X", 1)`, `config.get<string>("X")`."""
    name = source.text(call.arguments[0]) if call.arguments else None
    if not name or not VARIABLE.match(name):
        return
    full = ".".join(call.names)
    receiver = call.names[-2].lower() if len(call.names) > 1 else ""
    is_service = call.method in SERVICES and receiver in ("configservice", "config")
    is_typed = (
        call.names[0] in ("env", "Env") and len(call.names) == 2 and call.method in ("int", "bool", "array", "json")
    )
    if full not in GETTERS and not is_service and not is_typed:
        return
    opening = call.start + 2 * len(call.names) - 1
    close = next((i for i in range(opening, opening + 40) if source.is_punct(i, "(")), opening)
    read = _judged(tree, source, name, Span(call.start, source.partner[close] + 1))
    if call.method == "getOrThrow" or GETTERS.get(full):
        read = EnvRead(name, True, None, read.quote)
    elif len(call.arguments) > 1 and not source.fields(call.arguments[1]):
        read = EnvRead(name, False, literal(source, call.arguments[1]), read.quote)
    yield read


def destructured_reads(tree: Tree, source: Source) -> Iterator[EnvRead]:
    """`const { A, B = "x" } = process.env`, and what is imported from `$env/static/private`."""
    insisted: frozenset[str] | None = None
    for index, token in enumerate(source.tokens):
        if token.text != "=" and token.kind != STRING:
            continue
        is_environment = source.is_punct(index, "=") and _names(source, index + 1)[:2] == ("process", "env")
        is_static = source.at(index).kind == STRING and source.at(index).text.startswith("$env/static/")
        close = index - 2 if is_static else index - 1
        if not (is_environment or is_static) or not source.is_punct(close, "}"):
            continue
        if is_environment and source.is_punct(index + 4, ".", "["):
            continue
        insisted = _insisted(source) if insisted is None else insisted
        for part in source.parts(source.partner[close], close):
            name = source.at(part.start)
            if name.kind == NAME and VARIABLE.match(name.text):
                default = next((i for i in range(part.start, part.end) if source.is_punct(i, "=")), part.end)
                value = literal(source, Span(default + 1, part.end))
                is_required = default == part.end and not LENIENT.match(name.text)
                is_required = is_required and (name.text in insisted or bool(NEEDED.search(name.text)))
                yield EnvRead(name.text, is_required, value, tree.quote(source.path, name.line))


def _insisted(source: Source) -> frozenset[str]:
    """The names without which the code ends: `if (!SECRET) throw ..`."""
    negated = (i for i in range(1, len(source.tokens)) if source.tokens[i].kind == NAME and source.is_punct(i - 1, "!"))
    return frozenset(source.tokens[i].text for i in negated if _is_insisted_on(source, i + 1))


def _is_conditional(source: Source, name: str, start: int) -> bool:
    """Whether the read stands in a block that another variable switches on: `if (process.env.USE_X) { .. }`."""
    index = start - 1
    for _ in range(MAX_BACK):
        if index < 1:
            return False
        if source.is_punct(index, "{") and source.is_punct(index - 1, ")"):
            opening = source.partner[index - 1]
            words = {source.at(place).text for place in range(opening, index)}
            if source.at(opening - 1).text == "if" and "env" in words and name not in words:
                return not source.is_punct(opening + 1, "!") and any(word.isupper() for word in words - {"NODE_ENV"})
        index = source.partner[index] if source.is_punct(index, "}", ")", "]") else index
        index -= 1
    return False


def _judged(tree: Tree, source: Source, name: str, span: Span) -> EnvRead:
    """The read with what follows it: a fallback, a test, an assignment, or nothing, so that it is needed."""
    quote = tree.quote(source.path, source.at(span.start).line)
    after = span.end + source.is_punct(span.end, "!")
    if source.is_punct(after, *WRITES):
        return EnvRead(name, False, None, quote)
    if source.is_punct(after, "?."):
        return EnvRead(name, False, None, quote)
    if source.is_punct(span.start - 1, "!"):
        return EnvRead(name, _is_insisted_on(source, after), None, quote)
    after = _outside_of_calls(source, span.start, after)
    if source.is_punct(after, *FALLBACKS):
        return EnvRead(name, False, literal(source, Span(after + 1, source.end_of_value(after + 1))), quote)
    if source.is_punct(after, "?"):
        colon = next((i for i in range(after + 1, after + 30) if source.is_punct(i, ":")), after)
        return EnvRead(name, False, literal(source, Span(colon + 1, source.end_of_value(colon + 1))), quote)
    is_optional = _is_tested(source, span, after) or LENIENT.match(name) or _is_conditional(source, name, span.start)
    return EnvRead(name, not is_optional, None, quote)


def _outside_of_calls(source: Source, start: int, after: int) -> int:
    """Behind `Number(..)`, `parseInt(.., 10)` and bare brackets around the read."""
    for _ in range(3):
        close = _closing(source, after)
        opening = source.partner[close] if close >= 0 else -1
        before = source.at(opening - 1)
        is_bare = before.kind == PUNCT and opening == start - 1
        if opening < 0 or not (is_bare or before.text in CONVERTERS):
            return after
        start, after = (opening if is_bare else opening - 1), close + 1
    return after


def _closing(source: Source, place: int) -> int:
    """The bracket that closes right here, or after a radix or a type; -1 without one."""
    if source.is_punct(place, ",") or source.at(place).text == "as":
        place += 2
    return place if source.is_punct(place, ")") else -1


def _is_tested(source: Source, span: Span, after: int) -> bool:
    """Whether the code only looks whether it is there."""
    before = source.at(span.start - 1)
    if source.is_punct(after, *TESTS) or (before.kind == PUNCT and before.text in TESTS | FALLBACKS):
        return True
    opening = source.partner[after] if source.is_punct(after, ")") else -1
    keyword = source.at(opening - 1) if opening >= 0 else before
    return keyword.kind == NAME and keyword.text in ("if", "Boolean", "typeof", "delete", "while")


def _is_insisted_on(source: Source, after: int) -> bool:
    """`if (!process.env.X) throw ..`: whether missing means the end."""
    words = {source.at(place).text for place in range(after, after + 16)}
    return bool(words & {"throw", "exit", "abort"})


def literal(source: Source, span: Span) -> str | None:
    """The text or number that a span begins with, through a call such as `Number("3000")`."""
    for index in range(span.start, min(span.end, span.start + 4)):
        token = source.at(index)
        if token.kind in (STRING, NUMBER) or (token.kind == TEMPLATE and not token.text.endswith("${")):
            return token.text
    return source.text(span)
