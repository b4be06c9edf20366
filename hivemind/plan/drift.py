"""Drift in the words of a reader, without what HiveMind itself moves beside the templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hivemind.model.drift import Drift, ResourceDrift
from hivemind.plan.line import Line

MOVED_BY_US = frozenset({("AWS::AutoScaling::AutoScalingGroup", "DesiredCapacity")})
"""How many instances a group has now is for scaling and rolling; the template says how many it began with."""
MOST = 100
"""Characters of a value that are shown."""


def drifted(found: Iterable[ResourceDrift]) -> Iterator[ResourceDrift]:
    """What somebody else has changed."""
    for each in found:
        properties = tuple(p for p in each.properties if (each.type, p.path) not in MOVED_BY_US)
        if properties or each.state == "gone":
            yield each.model_copy(update={"properties": properties})


def drift_lines(found: Drift) -> Iterator[Line]:
    """What has drifted, resource by resource, and the ways on."""
    count = len(found.resources)
    if not count:
        yield Line(f"{found.deployment} is as its templates say.", "add")
    else:
        yield Line(f"{found.deployment}: {count} changed beside HiveMind", "heading")
    for each in found.resources:
        kind = each.type.removeprefix("AWS::")
        if each.state == "gone":
            yield Line(f"- {each.stack}/{each.logical_id} ({kind}): it is gone", "remove", 1)
        else:
            yield Line(f"~ {each.stack}/{each.logical_id} ({kind})", "modify", 1)
        for drift in each.properties:
            yield Line(f"{drift.path}: {_shown(drift.said)} → {_shown(drift.found)}", "dim", 3)
    for stack in found.unlooked:
        yield Line(f"! {stack} is at work and was not looked at", "warn", 1)
    if count:
        yield Line("Have it back as the templates say: --revert. Have the spec say it: --adopt.", "dim")


def _shown(value: str | None) -> str:
    if value is None:
        return "(nothing)"
    return value if len(value) <= MOST else f"{value[:MOST]}…"
