"""How a plan looks in a terminal: the planner's lines, drawn in colour where there is a terminal to draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from hivemind.model.plan import Plan

STYLES = {
    "heading": "bold",
    "add": "green",
    "modify": "yellow",
    "remove": "red",
    "replace": "bold magenta",
    "note": "cyan",
    "warn": "yellow",
    "block": "bold red",
    "money": "",
    "step": "",
    "dim": "dim",
}


def console(*, stderr: bool = False) -> Console:
    """A console that never wraps words it was given, and draws no colour into a pipe."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def show_plan(plan: Plan, *, full: bool = False, then: bool = True) -> None:
    """Print a plan for people on stdout; without `then`, the verb that shows it is the next command already."""
    from hivemind.plan.summary import summary

    out = console()
    for line in summary(plan, full=full, then=then):
        out.print("  " * line.indent + line.text, style=STYLES[line.style])
