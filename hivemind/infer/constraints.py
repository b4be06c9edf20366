"""Version constraints as Composer, RubyGems and Hex write them: which minor versions one of them lets in.

A minor version meets a constraint when its newest patch does, since which patch a machine has is not known here. What
cannot be read lets everything in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Version = tuple[int, ...]

CLAUSE = re.compile(r"(\^|~>|~|>=|<=|!=|==|>|<|=)?\s*v?([0-9]{1,4}(?:\.[0-9*xX]{1,4}){0,3})")
EITHER = re.compile(r"\|\|?|\bor\b")
SPAN = re.compile(r"^\s*v?([0-9.]{1,12})\s+-\s+v?([0-9.]{1,12})\s*$")
LAST_PATCH = 99


def allowed(constraint: str, versions: Sequence[str]) -> tuple[str, ...]:
    """The minor versions (`8.3`) that the constraint lets in, in their order."""
    return tuple(version for version in versions if meets(version, constraint))


def meets(version: str, constraint: str) -> bool:
    """Whether some patch of a minor version meets one of the alternatives of a constraint."""
    release = (*numbers(version), LAST_PATCH)
    return any(_meets_all(release, alternative) for alternative in EITHER.split(constraint))


def numbers(version: str) -> Version:
    """`3.12.1` → (3, 12, 1); it ends before the first part that is no number."""
    found: list[int] = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        found.append(int(part))
    return tuple(found)


def _meets_all(release: Version, alternative: str) -> bool:
    if span := SPAN.match(alternative):
        return release >= numbers(span[1]) and _is_up_to(release, numbers(span[2]))
    return all(_meets(release, sign, wanted) for sign, wanted in CLAUSE.findall(alternative))


def _meets(release: Version, sign: str, text: str) -> bool:
    wanted = numbers(text)
    match sign:
        case "^":
            return release >= wanted and release[:1] == wanted[:1]
        case "~" | "~>":
            return release >= wanted and release[: max(len(wanted) - 1, 1)] == wanted[: max(len(wanted) - 1, 1)]
        case ">=" | ">":
            return release >= wanted
        case "<":
            return _is_below(release, wanted)
        case "<=":
            return _is_up_to(release, wanted)
        case "!=":
            return True
        case _:
            return release[: min(len(wanted), 2)] == wanted[:2]


def _is_up_to(release: Version, wanted: Version) -> bool:
    """Up to a version, all patches of a minor version included."""
    return release[: min(len(wanted), 2)] <= wanted[:2]


def _is_below(release: Version, wanted: Version) -> bool:
    """`<8.4` and `<8.4.0` leave 8.4 out; `<8.4.5` lets it in, as 8.4.4."""
    while wanted and wanted[-1] == 0:
        wanted = wanted[:-1]
    return release[: len(wanted)] < wanted if len(wanted) < 3 else release[:2] <= wanted[:2]
