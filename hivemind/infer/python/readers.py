"""Variables that the code reads through a library: python-decouple, environs, django-environ, dj-database-url."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from hivemind.infer.facts import EnvRead
from hivemind.infer.python.environment import MAX_FOUND, VARIABLE, environment_reads
from hivemind.infer.python.fields import fields_read
from hivemind.infer.python.syntax import Module, argument, keyword, literal
from hivemind.infer.tree import Tree

MAKERS = frozenset({
    "environ.Env", "environs.Env", "environs.FileAwareEnv", "decouple.Config", "decouple.AutoConfig",
    "starlette.config.Config", "prettyconf.Configuration",
})  # fmt: skip
READY = frozenset({"decouple.config", "environs.env", "prettyconf.config"})
KINDS = frozenset({
    "str", "bool", "int", "float", "list", "tuple", "dict", "json", "url", "path", "bytes", "decimal", "date",
    "datetime", "timedelta", "uuid", "enum", "log_level", "time", "email", "dj_cache_url", "dj_email_url",
    "db", "db_url", "dj_db_url", "cache", "cache_url", "email_url", "search_url", "channels",
})  # fmt: skip
"""Methods of an `Env` that read one variable as a type."""

WITHOUT_NAME: Mapping[str, str] = {
    "db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "cache_url": "CACHE_URL",
    "email_url": "EMAIL_URL", "config": "DATABASE_URL",
}  # fmt: skip
"""The variable a method reads when it is given no name."""


def variables_read(tree: Tree, modules: Sequence[Module]) -> tuple[EnvRead, ...]:
    """Every read of a variable with a literal name, directly, through a library, or as a field of settings."""
    readers = _readers(modules)
    through = (read for module in modules for read in _reads_of(tree, module, readers))
    found = (*environment_reads(tree, modules), *through, *fields_read(tree, modules))
    return tuple(islice(dict.fromkeys(found), MAX_FOUND))


def _readers(modules: Sequence[Module]) -> dict[str, frozenset[str]]:
    """Readers by the last part of their name: the variables for which they have a default."""
    found: dict[str, frozenset[str]] = {}
    for module in modules:
        for assign in module.all(ast.Assign):
            target, value = assign.targets[0], assign.value
            if isinstance(target, ast.Name) and isinstance(value, ast.Call) and module.resolve(value.func) in MAKERS:
                found[target.id] = frozenset(k.arg for k in value.keywords if k.arg)
    return found


def _reads_of(tree: Tree, module: Module, readers: Mapping[str, frozenset[str]]) -> Iterator[EnvRead]:
    for call in module.all(ast.Call):
        found = _reader(module, call, readers)
        if found is None:
            continue
        method, defaults = found
        name = literal(argument(call, 0, "var") or keyword(call, "env")) or WITHOUT_NAME.get(method, "")
        if not VARIABLE.match(name):
            continue
        default = _default(call, method)
        is_required = default is None and name not in defaults and method != "config"
        yield EnvRead(name, is_required, literal(default), tree.quote(module.path, call.lineno))


def _reader(module: Module, call: ast.Call, readers: Mapping[str, frozenset[str]]) -> tuple[str, frozenset[str]] | None:
    """The method by which a call reads, empty for the reader itself; None for a call that reads nothing."""
    name = module.resolve(call.func)
    if name == "dj_database_url.config":
        return "config", frozenset()
    if name in READY or (_last(name) in readers and (isinstance(call.func, ast.Name))):
        return "", readers.get(_last(name), frozenset())
    owner, _, method = name.rpartition(".")
    if method in KINDS and (owner in READY or _last(owner) in readers):
        return method, readers.get(_last(owner), frozenset())
    return None


def _default(call: ast.Call, method: str) -> ast.expr | None:
    """What is taken instead; the second argument of an `Env` itself is a type with some, so a name there is none."""
    given = keyword(call, "default")
    second = call.args[1] if given is None and len(call.args) > 1 else None
    return given or (None if isinstance(second, ast.Name) and not method else second)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
