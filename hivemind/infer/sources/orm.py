"""Which database an ORM is configured for: the setting that its framework reads, line by line.

Prisma, Drizzle, TypeORM and Knex, Django, Rails, Laravel, Spring, Ecto, Symfony and .NET each have one place for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from hivemind.infer.engines import engine_of_word
from hivemind.infer.facts import Reading, Store, within
from hivemind.infer.places import is_aside
from hivemind.infer.sources.database_yml import read_database_yml
from hivemind.infer.sources.workspace import used_packages
from hivemind.infer.tree import Tree
from hivemind.model.spec import ServiceSpec

QUOTED = r"""["']([\w+:.-]+)"""
VARIABLE = r"(?:\$\{[A-Za-z_.]+:)?"
DJANGO = re.compile(r"""^\s*["']ENGINE["']\s*:.*?\bdb\.backends\.(\w+)""")
PROPERTY = re.compile(
    r"^\s*(?:spring\.(?:datasource\.url|r2dbc\.url|data\.mongodb\.uri)|quarkus\.datasource\.(?:db-kind|jdbc\.url))"
    rf"\s*[=:]\s*{VARIABLE}([a-z0-9]+(?::[a-z0-9]+)?)"
)
YAML_URL = re.compile(
    rf"""^\s*(?:url|uri|db-kind|jdbc-url)\s*:\s*["']?{VARIABLE}((?:jdbc:|r2dbc:)?(?:postgres|mysql|mariadb|mongodb|h2|sqlserver|sqlite|oracle)\w*)"""
)
CONNECTION = re.compile(
    r"""^\s*(?:DB_CONNECTION|DB_DIALECT|DATABASE_CLIENT|DB_CLIENT|DB_ENGINE|DB_TYPE)\s*=\s*["']?([\w.]+)"""
)
DEVELOPERS = re.compile(r"(?:^|[_.-])(?:test|tests|testing|ci|local|dev|develop|development|example)(?:$|[_.-])")
"""In a file's name: settings that the deployed app does not use."""
SETTINGS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("Prisma's datasource", "*schema.prisma", re.compile(rf"^\s*provider\s*=\s*{QUOTED}")),
    ("Drizzle's dialect", "drizzle.config.[tjm]*s", re.compile(rf"^\s*(?:dialect|driver)\s*:\s*{QUOTED}")),
    ("Knex's client", "*knexfile.[tjc]*s", re.compile(rf"^\s*client\s*:\s*{QUOTED}")),
    ("Sequelize's dialect", "*config/config.js*", re.compile(rf"""^\s*["']?dialect["']?\s*:\s*{QUOTED}""")),
    ("Sequelize's dialect", "*config/database.[tj]s", re.compile(rf"^\s*dialect\s*:\s*{QUOTED}")),
    ("TypeORM's type", "ormconfig.[tj]s*", re.compile(rf"""^\s*["']?type["']?\s*:\s*{QUOTED}""")),
    ("TypeORM's type", "*data-source.[tj]s", re.compile(rf"^\s*type\s*:\s*{QUOTED}")),
    ("TypeORM's type", "*app.module.ts", re.compile(rf"^\s*(?:type|dialect)\s*:\s*{QUOTED}")),
    ("Django's DATABASES", "*settings*.py", DJANGO),
    ("the datasource", "src/main/resources/application.properties", PROPERTY),
    ("the datasource", "src/main/resources/application.y*ml", YAML_URL),
    ("Ecto's adapter", "*repo.ex", re.compile(r"^\s*adapter:\s*Ecto\.Adapters\.(\w+)")),
    ("the default connection", ".env.example", CONNECTION),
)
"""Whose setting it is, the file below the service's folder, and the line with the word for the engine."""

MAX_FILES = 8


def read_orm(tree: Tree, service: ServiceSpec) -> Reading:
    """The engines that settings name, each with its line."""
    folders = (service.path, *used_packages(tree, service.path))
    found = {store.engine: store for store in reversed([one for f in folders for one in _settings(tree, f)])}
    rails = read_database_yml(tree, within(service.path, "config/database.yml"))
    return Reading(stores=(*rails, *reversed(found.values())))


def _settings(tree: Tree, folder: str) -> Iterator[Store]:
    for whose, pattern, line in SETTINGS:
        for path in islice(_files(tree, folder, pattern), MAX_FILES):
            for number, text in enumerate(tree.lines(path), start=1):
                if (word := line.match(text)) and (engine := engine_of_word(word[1].rpartition(".")[2])):
                    yield Store(engine, "configured", f"{whose} is {engine}", tree.quote(path, number))


def _files(tree: Tree, folder: str, pattern: str) -> tuple[str, ...]:
    """The files of the pattern that the deployed app reads; a plain name is looked for in its one place."""
    if not any(mark in pattern for mark in "*["):
        path = within(folder, pattern)
        return (path,) if tree.exists(path) else ()
    found = tree.find(pattern, folder)
    below = len(folder) + 1 if folder != "." else 0
    return tuple(p for p in found if not is_aside(p[below:]) and not DEVELOPERS.search(p.rpartition("/")[2].lower()))
