"""Which settings are not those of production: classes and files made for developers and tests, where others are not."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from hivemind.infer.python.syntax import Module

BEFORE = r"(?:^|_|(?<=[a-z]))"
AFTER = r"(?=[A-Z_]|$)"
FOR_DEVELOPERS = re.compile(BEFORE + r"(?:Dev|Develop|Development|Test|Tests|Testing|Local|Debug|CI|Docker)" + AFTER)
FOR_PRODUCTION = re.compile(BEFORE + r"(?:Prod|Production|Live|Heroku)" + AFTER)
FILE_FOR_DEVELOPERS = re.compile(r"(?:^|_)(?:dev|develop|development|test|tests|testing|local|debug|ci)(?:_|$)")
FILE_FOR_PRODUCTION = re.compile(r"(?:^|_)(?:prod|production|live|heroku)(?:_|$)")


def for_production(modules: Sequence[Module]) -> tuple[Module, ...]:
    """The modules without those for developers, beside which one for production lies in the same package."""
    packages = {_package(m) for m in modules if FILE_FOR_PRODUCTION.search(_stem(m))}
    return tuple(m for m in modules if not (FILE_FOR_DEVELOPERS.search(_stem(m)) and _package(m) in packages))


def set_aside(module: Module) -> frozenset[ast.AST]:
    """What stands in classes for developers, where the module has one for production."""
    classes = list(module.all(ast.ClassDef))
    if not any(FOR_PRODUCTION.search(one.name) for one in classes):
        return frozenset()
    others = (one for one in classes if FOR_DEVELOPERS.search(one.name) and not FOR_PRODUCTION.search(one.name))
    return frozenset(node for one in others for node in ast.walk(one))


def _stem(module: Module) -> str:
    return module.path.rpartition("/")[2].removesuffix(".py")


def _package(module: Module) -> str:
    return module.path.rpartition("/")[0]
