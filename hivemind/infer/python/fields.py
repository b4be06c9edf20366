"""Settings classes of pydantic: each field is a variable, required where it has no default."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from hivemind.infer.facts import EnvRead
from hivemind.infer.python.project import canonical
from hivemind.infer.python.syntax import Module, keyword, literal
from hivemind.infer.tree import Tree

BASES = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})
NOT_FIELDS = frozenset({"model_config", "Config"})
ALIASES = ("validation_alias", "alias", "env")
MAX_ROUNDS = 4


def fields_read(tree: Tree, modules: Sequence[Module]) -> Iterator[EnvRead]:
    """The variables behind the fields of every settings class."""
    for module, made in _settings_classes(modules).values():
        prefix = _prefix(made)
        for statement in made.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), value=value, annotation=annotation):
                    if name not in NOT_FIELDS and not name.startswith("_") and not _is_class_variable(annotation):
                        yield _read(tree, module, statement, _variable(name, value, prefix))
                case _:
                    pass


def _settings_classes(modules: Sequence[Module]) -> Mapping[str, tuple[Module, ast.ClassDef]]:
    """Classes that extend `BaseSettings`, directly or through one another."""
    found: dict[str, tuple[Module, ast.ClassDef]] = {}
    for _ in range(MAX_ROUNDS):
        before = len(found)
        for module in modules:
            for made in module.all(ast.ClassDef):
                bases = {canonical(modules, module.resolve(base)) for base in made.bases}
                if bases & (BASES | found.keys()):
                    found[f"{module.name}.{made.name}"] = module, made
        if len(found) == before:
            break
    return found


def _read(tree: Tree, module: Module, field: ast.AnnAssign, name: str) -> EnvRead:
    default = _default(field.value)
    is_required = default is None and not _may_be_none(module, field)
    return EnvRead(name, is_required, literal(default), tree.quote(module.path, field.lineno))


def _default(value: ast.expr | None) -> ast.expr | None:
    """What a field is when nothing sets it; None for `Field(...)` and for a field without a value."""
    if not isinstance(value, ast.Call) or not _is_field(value):
        return value
    given = value.args[0] if value.args else keyword(value, "default") or keyword(value, "default_factory")
    return None if isinstance(given, ast.Constant) and given.value is Ellipsis else given


def _may_be_none(module: Module, field: ast.AnnAssign) -> bool:
    """Whether the first pydantic, which has no package of its own for settings, takes None for a missing value."""
    is_first = module.imports.get("BaseSettings") == "pydantic.BaseSettings"
    return is_first and "Optional" in ast.dump(field.annotation) and field.value is None


def _variable(name: str, value: ast.expr | None, prefix: str) -> str:
    """The variable of a field: its alias, else its name after the prefix; case does not count."""
    if isinstance(value, ast.Call) and _is_field(value):
        for alias in ALIASES:
            given = keyword(value, alias)
            given = given.args[0] if isinstance(given, ast.Call) and given.args else given
            if text := literal(given):
                return text.upper()
    return f"{prefix}{name}".upper()


def _is_field(call: ast.Call) -> bool:
    return (call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)) == "Field"


def _is_class_variable(annotation: ast.expr) -> bool:
    return "ClassVar" in {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def _prefix(made: ast.ClassDef) -> str:
    """`env_prefix` of the class's configuration, in the form of either pydantic."""
    for statement in made.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Call() as call):
                return literal(keyword(call, "env_prefix")) or ""
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Dict(keys=keys, values=values)):
                by_name = {literal(key): value for key, value in zip(keys, values, strict=True)}
                return literal(by_name.get("env_prefix")) or ""
            case ast.ClassDef(name="Config", body=body):
                return next((p for inner in body if (p := _assigned_prefix(inner))), "")
            case _:
                pass
    return ""


def _assigned_prefix(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[ast.Name(id="env_prefix")], value=value):
            return literal(value) or ""
        case _:
            return ""
