"""The migration that the project's tools imply: a script made for releases, else the tool's own command."""

from __future__ import annotations

import re

from hivemind.infer.facts import Fact, fact
from hivemind.infer.node.manifest import Manifest
from hivemind.infer.node.packages import Manager
from hivemind.infer.node.stores import prisma_schema
from hivemind.infer.tree import Tree

SCRIPTS = (
    "migrate:deploy", "db:migrate:deploy", "prisma:migrate:deploy", "prisma:deploy", "db:deploy", "deploy:db",
    "migrate:prod", "migrate:production", "db:migrate:prod", "migration:run:prod", "migrate:latest", "db:migrate",
    "db-migrate", "migrate:up", "migration:run", "migrations:run", "migration:up", "typeorm:migrate", "typeorm:run",
    "knex:migrate", "knex:migrate:latest", "drizzle:migrate", "sequelize:migrate", "db:migrate:up", "migrate",
    "migrations",
)  # fmt: skip
DEVELOPMENT = re.compile(
    r"migrate dev\b|migrate reset|migrate:make|migration:(?:generate|create)|drizzle-kit (?:generate|push)\b"
    r"|\bdb push\b|nodemon|--create-only|migrate save|migrate create|docker"
)


def find_migration(tree: Tree, manifest: Manifest, manager: Manager) -> Fact | None:
    """The command that brings the database up to date; None where nothing keeps migrations."""
    name = next((n for n in SCRIPTS if (line := manifest.scripts.get(n)) and not DEVELOPMENT.search(line)), "")
    implied = _implied(tree, manifest)
    if implied and (not name or "prisma" in str(implied.value)):
        return implied
    if name:
        return fact(manager.run(name), f"the manifest's {name} script", manifest.quote_script(name))
    return None


def _implied(tree: Tree, manifest: Manifest) -> Fact | None:
    folder = manifest.folder
    schema = prisma_schema(tree, manifest)
    if schema:
        place = schema.rpartition("/")[0]
        kept = tree.find("*migrations/*/migration.sql", place or ".")
        return _said("npx prisma migrate deploy", "Prisma keeps migrations here", tree, kept)
    for package, command, patterns in TOOLS:
        if manifest.has(package):
            for pattern in patterns:
                if kept := tree.find(pattern, folder):
                    return _said(command, f"{package} keeps migrations here", tree, kept)
    if manifest.has("@adonisjs/lucid") and (kept := tree.find("database/migrations/*", folder)):
        return _said("node build/ace.js migration:run --force", "Adonis keeps migrations here", tree, kept)
    return None


TOOLS = (
    ("drizzle-kit", "npx drizzle-kit migrate", ("*meta/_journal.json",)),
    ("knex", "npx knex migrate:latest", ("migrations/*", "*/migrations/*.js", "*/migrations/*.ts")),
    ("sequelize-cli", "npx sequelize-cli db:migrate", ("migrations/*.js", "*/migrations/*.js")),
    ("node-pg-migrate", "npx node-pg-migrate up", ("migrations/*",)),
    ("migrate-mongo", "npx migrate-mongo up", ("migrations/*",)),
    ("@mikro-orm/cli", "npx mikro-orm migration:up", ("*migrations/*",)),
)
"""Package, its command, and where its migrations lie."""


def _said(command: str, why: str, tree: Tree, kept: tuple[str, ...]) -> Fact | None:
    return fact(command, why, tree.quote(kept[0])) if kept else None
