"""The routes of Nest's controllers: `@Controller("health")` with `@Get()`, under `setGlobalPrefix("api")`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hivemind.infer.facts import Route
from hivemind.infer.node.source import Call, Source
from hivemind.infer.tree import Tree

CONTROLLERS = frozenset({"@Controller"})
PARAMETERS = set(":*{}()<> ?#")


def nest_routes(tree: Tree, sources: Sequence[Source]) -> Iterator[Route]:
    """Every GET route of every controller."""
    prefix, spared, version = _global(sources)
    for source in sources:
        controllers, own = tuple[str, ...](), version
        for call in source.calls:
            if call.method in CONTROLLERS:
                controllers, own = _paths(source, call), _version(source, call, version)
            elif call.method == "@Get" and controllers:
                for path in (_joined(base, below) for base in controllers for below in _paths(source, call)):
                    whole = path if path.strip("/") in spared else _joined(prefix, own or "", path)
                    if not set(path) & PARAMETERS:
                        yield Route(whole, tree.quote(source.path, call.line))


def _version(source: Source, call: Call, default: str | None) -> str | None:
    """What the controller's URLs begin with: its own version, none where it is neutral, else the default."""
    value = source.fields(call.arguments[0]).get("version") if call.arguments and default is not None else None
    if value is None:
        return default
    text = source.text(value)
    return f"v{text}" if text else ""


def _global(sources: Sequence[Source]) -> tuple[str, frozenset[str], str | None]:
    """The prefix of all routes, those spared it, and the version URLs begin with; None where they have none."""
    prefix, spared, version = "", frozenset[str](), None
    for source in sources:
        for call in source.calls:
            if call.method == "setGlobalPrefix" and call.arguments:
                prefix = source.text(call.arguments[0]) or _fallback(source, call)
                words = (source.at(i) for argument in call.arguments[1:] for i in range(argument.start, argument.end))
                spared = frozenset(token.text.strip("/") for token in words if token.kind == "string")
            elif call.method == "enableVersioning" and call.arguments:
                value = source.fields(call.arguments[0]).get("defaultVersion")
                text = source.text(value) if value else None
                version = f"v{text}" if text else ""
    return prefix, spared, version


def _fallback(source: Source, call: Call) -> str:
    """The literal in `setGlobalPrefix(config.get("PREFIX") || "api")`."""
    span = call.arguments[0]
    texts = [source.at(i).text for i in range(span.start, span.end) if source.at(i).kind == "string"]
    return texts[-1] if texts and not texts[-1].isupper() else ""


def _paths(source: Source, call: Call) -> tuple[str, ...]:
    """What a decorator names: nothing, one path, a list, or an object with a path."""
    if not call.arguments:
        return ("",)
    argument = call.arguments[0]
    value = source.fields(argument).get("path", argument)
    if source.is_punct(value.start, "["):
        texts = [source.text(part) for part in source.parts(value.start, source.partner[value.start])]
        return tuple(text for text in texts if text is not None)
    text = source.text(value)
    return (text,) if text is not None else ()


def _joined(*parts: str) -> str:
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))
