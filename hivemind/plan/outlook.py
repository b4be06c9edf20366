"""Many plans in short: what each comes to, and all of them together for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from hivemind.errors import HiveMindError
from hivemind.model.outlook import Fleet, Outlook
from hivemind.model.plan import Plan
from hivemind.plan.line import BLANK, Line
from hivemind.plan.words import dollars, duration, plural

SHOWN = 40
"""So many deployments are named; what is grave is named always."""


def outlook(file: str, plan: Plan) -> Outlook:
    """What a plan comes to."""
    return Outlook(
        file=file,
        deployment=plan.deployment,
        transition=plan.transition,
        headline=plan.headline,
        before=plan.cost.before,
        after=plan.cost.after,
        unpriced=bool(plan.cost.unknown),
        seconds=plan.forecast.seconds,
        downtime=plan.forecast.downtime,
        blocks=tuple(f"{found.title} ({found.where})" for found in plan.findings if found.severity == "block"),
        warns=sum(found.severity == "warn" for found in plan.findings),
    )


def unplanned(file: str, error: HiveMindError) -> Outlook:
    """That there is no plan, and why."""
    return Outlook(file=file, problem=str(error), hint=error.hint)


def fleet_lines(fleet: Fleet, *, full: bool = False) -> Iterator[Line]:
    """The verdict first, then what is wrong, then what changes, then what it costs together."""
    yield Line(_verdict(fleet), "heading")
    yield from _problems(fleet)
    changing = [each for each in fleet.deployments if each.changes]
    if changing:
        yield BLANK
        width = max(len(each.deployment) for each in changing)
        shown = changing if full else changing[:SHOWN]
        for each in shown:
            yield Line(f"{each.deployment:<{width}}  {each.headline}{_price(each)}", "modify", 1)
        if len(changing) > len(shown):
            yield Line(f"and {len(changing) - len(shown)} more: --full names all", "dim", 1)
        yield BLANK
        yield Line(_together(changing), "money")
        yield BLANK
        yield Line(f"Look at one: `hivemind plan {changing[0].file} -e {fleet.environment}`", "dim")


def _verdict(fleet: Fleet) -> str:
    tally = Counter("wrong" if each.problem else "changed" if each.changes else "same" for each in fleet.deployments)
    many = len(fleet.deployments)
    told = [f"{tally['changed']} to change", f"{tally['same']} as they are"]
    told += [f"{tally['wrong']} without a plan"] if tally["wrong"] else []
    told += [f"{len(fleet.absent)} specs without that environment"] if fleet.absent else []
    return f"{many} {plural('deployment', many)} in {fleet.environment}: {', '.join(told)}"


def _problems(fleet: Fleet) -> Iterator[Line]:
    blocked = [each for each in fleet.deployments if each.blocks]
    if fleet.problems or blocked:
        yield BLANK
    for each in fleet.problems:
        place = "" if each.problem.startswith(each.file) else f"{each.file}: "
        yield Line(f"✗ {place}{each.problem}", "block", 1)
        yield Line(f"hint: {each.hint}", "dim", 2)
    for each in blocked:
        yield Line(f"✗ {each.deployment}: Sheriff blocks it: {'; '.join(each.blocks)}", "block", 1)


def _price(each: Outlook) -> str:
    moved = each.after - each.before
    sign = "+" if moved > 0 else "-"
    told = f"  {sign}{dollars(abs(moved))} a month" if moved else ""
    return told if each.downtime == "none" else f"{told}  {each.downtime} of downtime"


def _together(changing: Iterable[Outlook]) -> str:
    found = tuple(changing)
    before = sum((each.before for each in found), Decimal(0))
    after = sum((each.after for each in found), Decimal(0))
    longest = max(each.seconds for each in found)
    unknown = " (some has no known price)" if any(each.unpriced for each in found) else ""
    return (
        f"together {dollars(before)} → {dollars(after)} a month{unknown}; the longest takes about {duration(longest)}"
    )
