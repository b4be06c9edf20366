"""The planner: what is wanted and what is there, in; a sealed plan, out. It looks at values only and never acts.

    desired ─┐
             ├─pairs→ changes ─classify→ transition ─strategy→ steps ─┐
    live ────┘          └───── cost ───── findings ──── forecast ─────┴─seal→ Plan

The order of the sections below is the order of that line.
"""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.errors import UsageError
from hivemind.model.change import ParameterChange, ResourceChange
from hivemind.model.live import Live
from hivemind.model.names import BOOTSTRAP, deployment_id
from hivemind.model.plan import Cost, Finding, Plan, Wanted
from hivemind.model.spec import EnvironmentSpec, Spec
from hivemind.model.step import Step
from hivemind.model.template import Template
from hivemind.plan import pairs as pairing
from hivemind.plan import parameters
from hivemind.plan.cost import estimate
from hivemind.plan.desired import Desired
from hivemind.plan.diff import diff
from hivemind.plan.fingerprint import live_fingerprint, spec_fingerprint
from hivemind.plan.forecast import Pace, forecast
from hivemind.plan.guards import guards
from hivemind.plan.headline import headline
from hivemind.plan.moved import tells_otherwise
from hivemind.plan.notes import destroy_notes, notes
from hivemind.plan.pairs import Pairs
from hivemind.plan.previews import merge
from hivemind.plan.resolve import Resources, resources
from hivemind.plan.seal import seal
from hivemind.plan.standing import Standing, stacks, standing
from hivemind.plan.strategies.blue_green import blue_green, half_way, way_back
from hivemind.plan.strategies.create import create, recovery
from hivemind.plan.strategies.destroy import destroy
from hivemind.plan.strategies.in_place import in_place
from hivemind.plan.strategies.rolling import rolled_back, rolling
from hivemind.plan.switching import frozen_changes, why_switch
from hivemind.plan.texts import texts
from hivemind.plan.transition import Facts, Intent, Verdict, classify, raised

__all__ = ["Desired", "Previews", "plan", "plan_destroy"]

Previews = Mapping[str, tuple[ResourceChange, ...]]
_NO_PREVIEWS: Previews = {}


def plan(
    desired: Desired,
    observed: Live | None,
    committed: Mapping[str, str],
    findings: tuple[Finding, ...],
    previews: Previews = _NO_PREVIEWS,
) -> Plan:
    """The plan from what is observed (None: offline, from the committed bodies by part) to what is desired.

    `findings` are Sheriff's; `previews` are change sets' answers by part, and win where they differ. Raises
    UsageError when an environment must be created and there is no release.
    """
    desired = _with_image(desired, observed)
    pairs = pairing.online(desired, observed) if observed else pairing.offline(desired, committed)
    changes = _changes(pairs, previews)
    verdict = _verdict(desired, observed, pairs, changes)
    steps = _steps(desired, observed, verdict, pairs)
    cost = _cost(desired, pairs)
    pace = Pace(desired.environment.is_local, desired.has_database, desired.taken)
    return seal(
        Plan(
            deployment=desired.deployment,
            region=desired.environment.region,
            offline=observed is None,
            transition=verdict.transition,
            headline=headline(verdict, changes),
            changes=changes,
            parameters=_parameters(pairs),
            cost=cost,
            findings=(*guards(changes, observed), *findings),
            forecast=forecast(verdict.transition, steps, changes, pace),
            notes=tuple(notes(desired, observed, verdict, cost)),
            wanted=Wanted(spec=desired.spec, environment=desired.environment, findings=desired.findings),
            release=desired.release,
            image=desired.image,
            templates={t.part: t.body for t in desired.templates},
            texts=texts(pairs),
            steps=steps,
            recovery=_recovery(desired, observed, verdict),
            spec_fingerprint=spec_fingerprint(desired),
            live_fingerprint=live_fingerprint(observed),
        )
    )


def plan_destroy(spec: Spec, environment: EnvironmentSpec, observed: Live, last_on_local: bool = False) -> Plan:
    """The plan that leaves nothing but the final snapshot; with `last_on_local` the artifact bucket goes too."""
    steps = destroy(spec.name, environment.name, observed, last_on_local=last_on_local)
    doomed = [part for part in stacks(observed) if part != BOOTSTRAP or last_on_local]
    pairs = pairing.removal(observed, tuple(doomed)) if steps else ()
    changes = _changes(pairs, _NO_PREVIEWS)
    verdict = Verdict("destroy", ("it was asked for",)) if steps else Verdict("none", ("nothing stands",))
    cost = estimate(*_sides(pairs), environment.region)
    pace = Pace(environment.is_local, any(c.type == "AWS::RDS::DBInstance" for c in changes))
    return seal(
        Plan(
            deployment=deployment_id(spec.name, environment.name),
            region=environment.region,
            offline=False,
            transition=verdict.transition,
            headline=headline(verdict, changes),
            changes=changes,
            parameters=(),
            cost=cost,
            findings=(),
            forecast=forecast(verdict.transition, steps, changes, pace),
            notes=tuple(destroy_notes(observed, cost, local=environment.is_local)) if steps else (),
            templates={part: stack.body for part, stack in stacks(observed).items()},
            steps=steps,
            spec_fingerprint="",
            live_fingerprint=live_fingerprint(observed),
        )
    )


