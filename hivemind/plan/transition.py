"""Which way from here to there: a table of rows, the first with a reason wins. Reasons are for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from hivemind.model.change import ResourceChange
from hivemind.model.plan import Transition
from hivemind.plan.resolve import Resources
from hivemind.plan.standing import Standing

Intent = Literal["apply", "roll", "rollback", "destroy"]
Reasons = tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All that classifying looks at."""

    standing: Standing
    changes: tuple[ResourceChange, ...]
    switches: Reasons = ()
    """Why services must run on their other colour."""
    raised: Reasons = ()
    """What becomes production of what was stage-1."""
    retold: Reasons = ()
    """Which stacks would only tell other outputs."""
    intent: Intent = "apply"


@dataclass(frozen=True)
class Verdict:
    """The transition and why, in words."""

    transition: Transition
    reasons: Reasons


def classify(facts: Facts) -> Verdict:
    """The transition that these facts ask for."""
    for transition, reasons in TABLE:
        if found := reasons(facts):
            return Verdict(transition, found)
    return Verdict("none", ("no changes",))


def _destroy(facts: Facts) -> Reasons:
    return ("it was asked for",) if facts.intent == "destroy" and facts.changes else ()


def _rollback(facts: Facts) -> Reasons:
    return (facts.switches or ("it was asked for",)) if facts.intent == "rollback" else ()


def _create(facts: Facts) -> Reasons:
    if facts.intent == "destroy":
        return ()
    match facts.standing:
        case "nothing":
            return ("nothing stands yet",)
        case "unfinished":
            return ("the first create did not come to its end; this one goes on from there",)
        case "complete":
            return ()


def _upgrade(facts: Facts) -> Reasons:
    return facts.raised


def _rolling(facts: Facts) -> Reasons:
    return facts.switches if facts.intent == "roll" else ()


def _blue_green(facts: Facts) -> Reasons:
    return facts.switches


def _in_place(facts: Facts) -> Reasons:
    return ("no instance is launched differently",) if facts.changes else facts.retold


TABLE: tuple[tuple[Transition, Callable[[Facts], Reasons]], ...] = (
    ("destroy", _destroy),
    ("rollback", _rollback),
    ("create", _create),
    ("upgrade", _upgrade),
    ("rolling", _rolling),
    ("blue_green", _blue_green),
    ("in_place", _in_place),
)


def raised(before: Mapping[str, Resources], after: Mapping[str, Resources]) -> Reasons:
    """What tells that an environment goes from stage-1 to production: a standby database, a second instance."""
    found = []
    if not _standby(before) and _standby(after):
        found.append("the database gets a standby in a second zone")
    if _smallest_group(before) == 1 and _smallest_group(after) > 1:
        found.append(f"every service runs at least {_smallest_group(after)} instances")
    return tuple(found)


def _standby(parts: Mapping[str, Resources]) -> bool:
    databases = [r for part in parts.values() for r in part.values() if r.type == "AWS::RDS::DBInstance"]
    return not databases or any(r.properties.get("MultiAZ") == "true" for r in databases)


def _smallest_group(parts: Mapping[str, Resources]) -> int:
    groups = [r for part in parts.values() for r in part.values() if r.type == "AWS::AutoScaling::AutoScalingGroup"]
    sizes = [str(r.properties.get("MinSize", "")) for r in groups]
    return min((int(size) for size in sizes if size.isdigit()), default=0)
