"""`hivemind apply`: plan, show, ask, and do exactly that."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hivemind.cli.options import (
    Allow,
    AllowInterruption,
    Directory,
    Env,
    Frozen,
    Locked,
    Lose,
    Target,
    Yes,
    allowed,
    pinning_of,
    resolve,
)
from hivemind.errors import RefusedError, UsageError
from hivemind.model.spec import LOCAL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from hivemind.agents.hive import Hive
    from hivemind.agents.project import Project
    from hivemind.model.gate import Gate
    from hivemind.model.plan import Plan
    from hivemind.model.run import RunEvent
    from hivemind.ports import Bundles, Clock


def apply(
    target: Target = None,
    env: Env = LOCAL,
    yes: Yes = False,
    allow_interruption: AllowInterruption = False,
    allow: Allow = None,
    lose: Lose = None,
    locked: Locked = False,
    frozen: Frozen = False,
    directory: Directory = None,
) -> None:
    """Deploy: plan, show, ask, do it.

    PATH may also be a plan saved with `plan --out`; it is applied only if planning now gives the same.
    """
    from hivemind.agents.project import read_project
    from hivemind.cli.planning import make_plan
    from hivemind.plan.stale import require_fresh

    saved = _saved(target)
    project = read_project(resolve(None if saved else target, directory))
    environment = project.environment(saved.deployment.split(":")[1] if saved else env)
    plan, bundles = make_plan(project, environment, offline=False, pinning=pinning_of(locked=locked, frozen=frozen))
    if saved is not None:
        require_fresh(saved, plan)
    consent = Consent(yes, allowed(allow_interruption, allow), frozenset(lose or ()))
    carry_through(plan, project, bundles, consent)


@dataclass(frozen=True)
class Consent:
    """What was agreed to on the command line, before the plan was seen."""

    yes: bool
    allowed: frozenset[Gate] = frozenset()
    """What was said yes to beside the plan."""
    lose: frozenset[str] = frozenset()
    """The names of what may go with its data."""


def carry_through(
    plan: Plan, project: Project, bundles: Bundles, consent: Consent, once_agreed: Callable[[], None] = lambda: None
) -> None:
    """From a plan to an address: show it, have it agreed to, do it, and show what came of it."""
    from hivemind import wiring
    from hivemind.cli.show import show_plan

    show_plan(plan, then=False)
    typer.echo()
    environment = project.environment(plan.deployment.split(":")[1])
    hive = wiring.hive(project, environment)
    if plan.transition != "none":
        agree(plan, consent, hive.clock)
    once_agreed()
    if plan.transition != "none":
        execute(plan, project, hive, bundles)
    show_outputs(project, environment.name, hive)


def agree(plan: Plan, consent: Consent, clock: Clock) -> None:
    """Have a plan agreed to that can be applied; raises RefusedError or UsageError, or aborts, when it is not."""
    require_applicable(plan)
    require_consent(plan, consent.allowed, clock.now().date())
    require_loss(plan, consent.lose)
    confirm(f"Apply this to {plan.deployment}?", consent.yes)


def require_loss(plan: Plan, named: Collection[str]) -> None:
    """What goes with its data is named by whoever lets it go, in the command or now; nobody loses it by `--yes`."""
    from hivemind.plan.guards import removals

    for name in removals(plan.changes):
        if name in named:
            continue
        if not sys.stdin.isatty():
            raise RefusedError(
                f"{name} would be removed with its data",
                where=plan.deployment,
                hint=f"If that is meant, say `hivemind apply --lose {name}`; a final snapshot is kept.",
            )
        if typer.prompt(f"Type {name} to let it go with its data") != name:
            raise UsageError("that is not its name", hint="Nothing was changed.")


def require_applicable(plan: Plan) -> None:
    """Refuse a plan that Sheriff blocks, or that says nothing of what to do."""
    if plan.blocked:
        raise RefusedError(
            "Sheriff blocks this plan",
            where=plan.deployment,
            hint="Fix what is marked `blocks` above; each says how.",
        )
    if not plan.steps:
        raise RefusedError(
            "this plan holds no steps: it was made without a look at the cloud",
            where=plan.deployment,
            hint="Nothing was changed. Plan again without --offline.",
        )


def require_consent(plan: Plan, allowed: frozenset[Gate], today: date) -> None:
    """Interruption, budget and freeze are never a surprise: each is said yes to by name, beside the confirmation."""
    from hivemind.plan.gates import stops

    for stop in stops(plan, today):
        if stop.gate not in allowed:
            option = "--allow-interruption" if stop.gate == "interruption" else f"--allow {stop.gate}"
            label = f"in a pull request by the label `hivemind: allow {stop.gate}`"
            raise RefusedError(
                stop.words, where=plan.deployment, hint=f"{stop.hint}, or say yes to it: by {option}, {label}."
            )


def confirm(question: str, yes: bool) -> None:
    """Ask unless told not to; silence where nobody can answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to confirm", hint="Add --yes to go ahead without being asked.")
    typer.confirm(question, abort=True)


def execute(plan: Plan, project: Project, hive: Hive, bundles: Bundles) -> None:
    """Run the plan and draw it as it goes; raises StepError with its evidence when a step fails."""
    from hivemind.agents import conductor

    draw(plan, conductor.apply(plan, project, hive, bundles))


def draw(plan: Plan, events: Iterator[RunEvent]) -> None:
    """Draw what happens; an interrupt leaves the run where it is and says how to go on."""
    from contextlib import closing

    from hivemind.cli.progress import RunView

    try:
        with closing(RunView(plan)) as view:
            for event in events:
                view.see(event)
    except KeyboardInterrupt:
        typer.echo("The run was left where it is. To go on with this plan: hivemind resume", err=True)
        raise


def _saved(target: Path | None) -> Plan | None:
    from hivemind.plan.seal import open_plan

    if target is None or target.suffix != ".json" or not target.is_file():
        return None
    return open_plan(target.read_text())


def show_outputs(project: Project, environment: str, hive: Hive) -> None:
    """The outputs of the environment's stacks; the address stands last."""
    from hivemind.agents.conductor import outputs

    found = dict(outputs(project, environment, hive))
    url = found.pop("Url", None)
    if found:
        typer.echo("Outputs:")
    for name, value in found.items():
        typer.echo(f"  {name:<24} {value}")
    if url is not None:
        typer.echo(f"URL: {url}")
