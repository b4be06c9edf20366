"""Databases that the code itself configures an ORM for, and the variables that Prisma's schema reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.engines import DATABASES, engine_of_word
from hivemind.infer.facts import EnvRead, Store, within
from hivemind.infer.node.manifest import Manifest
from hivemind.infer.node.source import Source
from hivemind.infer.node.tokens import STRING
from hivemind.infer.tree import Tree

READ = re.compile(r"^[^/]*\benv\(\s*[\"'](\w+)[\"']\s*\)")
PROVIDER = re.compile(r"^\s*provider\s*=\s*[\"'](\w+)[\"']")
SCHEMAS = ("prisma/schema.prisma", "schema.prisma", "prisma/schema/schema.prisma", "src/prisma/schema.prisma",
           "prisma/schema/base.prisma", "db/schema.prisma", "prisma/schema/main.prisma")  # fmt: skip
PRISMA = ("prisma", "@prisma/client")
ORMS = {"typeorm": "type", "@nestjs/typeorm": "type", "sequelize": "dialect", "@nestjs/sequelize": "dialect",
        "sequelize-typescript": "dialect", "knex": "client", "@mikro-orm/core": "type",
        "@keystone-6/core": "provider"}  # fmt: skip
"""ORM → the setting that names its engine."""


def configured(tree: Tree, manifest: Manifest, sources: Sequence[Source]) -> tuple[Store, ...]:
    """The engines that the code names when it sets an ORM up."""
    keys = {key: package for package, key in ORMS.items() if manifest.runs_with(package)}
    return tuple(dict.fromkeys(store for source in sources for store in _set_in(tree, source, keys)))


def _set_in(tree: Tree, source: Source, keys: dict[str, str]) -> Iterator[Store]:
    for key, package in keys.items():
        value = source.defined.get(key)
        token = source.at(value.start) if value else None
        if token and token.kind == STRING and (engine := engine_of_word(token.text)) in DATABASES:
            yield Store(engine, "configured", f"{package} is set up for {engine}", tree.quote(source.path, token.line))


def prisma_schema(tree: Tree, manifest: Manifest) -> str:
    """The path of Prisma's schema; empty when there is none."""
    if not manifest.has(*PRISMA):
        return ""
    said = manifest.text("prisma", "schema")
    known = (within(manifest.folder, name) for name in (said.removeprefix("./"), *SCHEMAS) if name)
    found = next((path for path in known if tree.exists(path)), "")
    return found or next(iter(tree.find("*schema.prisma", manifest.folder)), "")


def prisma_stores(tree: Tree, manifest: Manifest) -> Iterator[Store]:
    """The engine that the schema of another package of the workspace names."""
    path = prisma_schema(tree, manifest)
    for number, line in enumerate(tree.lines(path) if path else (), start=1):
        named = PROVIDER.match(line)
        if named and (engine := engine_of_word(named[1])) in DATABASES:
            yield Store(engine, "configured", f"Prisma's datasource is {engine}", tree.quote(path, number))


def prisma_reads(tree: Tree, manifest: Manifest) -> tuple[EnvRead, ...]:
    """The variables that the schema's `env("X")` reads; Prisma fails without."""
    path = prisma_schema(tree, manifest)
    found = ((number, READ.search(line)) for number, line in enumerate(tree.lines(path) if path else (), start=1))
    return tuple(EnvRead(read[1], True, None, tree.quote(path, number)) for number, read in found if read)
