"""Examples of `.env` files: which variables there are, and whose URLs stand in them. A real `.env` is never read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact, within
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.spec import ServiceSpec

FILES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", "sample.env",
         ".env-example", ".env-sample", ".env.production.example", ".env.local.example", ".example.env")  # fmt: skip
LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,100})\s*=\s*(.*)$")
COMMENT = re.compile(r"\s+#.*$")
SCHEME = re.compile(r"^(?:jdbc:)?([a-z0-9]+)(?:\+[a-z0-9_]+)?:(?://|memory)", re.IGNORECASE)
MAX_VARIABLES = 300


def read_dotenv(tree: Tree, service: ServiceSpec) -> Reading:
    """Variables of the first example, and the engines of its URLs."""
    path = next((path for name in FILES if tree.exists(path := within(service.path, name))), None)
    if not path:
        return Reading()
    pairs = [pair for pair, _ in zip(_pairs(tree, path), range(MAX_VARIABLES), strict=False)]
    reads = tuple(EnvRead(name, False, value, quote) for name, value, quote in pairs)
    stores = tuple(
        Store(engine, "example", f"{path} shows a {engine} URL in {name}", quote)
        for name, value, quote in pairs
        if (scheme := SCHEME.match(value)) and (engine := engine_of_word(scheme[1]))
    )
    return Reading(_port(path, pairs), (), stores, reads)


def _port(path: str, pairs: list[tuple[str, str, Quote]]) -> dict[str, Fact]:
    """What PORT is in the example: weaker than any port that the code or a deployment names."""
    for name, value, quote in pairs:
        if name == "PORT" and (port := usable(value)):
            return {"port": fact(port, f"{path} shows it", quote, confidence="fallback")}
    return {}


def _pairs(tree: Tree, path: str) -> Iterator[tuple[str, str, Quote]]:
    for number, line in enumerate(tree.lines(path), start=1):
        if found := LINE.match(line):
            yield found[1], COMMENT.sub("", found[2]).strip().strip("\"'"), tree.quote(path, number)
