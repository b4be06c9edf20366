"""Version ranges as npm writes them, asked of major versions: which of them does `>=18 <21 || ^22.1` allow?"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_RANGE = 200
NEWEST = 999_999
"""Stands for the newest release of a major version."""

PART = r"v?([0-9]{1,6}|[xX*])(?:\.([0-9]{1,6}|[xX*]))?(?:\.([0-9]{1,6}|[xX*]))?(?:[-+][\w.+-]+)?"
HYPHEN = re.compile(rf"^{PART}\s+-\s+{PART}$")
CLAUSE = re.compile(rf"^(\^|~>?|>=|<=|>|<|=)?\s*{PART}$")
GAP = re.compile(r"([~^<>=])\s+")

Version = tuple[int, int, int]
Bounds = tuple[Version, Version]
"""The lowest version that is allowed, and the lowest above it that is not."""

LOWEST: Version = (0, 0, 0)
HIGHEST: Version = (NEWEST + 1, 0, 0)


def allowed(majors: Sequence[str], wanted: str) -> tuple[str, ...]:
    """The major versions of which some release meets the range, in the order given; none when it cannot be read."""
    bounds = [found for part in wanted[:MAX_RANGE].split("||") if (found := _bounds(part.strip()))]
    return tuple(major for major in majors if any(_meets(int(major), low, high) for low, high in bounds))


def is_range(text: str) -> bool:
    """Whether the text can be read as a range at all."""
    return any(_bounds(part.strip()) for part in text[:MAX_RANGE].split("||"))


def _meets(major: int, low: Version, high: Version) -> bool:
    """Whether the range holds a release of the major version."""
    return max(low, (major, 0, 0)) < min(high, (major + 1, 0, 0))


def _bounds(text: str) -> Bounds | None:
    """What one alternative allows; None when it cannot be read."""
    if text in ("", "*", "latest", "current", "node"):
        return LOWEST, HIGHEST
    if found := HYPHEN.match(text):
        return _lowest(found.groups()[:3]), _next(found.groups()[3:])
    low, high = LOWEST, HIGHEST
    for word in GAP.sub(r"\1", text).replace(",", " ").split():
        found = CLAUSE.match(word)
        if not found:
            return None
        least, most = _clause(found[1] or "=", found.groups()[1:])
        low, high = max(low, least), min(high, most)
    return low, high


def _clause(sign: str, parts: Sequence[str | None]) -> Bounds:
    least, above = _lowest(parts), _next(parts)
    match sign:
        case ">=":
            return least, HIGHEST
        case ">":
            return above, HIGHEST
        case "<":
            return LOWEST, least
        case "<=":
            return LOWEST, above
        case "^":
            return least, ((least[0] + 1, 0, 0) if least[0] or above[0] else above)
        case "~" | "~>":
            return least, _next(parts[:2])
        case _:
            return least, above


def _numbers(parts: Sequence[str | None]) -> list[int]:
    """The leading numbers, up to a wildcard."""
    found: list[int] = []
    for part in parts:
        if part is None or not part.isdigit():
            break
        found.append(int(part))
    return found


def _lowest(parts: Sequence[str | None]) -> Version:
    first, second, third = [*_numbers(parts), 0, 0, 0][:3]
    return first, second, third


def _next(parts: Sequence[str | None]) -> Version:
    """The lowest version above everything that the parts stand for."""
    numbers = _numbers(parts)
    if not numbers:
        return HIGHEST
    numbers[-1] += 1
    first, second, third = [*numbers, 0, 0][:3]
    return first, second, third
