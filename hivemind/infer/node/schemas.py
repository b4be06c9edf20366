"""Variables that a schema declares: zod, envalid, Joi, valibot, convict and JSON schemas of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.facts import EnvRead
from hivemind.infer.node.source import Source, Span
from hivemind.infer.node.tokens import NAME, NUMBER, STRING
from hivemind.infer.tree import Tree

FIELD = re.compile(r"^[A-Z][A-Z0-9_]{0,60}$")
PACKAGES = ("zod", "envalid", "joi", "valibot", "@t3-oss", "yup", "superstruct", "@sinclair/typebox", "znv", "arktype",
            "@hapi/joi", "@julr/vite-plugin-validate-env", "@adonisjs/core/env", "@adonisjs/env")  # fmt: skip
FORGIVING = frozenset({"optional", "nullish", "default", "catch", "prefault", "devDefault", "_default", "optionalWhen"})
DEFAULTS = frozenset({"default", "devDefault", "catch", "prefault"})


def schema_reads(tree: Tree, source: Source) -> Iterator[EnvRead]:
    """The fields in capitals of a schema, in a file that imports a package made for schemas."""
    module = next((name for name, _ in source.imports if name.startswith(PACKAGES)), None)
    if module is None:
        return
    is_lenient = "joi" in module.lower()
    for index, token in enumerate(source.tokens):
        if token.kind in (NAME, STRING) and FIELD.match(token.text) and source.is_punct(index + 1, ":"):
            span = Span(index + 2, _end(source, index + 2))
            words = {source.at(i).text for i in range(span.start, span.end) if source.at(i).kind in (NAME, STRING)}
            is_call = any(source.is_punct(i, "(") for i in range(span.start, span.end))
            if is_call and "process" not in words:
                is_required = "required" in words if is_lenient else not words & FORGIVING
                default = _default(source, span)
                yield EnvRead(token.text, is_required and default is None, default, tree.quote(source.path, token.line))


def _end(source: Source, start: int) -> int:
    """Where the field ends: at a comma or at the bracket around it; chained calls may go over several lines."""
    index = start
    while index < len(source.tokens):
        if source.is_punct(index, ",", ";", "}", ")"):
            return index
        index = max(source.partner[index], index) + 1
    return index


def _default(source: Source, span: Span) -> str | None:
    for index in range(span.start, span.end):
        if source.at(index).kind == NAME and source.at(index).text in DEFAULTS and source.is_punct(index + 1, "(", ":"):
            value = source.at(index + 2)
            return value.text if value.kind in (STRING, NUMBER) else None
    return None
