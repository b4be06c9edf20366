"""create: base first, with empty colours; then the first release, verified before the base is protected.

The list is the same for a create that goes on from a half-finished one, since each step looks first whether it is
done; only wreckage is deleted beforehand, and a colour that already holds this very release is not emptied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hivemind.model.findings import ServiceFindings
from hivemind.model.live import Live, LiveStack
from hivemind.model.names import BOOTSTRAP, PROTECT, for_colour
from hivemind.model.step import (
    AwaitHealthy,
    BuildRelease,
    DeleteStack,
    EmptyColour,
    RecordRelease,
    RunMigration,
    SaveEvidence,
    ShiftTraffic,
    Step,
    UpdateStack,
    UploadBundle,
    VerifyRelease,
)
from hivemind.model.template import FOUNDATION, Template
from hivemind.plan.desired import Desired
from hivemind.plan.parameters import base, weights_of_blue
from hivemind.plan.standing import holds_data, is_shell, stacks
from hivemind.plan.strategies.filling import fill

Steps = tuple[Step, ...]


def create(desired: Desired, live: Live | None) -> Steps:
    """The steps from whatever stands to an environment that serves its first release."""
    there = stacks(live) if live else {}
    return (
        *_clear(there, desired),
        *_bases(desired, there),
        *_release(desired),
        *(step for service in desired.services for step in _first_colour(desired, service)),
        *_protect(desired),
        RecordRelease(digest=desired.digest, colours={service.name: "blue" for service in desired.services}),
    )


def recovery(desired: Desired) -> Steps:
    """When the release fails: evidence, then its colours emptied; base and database stay."""
    return tuple(step for service in desired.services for step in _way_back(desired, service))


def _clear(there: Mapping[str, LiveStack], desired: Desired) -> Iterator[Step]:
    """Wreckage goes first, services before the foundation they import from; never what holds data."""
    for part in reversed(desired.parts):
        stack = there.get(part)
        if stack and is_shell(stack) and not holds_data(stack):
            yield DeleteStack(part=part, stack=stack.name)


def _bases(desired: Desired, there: Mapping[str, LiveStack]) -> Iterator[Step]:
    for part in desired.parts:
        template = _template(desired, part)
        stack = there.get(part)
        known = stack if stack and not is_shell(stack) else None
        if part != BOOTSTRAP:
            yield UpdateStack(part=part, stack=template.stack, parameters=_base_parameters(template, known, desired))
        elif known is None or known.body != template.body:
            yield UpdateStack(part=part, stack=template.stack, purpose="bootstrap")


def _base_parameters(template: Template, known: LiveStack | None, desired: Desired) -> Mapping[str, str]:
    values = base(template, desired)
    if known is None:
        return values
    if template.part == FOUNDATION:
        return {PROTECT: known.parameters.get(PROTECT, "false")}
    kept = {name: value for name, value in values.items() if name.endswith("Weight")}
    filled = known.parameters.get(for_colour("blue", "Release"), "")
    return kept if filled == desired.digest else values


def _release(desired: Desired) -> Iterator[Step]:
    yield UploadBundle(digest=desired.digest)
    yield BuildRelease(digest=desired.digest, image=desired.image)
    if desired.release and desired.release.migrates:
        yield RunMigration(digest=desired.digest, image=desired.image)


def _first_colour(desired: Desired, service: ServiceFindings) -> Iterator[Step]:
    stack = _template(desired, service.name).stack
    yield fill(service, stack, "blue", desired)
    if service.kind == "web":
        yield AwaitHealthy(service=service.name, stack=stack, colour="blue")
        yield VerifyRelease(service=service.name, stack=stack, colour="blue", path=service.health_path)
        yield ShiftTraffic(service=service.name, stack=stack, weights=weights_of_blue())


def _protect(desired: Desired) -> Iterator[Step]:
    if template := desired.template(FOUNDATION):
        yield UpdateStack(part=FOUNDATION, stack=template.stack, parameters={PROTECT: "true"}, purpose="protect")


def _way_back(desired: Desired, service: ServiceFindings) -> Iterator[Step]:
    stack = _template(desired, service.name).stack
    yield SaveEvidence(service=service.name, stack=stack, colour="blue")
    yield EmptyColour(service=service.name, stack=stack, colour="blue", weights=weights_of_blue())


def _template(desired: Desired, part: str) -> Template:
    return next(t for t in desired.templates if t.part == part)
