"""`hivemind ci apply`: have a merge done, exactly as its pull request was shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hivemind.cli.ci.options import Envs, Place
from hivemind.errors import HiveMindError, RefusedError, StepError, UsageError
from hivemind.model.review import Applied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hivemind.agents.project import Project
    from hivemind.model.pull import Pull
    from hivemind.model.review import Reviewed
    from hivemind.model.spec import EnvironmentSpec
    from hivemind.ports import Forge


def apply(place: Place = Path(), env: Envs = None) -> int:
    """Apply what was merged, if it is what the pull request was shown; environments in order, none after a failure.

    Runs in a workflow for `push`. What came of it stands in the pull request, with the way on and back where it failed.
    """
    from hivemind import wiring
    from hivemind.model.event import Pushed

    event, forge = wiring.event(), wiring.forge()
    if not isinstance(event, Pushed):
        raise UsageError("nothing was merged", hint="Run it in a workflow for `push`.")
    pull = forge.pull_of(event.commit)
    if pull is None:
        raise RefusedError(
            "this commit came without a pull request, so nobody was shown what it would do",
            where=event.commit[:12],
            hint="Apply it by hand (`hivemind apply`), or bring it in by a pull request.",
        )
    return merge(place, env or (), pull, event.commit, forge)


@dataclass(frozen=True)
class Merge:
    """A merged pull request: what it was shown, who answers for it, and where that is told."""

    pull: Pull
    commit: str
    shown: Mapping[str, Reviewed]
    forge: Forge

    @property
    def who(self) -> str:
        """Who acts, for journal, lease and release records: the author, and those who approved."""
        approved = f", approved by {', '.join(self.pull.approvers)}" if self.pull.approvers else ""
        return f"{self.pull.author} by #{self.pull.number}{approved}"


def merge(place: Path, environments: Sequence[str], pull: Pull, commit: str, forge: Forge) -> int:
    """Apply what a merged pull request touches; the worst exit code of all deployments."""
    from hivemind import wiring
    from hivemind.agents.review import specs_in, touched
    from hivemind.agents.uses import in_order
    from hivemind.plan.applied import mark, report
    from hivemind.plan.review import MARK, kept

    remark = forge.remark(pull.number, MARK)
    merged = Merge(pull, commit, kept(remark.body) if remark else {}, forge)
    files = touched(specs_in(place), wiring.top(place), forge.changed(pull.number))
    ended: list[tuple[Applied, int]] = []
    for file in in_order(files):
        ended += _environments(file, environments, merged, [applied for applied, _ in ended])
    told = [applied for applied, _ in ended]
    if told:
        forge.say(pull.number, mark(told), report(told, commit))
        wiring.runner().summarise(report(told, commit))
    return max((code for _, code in ended), default=0)


def _environments(
    file: Path, asked: Sequence[str], merged: Merge, before: Sequence[Applied]
) -> Iterator[tuple[Applied, int]]:
    """One spec's environments in its order; none is tried after one that went wrong, nor after one that it uses."""
    from hivemind.agents.project import read_project
    from hivemind.agents.review import environments
    from hivemind.agents.uses import used
    from hivemind.plan.applied import goes_on

    try:
        project = read_project(file)
        wanted = environments(project, asked)
    except HiveMindError as error:
        yield _ended(str(file), error), error.exit_code
        return
    going, wrong = True, {each.deployment for each in before if not goes_on(each)}
    for environment in wanted:
        name = f"{project.spec.name}:{environment.name}"
        if not going or any(f"{other}:{environment.name}" in wrong for other in used(project)):
            yield Applied(deployment=name, ending="not tried"), 0
            continue
        try:
            applied, code = _applied(project, environment, merged), 0
        except HiveMindError as error:
            typer.secho(f"{error}\n  hint: {error.hint}", err=True)
            applied, code = _ended(name, error), error.exit_code
        going = goes_on(applied)
        yield applied, code


def _applied(project: Project, environment: EnvironmentSpec, merged: Merge) -> Applied:
    from hivemind import wiring
    from hivemind.agents.conductor import outputs
    from hivemind.cli.apply import Consent, agree, execute
    from hivemind.cli.ci.planning import pinning_in
    from hivemind.cli.planning import make_plan
    from hivemind.cli.show import show_plan
    from hivemind.plan.gates import opened
    from hivemind.plan.stale import require_reviewed

    hive = wiring.hive(project, environment, who=merged.who)
    with wiring.runner().quoting():
        plan, bundles = make_plan(project, environment, offline=False, pinning=pinning_in(project))
        show_plan(plan, then=False)
        if plan.transition == "none":
            return Applied(deployment=plan.deployment, ending="unchanged")
        require_reviewed(merged.shown.get(plan.deployment), plan)
        agree(plan, Consent(yes=True, allowed=opened(merged.pull.labels)), hive.clock)
        deployment = merged.forge.begin_deployment(merged.commit, environment.name)
        try:
            execute(plan, project, hive, bundles)
        except BaseException:
            merged.forge.tell_deployment(deployment, "failure")
            raise
        url = outputs(project, environment.name, hive).get("Url", "")
    merged.forge.tell_deployment(deployment, "success", url)
    return Applied(deployment=plan.deployment, ending="applied", headline=plan.headline, url=url)


def _ended(deployment: str, error: HiveMindError) -> Applied:
    evidence = error.evidence if isinstance(error, StepError) else ()
    return Applied(
        deployment=deployment,
        ending="failed" if isinstance(error, StepError) else "refused",
        message=str(error),
        hint=error.hint,
        evidence=evidence,
    )
