"""What a written scalar means to the field it is given to.

YAML 1.1 reads `no` as false, `3.10` as 3.1 and `22:22` as 1342. Here a text field takes the text as written, a number
is decimal digits and nothing else, and a flag is `true` or `false`; what remains unclear is refused, with a hint.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TypeAlias, assert_never

from hivemind.spec.credentials import is_credential
from hivemind.spec.problems import Fault
from hivemind.spec.shapes import Choice, Duration, Flag, Folder, Number, Scalar, Text
from hivemind.spec.source import ScalarNode
from hivemind.spec.words import UNPRINTABLE, choices, closest, shown

Value: TypeAlias = str | int | bool

_DIGITS = re.compile(r"0|[1-9][0-9]{0,17}")
_TIME = re.compile(r"(0|[1-9][0-9]{0,8})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def read_scalar(node: ScalarNode, shape: Scalar, name: str) -> Value | Fault:
    """The value of a scalar for a field of that shape; `name` is the field in messages."""
    if node.is_null or not node.text.strip():
        return Fault(f"{name} has no value", "Give it a value, or remove the line.")
    match shape:
        case Text():
            return read_text(node.text.rstrip("\n"), shape, name)
        case Folder():
            return _folder(node.text.rstrip("\n"), name)
        case Number():
            return _number(node, shape, name)
        case Duration():
            return _duration(node.text, shape, name)
        case Flag():
            return _flag(node, name)
        case Choice():
            return _choice(node.text, shape, name)
        case _:
            assert_never(shape)


def read_text(text: str, shape: Text, name: str) -> str | Fault:
    """The text itself, when it has the form its field asks for."""
    if fault := _clean(text, name):
        return fault
    fits = shape.pattern is None or re.fullmatch(shape.pattern, text)
    if fits and len(text) <= (shape.longest or len(text)):
        return text
    assert shape.form is not None  # whatever has a pattern or a limit has words for it
    return _cannot_be(name, text, f"Write {shape.form.words}, for example `{shape.form.example}`.")


def read_variable(node: ScalarNode, name: str) -> str | Fault:
    """The literal text of an environment variable, whatever YAML would make of it."""
    if node.is_empty:
        return Fault(f"{name} has no value", 'Write "" for an empty value, or {secret: NAME} for a secret.')
    return _clean(node.text, name) or node.text


def _clean(text: str, name: str) -> Fault | None:
    if is_credential(text):
        hint = (
            "Keep it in Secrets Manager and give it as env: {VARIABLE: {secret: NAME}}; replace it if it was committed."
        )
        return Fault(f"{name} looks like a credential", hint)
    if "\r" in text or UNPRINTABLE.search(text):
        return Fault(f"{name} holds an invisible character", "Remove it; a shell or a terminal may act on it.")
    return None


def _cannot_be(name: str, text: str, hint: str) -> Fault:
    return Fault(f"{name} cannot be {shown(text)}", hint)


def _folder(text: str, name: str) -> str | Fault:
    if fault := _clean(text, name):
        return fault
    if text.startswith(("/", "~")) or "\\" in text:
        hint = "Write a path from this file's folder, with forward slashes, for example `apps/api`."
        return _cannot_be(name, text, hint)
    return str(PurePosixPath(text))


def _number(node: ScalarNode, shape: Number, name: str) -> int | Fault:
    words = shape.form.words if shape.form else f"a whole number from {shape.least} to {shape.most}"
    digits = _DIGITS.fullmatch(node.text)
    if digits and not node.plain:
        return Fault(f"{name} is a text, not a number", "Remove the quotes.")
    if not digits or not shape.least <= int(node.text) <= shape.most:
        return _cannot_be(name, node.text, f"Write {words}, in plain digits.")
    return int(node.text)


def _duration(text: str, shape: Duration, name: str) -> int | Fault:
    time = _TIME.fullmatch(text)
    seconds = int(time[1]) * _SECONDS[time[2]] if time else -1
    if shape.least <= seconds <= shape.most:
        return seconds
    return _cannot_be(name, text, f"Write a time such as 90s, 2m or 1h, at most {shape.most // 3600}h.")


def _flag(node: ScalarNode, name: str) -> bool | Fault:
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    return _cannot_be(name, node.text, "Write true or false, without quotes.")


def _choice(text: str, shape: Choice, name: str) -> str | Fault:
    if text in shape.values:
        return text
    meant = closest(text, shape.values)
    hint = f"Did you mean `{meant}`?" if meant else shape.otherwise or f"Write {choices(shape.values)}."
    return _cannot_be(name, text, hint)