def _with_image(desired: Desired, observed: Live | None) -> Desired:
    """The release boots the image that the cloud names now, unless one was asked for."""
    if observed is None or desired.image:
        return desired
    return desired.model_copy(update={"image": observed.image})


def _changes(pairs: Pairs, previews: Previews) -> tuple[ResourceChange, ...]:
    found: list[ResourceChange] = []
    for pair in pairs:
        before, after = pair.before, pair.after
        ours = diff(
            pair.stack,
            before.text if before else None,
            after.text if after else None,
            before.parameters if before else None,
            after.parameters if after else None,
        )
        found += merge(ours, previews.get(pair.part, ())) if before else ours
    return tuple(found)


def _parameters(pairs: Pairs) -> tuple[ParameterChange, ...]:
    found: list[ParameterChange] = []
    for pair in pairs:
        if pair.after is None:
            continue  # all of them go with their stack
        sides = [(b.text, b.parameters) if b and b.parameters is not None else None for b in (pair.before, pair.after)]
        found += parameters.changes(pair.stack, sides[0], sides[1])
    return tuple(found)


def _verdict(desired: Desired, observed: Live | None, pairs: Pairs, changes: tuple[ResourceChange, ...]) -> Verdict:
    if observed is None:
        nothing = all(pair.before is None for pair in pairs)
        frozen = ", ".join(dict.fromkeys(frozen_changes(changes)))
        launched = (f"what instances are launched from changes: {frozen}",) if frozen else ()
        stands: Standing = "nothing" if nothing else "complete"
        return classify(Facts(stands, changes, launched, _raised(desired, pairs), _retold(pairs)))
    switches = [reason for template in desired.templates for reason in _switch_reasons(template, desired, observed)]
    switches += half_way(desired, observed)
    raised = _raised(desired, pairs)
    intent: Intent = "rollback" if desired.back else "roll" if desired.rolling else "apply"
    return classify(Facts(standing(desired, observed), changes, tuple(switches), raised, _retold(pairs), intent))


def _switch_reasons(template: Template, desired: Desired, live: Live) -> tuple[str, ...]:
    service = any(service.name == template.part for service in desired.services)
    stack = live.stacks.get(template.part)
    if stack is not None:
        return why_switch(template, stack, desired, live)
    return (f"{template.part} is a new service",) if service else ()


def _raised(desired: Desired, pairs: Pairs) -> tuple[str, ...]:
    if desired.environment.stage != "production" or any(p.before is None and p.part != BOOTSTRAP for p in pairs):
        return ()
    return raised(*_sides(pairs))


def _retold(pairs: Pairs) -> tuple[str, ...]:
    told = [
        f"the outputs of {pair.stack} change"
        for pair in pairs
        if pair.before and pair.after and tells_otherwise(pair.before.text, pair.after.text)
    ]
    return (*told, *(f"{pair.stack} is protected against deletion again" for pair in pairs if pair.protects))


def _steps(desired: Desired, observed: Live | None, verdict: Verdict, pairs: Pairs) -> tuple[Step, ...]:
    match verdict.transition:
        case "create":
            _require_release(desired, observed)
            return create(desired, observed)
        case "in_place":
            return in_place(pairs)
        case "blue_green" | "upgrade" | "rollback" if observed is not None:
            _require_release(desired, observed)
            return blue_green(desired, observed, pairs)
        case "rolling" if observed is not None:
            _require_release(desired, observed)
            return rolling(desired, observed)
        case _:
            return ()


def _recovery(desired: Desired, observed: Live | None, verdict: Verdict) -> tuple[Step, ...]:
    match verdict.transition:
        case "create":
            return recovery(desired)
        case "blue_green" | "upgrade" | "rollback" if observed is not None:
            return way_back(desired, observed)
        case "rolling" if observed is not None:
            return rolled_back(desired, observed)
        case _:
            return ()


def _require_release(desired: Desired, observed: Live | None) -> None:
    if observed is not None and desired.release is None:
        hint = "plan from a checkout of the application's sources"
        raise UsageError("there is no release to deploy", hint=hint)


def _cost(desired: Desired, pairs: Pairs) -> Cost:
    return estimate(*_sides(pairing.assumed(pairs, desired)), desired.environment.region)


def _sides(pairs: Pairs) -> tuple[Mapping[str, Resources], Mapping[str, Resources]]:
    return (
        {pair.part: resources(pair.before) for pair in pairs},
        {pair.part: resources(pair.after) for pair in pairs},
    )
