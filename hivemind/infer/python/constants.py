"""Text that the code puts together from literals: constants, fields of a settings class, sums and f-strings of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from hivemind.infer.python.syntax import Module

HOPS = 5


def text_of(node: ast.AST | None, module: Module, modules: Sequence[Module], hops: int = HOPS) -> str | None:
    """The value of an expression that is text for certain; None for anything else."""
    if hops <= 0:
        return None
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _value_of(name, module, modules, hops)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([left, right], module, modules, hops)
        case ast.JoinedStr(values=parts):
            return _joined([p.value if isinstance(p, ast.FormattedValue) else p for p in parts], module, modules, hops)
        case _:
            return None


def assigned(module: Module, name: str) -> Iterator[ast.expr]:
    """What is assigned to a name of that spelling, in the module or in a class of it."""
    for assign in module.all(ast.Assign):
        if any(name_of(target) == name for target in assign.targets):
            yield assign.value
    for annotated in module.all(ast.AnnAssign):
        if annotated.value and name_of(annotated.target) == name:
            yield annotated.value


def name_of(node: ast.AST) -> str:
    """The last part of `a.b.c`; empty for what has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _value_of(name: str, module: Module, modules: Sequence[Module], hops: int) -> str | None:
    for owner in (module, *(other for other in modules if other is not module)):
        for value in assigned(owner, name):
            found = text_of(value, owner, modules, hops - 1)
            if found is not None:
                return found
    return None


def _joined(parts: Sequence[ast.expr], module: Module, modules: Sequence[Module], hops: int) -> str | None:
    texts = [text_of(part, module, modules, hops - 1) for part in parts]
    return "".join(text for text in texts if text is not None) if None not in texts else None
