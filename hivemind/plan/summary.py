"""A plan for people, in plain lines: what changes, what it costs, what is wrong with it, what will be done.

The verdict stands first and the next command last; long lists fold, and nothing grave ever does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hivemind.model.plan import Finding, Plan, Severity
from hivemind.model.spec import LOCAL
from hivemind.plan.line import BLANK, Line, Style
from hivemind.plan.show_changes import abridged, show_changes
from hivemind.plan.show_cost import show_cost
from hivemind.plan.texts import text_lines
from hivemind.plan.words import describe, duration

__all__ = ["Line", "describe", "summary"]

_SEVERITY: dict[Severity, tuple[str, Style]] = {
    "block": ("✗ blocks", "block"),
    "warn": ("! warns", "warn"),
    "info": ("· notes", "note"),
}


def summary(plan: Plan, *, full: bool = False, then: bool = True) -> tuple[Line, ...]:
    """The plan in lines; `full` names every resource, property and amount; `then` ends with the next command."""
    told = sections(plan, full=full)
    named = [lines for name, lines in told.items() if full or name != "template"]
    parts = (tuple(_head(plan)), *named, tuple(_next(plan)) if then else ())
    return tuple(line for part in parts for line in part)


def sections(plan: Plan, *, full: bool = False) -> Mapping[str, tuple[Line, ...]]:
    """What follows the verdict, each under its name, empty where there is nothing to say."""
    return {
        "changes": tuple(_changes(plan, full)),
        "template": tuple(text_lines(plan.texts)),
        "cost": tuple(_cost(plan, full)),
        "findings": tuple(_findings(plan)),
        "steps": tuple(_steps(plan)),
        "notes": tuple(_notes(plan)),
    }


def _head(plan: Plan) -> Iterator[Line]:
    yield Line(f"{plan.deployment}  {plan.headline}", "heading")
    if plan.transition == "none":
        return
    forecast = plan.forecast
    time = f"about {duration(forecast.seconds)}, " if plan.steps else ""
    yield Line(f"{time}{_downtime(plan)}", "dim" if forecast.downtime == "none" else "warn", 1)
    yield Line(f"way back: {forecast.way_back}", "dim" if forecast.reversible else "warn", 1)


def _downtime(plan: Plan) -> str:
    forecast = plan.forecast
    if plan.transition == "destroy":
        return forecast.downtime_reason
    told = "no downtime" if forecast.downtime == "none" else f"{forecast.downtime} of downtime"
    return f"{told} ({forecast.downtime_reason})" if forecast.downtime_reason else told


def _changes(plan: Plan, full: bool) -> Iterator[Line]:
    if plan.changes:
        yield BLANK
        yield Line("Changes", "heading")
        yield from show_changes(plan.changes, full=full)
    moved = [p for p in plan.parameters if p.before is not None or full]
    if moved and plan.transition not in ("create", "destroy"):
        yield Line("parameters", "dim", 1)
        for change in moved:
            after = "(known after apply)" if change.after is None else abridged(change.after, full)
            before = "(known after apply)" if change.before is None else abridged(change.before, full)
            yield Line(f"~ {change.stack} {change.name}: {before} → {after}", "modify", 2)


def _cost(plan: Plan, full: bool) -> Iterator[Line]:
    if plan.transition == "none" and not full:
        return
    yield BLANK
    yield from show_cost(plan.cost, local=_is_local(plan), full=full)


def _findings(plan: Plan) -> Iterator[Line]:
    if plan.transition in ("destroy", "none") and not plan.findings:
        return
    yield BLANK
    blocks = sum(f.severity == "block" for f in plan.findings)
    told = f"{len(plan.findings)} found, {blocks} of them block" if plan.findings else "nothing found"
    yield Line(f"Sheriff: {told}", "block" if blocks else "heading")
    rank = list(_SEVERITY)
    for finding in sorted(plan.findings, key=lambda f: rank.index(f.severity)):
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[Line]:
    word, style = _SEVERITY[finding.severity]
    yield Line(f"{word}: {finding.title} [{finding.rule}]", style, 1)
    yield Line(f"{finding.where}: {finding.why}", "dim", 2)
    yield Line(f"fix: {finding.fix}", style, 2)


def _steps(plan: Plan) -> Iterator[Line]:
    if not plan.steps:
        return
    each = plan.forecast.each or (0,) * len(plan.steps)
    texts = [describe(step) for step in plan.steps]
    width = max(len(text) for text in texts)
    yield BLANK
    yield Line("Steps", "heading")
    for number, (text, seconds) in enumerate(zip(texts, each, strict=True), 1):
        time = f"  ~{duration(seconds)}" if seconds else ""
        yield Line(f"{number:>2}. {text:<{width if time else 0}}{time}", "step", 1)


def _notes(plan: Plan) -> Iterator[Line]:
    if plan.notes:
        yield BLANK
        yield Line("Notes", "heading")
        for note in plan.notes:
            yield Line(f"- {note}", "note", 1)


def _next(plan: Plan) -> Iterator[Line]:
    _, env = plan.deployment.split(":", 1)
    flag = "" if env == LOCAL else f" -e {env}"
    yield BLANK
    if plan.blocked:
        yield Line(f"Next: fix what blocks, then `hivemind plan{flag}`; apply refuses this plan", "block")
    elif plan.transition == "none":
        yield Line("Next: nothing to do", "heading")
    elif plan.offline:
        yield Line(f"Next: `hivemind plan{flag}` compares with what really runs", "heading")
    else:
        verb = plan.transition if plan.transition in ("destroy", "rollback") else "apply"
        yield Line(f"Next: `hivemind {verb}{flag}`", "heading")


def _is_local(plan: Plan) -> bool:
    return plan.deployment.endswith(f":{LOCAL}")
