"""What Django's settings say, read as syntax: the module itself before those it imports with a star."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hivemind.infer.facts import Store
from hivemind.infer.python.constants import text_of
from hivemind.infer.python.project import Project
from hivemind.infer.python.syntax import Module, literal

ENGINES = re.compile(
    r"(postgis|postgresql|postgres|psqlextra|mysql|sqlite3|sqlite|spatialite|oracle|mssql|djongo|mongodb)"
)
NAMES = {
    "postgis": "postgres", "postgresql": "postgres", "psqlextra": "postgres", "sqlite3": "sqlite",
    "spatialite": "sqlite", "djongo": "mongodb",
}  # fmt: skip
URL_READERS = frozenset({"db", "db_url", "dj_db_url", "database_url"})
"""Methods of django-environ and environs that read a database's URL."""
MAX_STARS = 20


@dataclass(frozen=True)
class Settings:
    """The modules that settings consist of, the one that is named first."""

    project: Project
    name: str
    modules: tuple[Module, ...]

    @classmethod
    def of(cls, project: Project, root: str, name: str) -> Settings | None:
        """The settings of that dotted name; None when it cannot be read."""
        found: dict[str, Module] = {}
        queue = [name]
        while queue and len(found) < MAX_STARS:
            path = project.file_of(queue.pop(0), root)
            module = project.load(path, root) if path and path not in found else None
            if module and path:
                found[path] = module
                queue += [star for star in module.stars if star]
        return cls(project, name, tuple(found.values())) if found else None

    def values(self, name: str) -> Iterator[tuple[Module, ast.expr]]:
        """What is assigned to a setting, the last assignment of the strongest module first."""
        for module in self.modules:
            assigned = [a.value for a in module.all(ast.Assign) if any(_names(t) == name for t in a.targets)]
            yield from ((module, value) for value in reversed(assigned))

    def text(self, name: str) -> str | None:
        """A setting that is text."""
        return next(
            (text for module, value in self.values(name) if (text := text_of(value, module, self.modules))), None
        )

    def has(self, name: str) -> bool:
        """Whether a setting is assigned at all."""
        return next(self.values(name), None) is not None

    def mentions(self, text: str) -> bool:
        """Whether a literal of the settings begins so: an app, a middleware, a backend."""
        constants = (node.value for module in self.modules for node in module.all(ast.Constant))
        return any(isinstance(value, str) and value.startswith(text) for value in constants)

    def stores(self) -> tuple[Store, ...]:
        """The engines that DATABASES is configured for; those of weaker modules only where a stronger sets it not."""
        for module in self.modules:
            found = tuple(dict.fromkeys(self._engines(module)))
            if found or any(_names(target) == "DATABASES" for a in module.all(ast.Assign) for target in a.targets):
                return found
        return ()

    def is_settled(self) -> bool:
        """Whether the engines are those that are named, and no variable of the environment decides."""
        reads_url = any(_is_url_reader(module, call) for module in self.modules for call in module.all(ast.Call))
        return not reads_url and all(literal(value) for module in self.modules for value in _engine_values(module))

    def _engines(self, module: Module) -> Iterator[Store]:
        for value in _engine_values(module):
            yield from self._named(module, value)

    def _named(self, module: Module, value: ast.expr) -> Iterator[Store]:
        """The engine of `"ENGINE": ..`; a variable that may name another leaves its default."""
        for node in ast.walk(value):
            text = literal(node)
            found = ENGINES.search(text) if text and "." in text else None
            if found:
                engine = NAMES.get(found[1], found[1])
                quote = self.project.tree.quote(module.path, node.lineno if isinstance(node, ast.expr) else 0)
                yield Store(engine, "configured", "DATABASES names its engine", quote)


def _engine_values(module: Module) -> Iterator[ast.expr]:
    for node in module.all(ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if literal(key) == "ENGINE")


def _names(target: ast.expr) -> str:
    """`DATABASES` for itself and for `DATABASES["default"]`."""
    inner = target.value if isinstance(target, ast.Subscript) else target
    return inner.id if isinstance(inner, ast.Name) else ""


def _is_url_reader(module: Module, call: ast.Call) -> bool:
    name = module.resolve(call.func)
    if name.startswith("dj_database_url."):
        return True
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr in URL_READERS
    return (is_method and bool(name)) or name.endswith("django_heroku.settings")
