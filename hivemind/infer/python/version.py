"""Which Python runs the app: `.python-version`, `runtime.txt`, `requires-python`, else the default, in that order."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from hivemind.infer.facts import Fact, Reading, fact, question, within
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.tree import Tree
from hivemind.model.image import Image

DEFAULT = "3.12"
PREFERRED = ("3.13", "3.12", "3.11")
PINS = (".python-version", "runtime.txt")
PIN = re.compile(r"^\s*(?:python-|cpython-)?(3\.[0-9]{1,2})(?:\.[0-9]+)?\s*(?:#.*)?$")
CLAUSE = re.compile(r"^(===|==|~=|!=|>=|<=|>|<)\s*([0-9]+(?:\.[0-9]+)*)(\.\*)?$")

Version = tuple[int, ...]
ORDERINGS: Mapping[str, Callable[[Version, Version], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt,
}  # fmt: skip
LAST_PATCH = 99
"""Stands for the newest patch of a minor version: which one an image has is not known here."""


def python_version(tree: Tree, folder: str, pyproject: Pyproject | None, image: Image) -> Reading:
    """The runtime as a minor version that the image has."""
    for name in PINS:
        for place in dict.fromkeys((folder, ".")):
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                if pin := PIN.match(line):
                    return _pinned(pin[1], image, fact(pin[1], f"{name} asks for it", tree.quote(path, number)))
    if pyproject and pyproject.requires_python:
        return _required(pyproject.requires_python, pyproject, image)
    why = "no .python-version, runtime.txt or requires-python names one; this is the default"
    return Reading({"runtime": fact(_default(image), why, confidence="fallback")})


def satisfies(version: str, specifier: str) -> bool:
    """Whether some patch of a minor version meets a PEP 440 specifier; a clause nobody can read is met."""
    release = (*_numbers(version), LAST_PATCH)
    return all(_meets(release, clause.strip()) for clause in specifier.split(",") if clause.strip())


def _default(image: Image) -> str:
    available = image.runtimes["python"]
    return DEFAULT if DEFAULT in available else available[-1]


def _pinned(wanted: str, image: Image, found: Fact) -> Reading:
    available = image.runtimes["python"]
    if wanted in available:
        return Reading({"runtime": found})
    nearest = next((v for v in available if _numbers(v) > _numbers(wanted)), available[-1])
    why = f"{image.title} has no Python {wanted}; {nearest} is the nearest it has"
    return Reading(
        {"runtime": fact(nearest, why, *found.evidence.quotes, confidence="fallback")},
        (question("runtime", why, nearest),),
    )


def _required(specifier: str, pyproject: Pyproject, image: Image) -> Reading:
    quote = pyproject.quote("requires-python")
    available = image.runtimes["python"]
    order = [v for v in PREFERRED if v in available] + [v for v in available if v not in PREFERRED]
    if version := next((v for v in order if satisfies(v, specifier)), None):
        return Reading({"runtime": fact(version, f"the highest that requires-python {specifier} allows", quote)})
    why = f"{image.title} has no Python that requires-python {specifier} allows"
    return Reading(
        {"runtime": fact(_default(image), f"{why}; this is the default", quote, confidence="fallback")},
        (question("runtime", why, *available),),
    )


def _meets(release: Version, clause: str) -> bool:
    """One clause; `==3.12` and `===3.12.4` mean the minor version, whose patch the distribution chooses."""
    found = CLAUSE.match(clause)
    if not found:
        return True
    sign, wanted, wildcard = found[1], _numbers(found[2]), found[3]
    if sign in ORDERINGS:
        return ORDERINGS[sign](release, wanted)
    if sign == "~=":
        return release >= wanted and release[: len(wanted) - 1] == wanted[:-1]
    is_same = release[: min(len(wanted), 2)] == wanted[:2]
    return is_same if sign != "!=" else not (is_same and wildcard)


def _numbers(version: str) -> Version:
    return tuple(int(part) for part in version.split("."))
