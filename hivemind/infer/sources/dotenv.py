"""Examples of `.env` files: which variables there are, and whose URLs stand in them. A real `.env` is never read."""

from __future__ import annotations

import re

from hivemind.infer.dotenv import settings
from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import EnvRead, Fact, Reading, Store, fact, within
from hivemind.infer.sources.ports import usable
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.spec import ServiceSpec

FILES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", "sample.env",
         ".env-example", ".env-sample", ".env.production.example", ".env.local.example", ".example.env")  # fmt: skip
SCHEME = re.compile(r"^(?:jdbc:)?([a-z0-9]+)(?:\+[a-z0-9_]+)?:(?://|memory)", re.IGNORECASE)
MAX_VARIABLES = 300


def read_dotenv(tree: Tree, service: ServiceSpec) -> Reading:
    """Variables of the first example, and the engines of its URLs."""
    path = next((path for name in FILES if tree.exists(path := within(service.path, name))), None)
    if not path:
        return Reading()
    known = [(name, one.value, one.quote) for name, one in settings(tree, path).items()][:MAX_VARIABLES]
    reads = tuple(EnvRead(name, False, value, quote) for name, value, quote in known)
    stores = tuple(
        Store(engine, "example", f"{path} shows a {engine} URL in {name}", quote)
        for name, value, quote in known
        if (scheme := SCHEME.match(value)) and (engine := engine_of_word(scheme[1]))
    )
    return Reading(_port(path, known), (), stores, reads)


def _port(path: str, known: list[tuple[str, str, Quote]]) -> dict[str, Fact]:
    """What PORT is in the example: weaker than any port that the code or a deployment names."""
    for name, value, quote in known:
        if name == "PORT" and (port := usable(value)):
            return {"port": fact(port, f"{path} shows it", quote, confidence="fallback")}
    return {}
