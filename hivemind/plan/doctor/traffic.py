"""What is wrong with a service's colours and with where its traffic goes."""

from __future__ import annotations

from collections.abc import Iterator

from hivemind.model.symptom import Symptom
from hivemind.plan.doctor.facts import Facts
from hivemind.plan.standing import serving
from hivemind.plan.strategies.blue_green import is_drifted
from hivemind.plan.words import short


def two_colours(facts: Facts) -> Iterator[Symptom]:
    """Both colours hold a release, and no run goes on that would empty one."""
    for name, service, _ in facts.standing():
        if len(service.releases) == 2:
            held = ", ".join(f"{colour} {short(digest)}" for colour, digest in service.releases.items())
            yield Symptom(
                kind="two-colours",
                severity="warning",
                where=name,
                what=f"both colours hold a release ({held}), and both cost",
                way_out=facts.onward,
                note=f"It comes to rest on one of them; {serving(service) or 'none'} serves now.",
            )


def divided(facts: Facts) -> Iterator[Symptom]:
    """Both colours take some of the traffic."""
    for name, service, _ in facts.standing():
        if sum(weight > 0 for weight in service.weights.values()) == 2:
            shares = ", ".join(f"{colour} {weight}" for colour, weight in service.weights.items())
            hollow = [colour for colour in service.weights if colour not in service.releases]
            yield Symptom(
                kind="traffic-divided",
                severity="error" if hollow else "warning",
                where=name,
                what=f"the traffic is divided: {shares}"
                + (f"; {hollow[0]} holds no release, so its share gets errors" if hollow else ""),
                way_out=facts.onward,
                note="It sends all of it to one colour.",
            )


def drifted(facts: Facts) -> Iterator[Symptom]:
    """The listener was told something else than the stack."""
    for name, service, stack in facts.standing():
        if is_drifted(service, stack):
            shares = ", ".join(f"{colour} {weight}" for colour, weight in service.weights.items())
            yield Symptom(
                kind="listener-drifted",
                severity="warning",
                where=name,
                what=f"the listener has the weights {shares}, and the stack {stack.name} others",
                way_out=facts.onward,
                note="What the listener has decides: the stack is made to agree.",
            )


def nothing_serves(facts: Facts) -> Iterator[Symptom]:
    """A service that stands and has no release where its traffic goes."""
    for name, service, stack in facts.standing():
        if serving(service) is None and name in facts.services:
            yield Symptom(
                kind="nothing-serves",
                severity="error",
                where=name,
                what=f"{stack.name} stands and no release takes the traffic",
                way_out=facts.onward,
                note="It goes on from what stands, up to a release that serves.",
            )


def unhealthy(facts: Facts) -> Iterator[Symptom]:
    """The colour that serves has no healthy target: users get errors."""
    for name, service, _ in facts.standing():
        colour = serving(service)
        found = facts.targets.get((name, colour)) if colour else None
        if colour is not None and found is not None and found.healthy == 0:
            back = any(digest != service.releases[colour] for digest in facts.recorded)
            yield Symptom(
                kind="no-healthy-target",
                severity="error",
                where=f"{name} {colour}",
                what=f"release {short(service.releases[colour])} serves with 0 of {found.there} targets healthy",
                way_out=facts.command("rollback" if back else "apply"),
                note="The release before takes its place, beside it first."
                if back
                else "Repair the application first: there is no release to go back to.",
            )
