"""How many instances a colour that stands is told to have, when the spec's number changes.

The number in a stack may be what the spec once said or what a release found running. Only where it is still the least
that the template demands does it follow the spec down; what scaling or a person added is never taken away.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from hivemind.model.live import COLOURS, Colour
from hivemind.model.names import for_colour
from hivemind.plan.document import document
from hivemind.plan.resolve import Body


def capacities(body: Body | None) -> Mapping[str, str]:
    """The capacity parameters of a body by name; empty where parameters are not known."""
    if body is None or body.parameters is None:
        return {}
    names = [for_colour(colour, "Capacity") for colour in COLOURS]
    return {name: body.parameters[name] for name in names if name in body.parameters}


def resized(parameters: Mapping[str, str], before: str, after: str) -> dict[str, str]:
    """The capacities that follow from another least number of instances; `before` and `after` are template bodies."""
    found = {}
    for colour in COLOURS:
        old, new = _least(before, colour), _least(after, colour)
        name = for_colour(colour, "Capacity")
        now = parameters.get(name, "")
        if parameters.get(for_colour(colour, "Release")) and old != new and old and new and now.isdigit():
            found[name] = str(new if int(now) == old else min(max(int(now), new), most(name, after)))
    return {name: value for name, value in found.items() if value != parameters[name]}


def most(name: str, body: str) -> int:
    """The greatest value that a template lets a number have; without one, any."""
    declaration: Mapping[str, Any] = (document(body).get("Parameters") or {}).get(name, {})
    limit = str(declaration.get("MaxValue", ""))
    return int(limit) if limit.isdigit() else sys.maxsize


def _least(body: str, colour: Colour) -> int:
    """The least size of a colour's group; 0 where the template has no such group."""
    resources: Mapping[str, Any] = document(body)["Resources"]
    group = resources.get(for_colour(colour, "Group"), {})
    least = str((group.get("Properties") or {}).get("MinSize", ""))
    return int(least) if least.isdigit() else 0
