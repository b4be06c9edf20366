"""Databases that settings name: Prisma's provider, Drizzle's dialect, the client of Knex, TypeORM and Sequelize.

Such a setting decides where several drivers are installed, so the other SQL drivers then do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hivemind.infer.facts import Dependency, EnvRead, within
from hivemind.infer.node.manifest import Manifest
from hivemind.infer.node.source import Source
from hivemind.infer.node.tokens import STRING
from hivemind.infer.tree import Tree

ENGINES = {
    "postgresql": "postgres", "postgres": "postgres", "cockroachdb": "postgres", "cockroach": "postgres",
    "pg": "postgres", "better-sqlite3": "sqlite", "sqlite": "sqlite", "sqlite3": "sqlite", "turso": "sqlite",
    "mysql": "mysql", "mysql2": "mysql", "mariadb": "mysql", "mongodb": "mongodb", "sqlserver": "mssql",
    "mssql": "mssql", "oracle": "oracle", "postgres-js": "postgres", "libsql": "sqlite",
}  # fmt: skip
SQL = frozenset({
    "pg", "postgres", "mysql", "mysql2", "mariadb", "sqlite3", "better-sqlite3", "tedious", "mssql", "oracledb",
    "sqlite", "@libsql/client", "pg-promise", "@neondatabase/serverless", "@vercel/postgres", "pg-native", "slonik",
})  # fmt: skip
PROVIDER = re.compile(r"^\s*provider\s*=\s*[\"'](\w+)[\"']")
READ = re.compile(r"^[^/]*\benv\(\s*[\"'](\w+)[\"']\s*\)")
SCHEMAS = ("prisma/schema.prisma", "schema.prisma", "prisma/schema/schema.prisma", "src/prisma/schema.prisma",
           "prisma/schema/base.prisma", "db/schema.prisma", "prisma/schema/main.prisma")  # fmt: skip
KEYS = {"drizzle.config": ("dialect", "driver"), "knexfile": ("client",)}
ORMS = {"typeorm": "type", "sequelize": "dialect", "@nestjs/typeorm": "type", "@nestjs/sequelize": "dialect",
        "knex": "client", "sequelize-typescript": "dialect", "@mikro-orm/core": "type"}  # fmt: skip


def with_engines(
    tree: Tree,
    manifest: Manifest,
    found: Sequence[Dependency],
    code: Sequence[Source],
) -> tuple[Dependency, ...]:
    """The dependencies, those that settings decide against left out, and the settings' own engine added."""
    decided = next(_decided(tree, manifest, code), None)
    if decided is None:
        return tuple(found)
    return (decided, *(one for one in found if one.name not in SQL))


def prisma_schema(tree: Tree, folder: str) -> str:
    """The path of Prisma's schema; empty when there is none."""
    known = (within(folder, name) for name in SCHEMAS)
    found = next((path for path in known if tree.exists(path)), "")
    return found or next((path for path in tree.find("*.prisma", folder)[:5] if _provider(tree, path)), "")


def prisma_reads(tree: Tree, manifest: Manifest) -> tuple[EnvRead, ...]:
    """The variables that the schema's `env("X")` reads; Prisma fails without."""
    if not manifest.has("prisma", "@prisma/client"):
        return ()
    path = prisma_schema(tree, manifest.folder)
    found = ((number, READ.search(line)) for number, line in enumerate(tree.lines(path) if path else (), start=1))
    return tuple(EnvRead(read[1], True, None, tree.quote(path, number)) for number, read in found if read)


def _decided(tree: Tree, manifest: Manifest, code: Sequence[Source]) -> Iterator[Dependency]:
    has_prisma = manifest.has("prisma", "@prisma/client")
    if has_prisma and (provided := _provider(tree, prisma_schema(tree, manifest.folder))):
        yield provided
    for stem, keys in KEYS.items():
        for ending in (".ts", ".js", ".mjs", ".cjs", ".mts"):
            path = within(manifest.folder, stem + ending)
            yield from _named(tree, path, keys)
    for package, key in ORMS.items():
        if manifest.runs_with(package):
            yield from _set_in_code(tree, package, key, code)


def _provider(tree: Tree, path: str) -> Dependency | None:
    """The provider of the datasource block."""
    is_inside = False
    for number, line in enumerate(tree.lines(path) if path else (), start=1):
        is_inside = line.strip().startswith("datasource") or (is_inside and not line.startswith("}"))
        found = PROVIDER.match(line) if is_inside else None
        if found and found[1] in ENGINES:
            return Dependency("prisma", frozenset({ENGINES[found[1]]}), tree.quote(path, number))
    return None


def _named(tree: Tree, path: str, keys: Sequence[str]) -> Iterator[Dependency]:
    """The engine that a settings file names; of several environments the one for production."""
    pattern = re.compile(rf"\b(?:{'|'.join(keys)})\s*:\s*[\"'`]([\w-]+)[\"'`]")
    found = [
        Dependency(path.rpartition("/")[2], frozenset({ENGINES[said[1]]}), tree.quote(path, number))
        for number, line in enumerate(tree.lines(path), start=1)
        if not line.lstrip().startswith(("//", "*")) and (said := pattern.search(line)) and said[1] in ENGINES
    ]
    yield from found[-1:]


def _set_in_code(tree: Tree, package: str, key: str, code: Sequence[Source]) -> Iterator[Dependency]:
    for source in code:
        value = source.defined.get(key)
        token = source.at(value.start) if value else None
        if token and token.kind == STRING and token.text in ENGINES:
            yield Dependency(package, frozenset({ENGINES[token.text]}), tree.quote(source.path, token.line))
