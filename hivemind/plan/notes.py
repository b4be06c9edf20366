"""What a reader must know and nothing decides by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hivemind.model import machines
from hivemind.model.balancing import DRAIN_SECONDS
from hivemind.model.live import Live
from hivemind.model.names import BOOTSTRAP
from hivemind.model.plan import Cost, Transition
from hivemind.model.template import FOUNDATION
from hivemind.plan.desired import Desired
from hivemind.plan.gates import UNGATED
from hivemind.plan.standing import holds_data, is_shell, stacks
from hivemind.plan.transition import Verdict
from hivemind.plan.words import dollars, short

MAX_NAMED = 5
SWITCHING: frozenset[Transition] = frozenset({"blue_green", "rolling", "upgrade", "rollback"})
"""Transitions in which another release takes over."""


def notes(desired: Desired, observed: Live | None, verdict: Verdict, cost: Cost) -> Iterator[str]:
    """The notes of a plan, the gravest first."""
    yield from _going_back(desired)
    yield from _gated(desired, verdict.transition, cost)
    yield from _switching(desired, verdict.transition)
    yield from _wreckage(desired, observed)
    if observed is None:
        yield from _offline(desired, verdict.transition)
    yield from _release(desired, verdict.transition)
    yield from _doubts(desired, verdict.transition)
    yield from _machines(desired, verdict.transition)
    yield from _plain_http(desired)
    yield from _local(desired)
    yield from _image(desired, observed, verdict.transition)
    if desired.environment.is_local:
        yield f"on this machine this costs $0; the estimate is what it would cost on AWS in {cost.region}"


def destroy_notes(live: Live, cost: Cost, *, local: bool) -> Iterator[str]:
    """What destroying leaves behind or cannot spare."""
    if _has_live_database(live):
        yield f"the database leaves a final snapshot{'' if local else ': $0.095 per GB and month until you delete it'}"
    for stack in stacks(live).values():
        if is_shell(stack):
            yield f"{stack.name} is {stack.status} and is deleted as it is"
    if cost.before > 0 and not local:
        yield f"{dollars(cost.before)} a month end with it"


def _gated(desired: Desired, transition: Transition, cost: Cost) -> Iterator[str]:
    """What this will be held up by; a freeze is told whatever the day, as a plan knows none."""
    budget, freeze = desired.environment.budget, desired.environment.freeze
    if transition in UNGATED:
        return
    if budget is not None and cost.after > budget and cost.after > cost.before:
        yield f"beyond the budget of ${budget} a month: needs `--allow over-budget`, or that label"
    if freeze is not None:
        yield f"frozen until {freeze.until} ({freeze.reason}): till then needs `--allow freeze`, or that label"


def _going_back(desired: Desired) -> Iterator[str]:
    back = desired.back
    if back is None:
        return
    for record in back.one_way:
        yield f"forced across the one-way migration of release {short(record.digest)}, which may make this one fail"
    if back.migrated and not back.one_way:
        named = ", ".join(dict.fromkeys(short(record.digest) for record in back.migrated))
        yield f"the database stays as it is: this release must work on the schema that the migration of {named} left"
    yield f"all of release {short(back.to.digest)} as of {back.to.when} comes back but the foundation, which stays"


def _switching(desired: Desired, transition: Transition) -> Iterator[str]:
    if transition not in SWITCHING:
        return
    if desired.release and desired.release.migrates and desired.back is None:
        yield "the migration runs while the release before serves, which must work on the new schema, too"
        if desired.spec.one_way_migration:
            yield "the migration is one-way by the spec's word: `hivemind rollback` will not cross it without --force"
    if transition == "rolling":
        yield "users are answered by both releases while it rolls, and reach the new one before anything has tried it"
    if any(service.kind == "web" for service in desired.services):
        yield f"a request that still runs {DRAIN_SECONDS} s after its instance was taken out is cut off"


def _wreckage(desired: Desired, observed: Live | None) -> Iterator[str]:
    there: Mapping[str, object] = {}
    if observed:
        there = stacks(observed)
        for part, stack in stacks(observed).items():
            if is_shell(stack) and not holds_data(stack) and part in desired.parts:
                yield f"{stack.name} is {stack.status}: an empty shell, deleted first"
            elif stack.busy:
                yield f"{stack.name} is {stack.status}: CloudFormation is still at work on it"
    for part in there:
        if part not in desired.parts and part not in (BOOTSTRAP, FOUNDATION):
            yield f"the service {part} is no longer in the spec, and its stack still stands"


def _offline(desired: Desired, transition: Transition) -> Iterator[str]:
    if transition == "create":
        yield "offline: no template is committed, so everything counts as new; what really runs is not known"
    else:
        yield "offline: compared with the committed templates; what runs, its parameters and the image are not known"
    if desired.release is None:
        yield "no release was made, so its digest is not known"


def _release(desired: Desired, transition: Transition) -> Iterator[str]:
    release = desired.release
    if release is None or transition == "none":
        return
    if release.uncommitted:
        named = ", ".join(release.uncommitted[:MAX_NAMED])
        more = len(release.uncommitted) - MAX_NAMED
        count = f"{len(release.uncommitted)} uncommitted file{'s' if len(release.uncommitted) > 1 else ''}"
        yield f"the release holds {count}: {named}{f' and {more} more' if more > 0 else ''}"


def _doubts(desired: Desired, transition: Transition) -> Iterator[str]:
    """What the rules could not tell for sure, with the candidates: the spec's word would settle it."""
    if transition != "none":
        for question in desired.findings.unsure:
            candidates = f" ({' or '.join(question.candidates)})" if question.candidates else ""
            yield f"not sure of {question.field}: {question.why}{candidates}"


def _machines(desired: Desired, transition: Transition) -> Iterator[str]:
    """Sizes that follow from the code, where they are not the usual ones."""
    if transition == "none":
        return
    asked = desired.spec.environments.get(desired.environment.name, desired.environment)
    for what, machine in (
        ("instances are", machines.instances(asked, desired.findings)),
        ("the builder is", machines.builder(desired.findings)),
    ):
        if machine.why:
            yield f"{what} {machine.type}: {machine.why}"


def _plain_http(desired: Desired) -> Iterator[str]:
    if desired.findings.has_web and desired.environment.certificate is None:
        yield "no certificate is given: the load balancer speaks plain HTTP, readable by anyone on the way"


def _local(desired: Desired) -> Iterator[str]:
    if not desired.environment.is_local:
        return
    if desired.has_database:
        yield "TLS to the database is not rehearsed: the local PostgreSQL speaks none"
    if desired.environment.emulator.runtimes == "nearest":
        yield "runtimes: nearest lets another minor version of a runtime stand in here; AWS will use the exact one"


def _image(desired: Desired, observed: Live | None, transition: Transition) -> Iterator[str]:
    if observed and transition == "none" and observed.image:
        used = {v for s in observed.stacks.values() for name, v in s.parameters.items() if name.endswith("Image") and v}
        if used and observed.image not in used:
            yield f"a newer machine image is out ({observed.image}); the next release will boot it"


def _has_live_database(live: Live) -> bool:
    foundation = live.foundation
    return foundation is not None and any(r.type == "AWS::RDS::DBInstance" for r in foundation.resources)
