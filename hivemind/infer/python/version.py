"""Which Python runs the app: what pins one, then what a manifest allows, else the default.

Pins are `.python-version`, `runtime.txt`, `.tool-versions`, `mise.toml` and `Pipfile`, in the service's folder or at
the root; ranges are `requires-python`, poetry's `python` and conda's.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping

from hivemind.infer.facts import Fact, Reading, fact, question, within
from hivemind.infer.python.conda import conda_python
from hivemind.infer.python.pipfile import pipfile_python
from hivemind.infer.python.pyproject import Pyproject
from hivemind.infer.tree import Tree
from hivemind.model.findings import Quote
from hivemind.model.image import Image

DEFAULT = "3.12"
PREFERRED = ("3.13", "3.12", "3.11")
PIN_FILES = (".python-version", "runtime.txt", ".tool-versions", "mise.toml", ".mise.toml")
TOOL = re.compile(r"""^\s*(?:python\s+(?!=)|"?python"?\s*=\s*\[?\s*["'])([^"'\s]+)""")
"""The line of a file that pins several tools: `python 3.12.1`, `python = "3.12"`."""
PIN = re.compile(r"^\s*(?:python-|cpython-)?(3\.[0-9]{1,2})(?:\.[0-9]+)?\s*(?:#.*)?$")
CLAUSE = re.compile(r"^(===|==|~=|!=|>=|<=|>|<|\^|~|=|)\s*([0-9]+(?:\.[0-9]+)*)(\.\*)?$")

Version = tuple[int, ...]
ORDERINGS: Mapping[str, Callable[[Version, Version], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt,
}  # fmt: skip
LAST_PATCH = 99
"""Stands for the newest patch of a minor version: which one an image has is not known here."""


def python_version(tree: Tree, folder: str, pyproject: Pyproject | None, image: Image) -> Reading:
    """The runtime as a minor version that the image has."""
    if pinned := _pin(tree, folder):
        return _pinned(str(pinned.value), image, pinned)
    for name, specifier, quote in _ranges(tree, folder, pyproject):
        return _required(name, specifier, quote, image)
    why = "no .python-version, runtime.txt or requires-python names one; this is the default"
    return Reading({"runtime": fact(_default(image), why, confidence="fallback")})


def _pin(tree: Tree, folder: str) -> Fact | None:
    for name in PIN_FILES:
        for place in dict.fromkeys((folder, ".")):
            path = within(place, name)
            for number, line in enumerate(tree.lines(path), start=1):
                tool = TOOL.match(line)
                if pin := PIN.match(tool[1] if tool else line):
                    return fact(pin[1], f"{name} asks for it", tree.quote(path, number))
    wanted = pipfile_python(tree, within(folder, "Pipfile"))
    pin = PIN.match(wanted[0]) if wanted else None
    return fact(pin[1], "the Pipfile asks for it", wanted[1]) if wanted and pin else None


def _ranges(tree: Tree, folder: str, pyproject: Pyproject | None) -> Iterator[tuple[str, str, Quote]]:
    """What says which versions are allowed, its PEP 440 specifier, and where."""
    if pyproject and pyproject.requires_python:
        yield "requires-python", pyproject.requires_python, pyproject.quote("requires-python")
    poetry = pyproject.table("tool", "poetry", "dependencies").get("python") if pyproject else None
    if pyproject and isinstance(poetry, str):
        yield "poetry's python", poetry, pyproject.line_of("python")
    if conda := conda_python(tree, folder):
        yield "conda's python", *conda


def satisfies(version: str, specifier: str) -> bool:
    """Whether some patch of a minor version meets a specifier of PEP 440 or poetry; what nobody can read is met."""
    release = (*_numbers(version), LAST_PATCH)
    return any(
        all(_meets(release, clause.strip()) for clause in choice.split(",") if clause.strip())
        for choice in specifier.replace("||", "|").split("|")
    )


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


def _required(name: str, specifier: str, quote: Quote, image: Image) -> Reading:
    available = image.runtimes["python"]
    order = [v for v in PREFERRED if v in available] + [v for v in available if v not in PREFERRED]
    if version := next((v for v in order if satisfies(v, specifier)), None):
        return Reading({"runtime": fact(version, f"the highest that {name} {specifier} allows", quote)})
    why = f"{image.title} has no Python that {name} {specifier} allows"
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
    if sign == "^":
        return release >= wanted and release[0] == wanted[0]
    if sign == "~":
        return release >= wanted and release[: min(len(wanted), 2)] == wanted[:2]
    is_same = release[: min(len(wanted), 2)] == wanted[:2]
    return is_same if sign != "!=" else not (is_same and wildcard)


def _numbers(version: str) -> Version:
    return tuple(int(part) for part in version.split("."))
