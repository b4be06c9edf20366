"""Each part of an environment as it is and as it should be: body and parameter values, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from hivemind.model.live import Live, LiveStack
from hivemind.model.names import BOOTSTRAP, PROTECT, foundation_stack, service_stack
from hivemind.model.template import FOUNDATION, Template
from hivemind.plan import parameters
from hivemind.plan.desired import Desired
from hivemind.plan.moved import arriving
from hivemind.plan.resolve import Body
from hivemind.plan.sizing import resized
from hivemind.plan.standing import data_in, is_shell, serving, stacks, standing
from hivemind.plan.switching import why_switch


@dataclass(frozen=True)
class Pair:
    """One part, before and after; None where it is not there. Parameters of None are not known."""

    part: str
    stack: str
    before: Body | None
    after: Body | None

    @property
    def differs(self) -> bool:
        """Whether anything at all is to be told to CloudFormation, be it only an output."""
        if self.before is None or self.after is None:
            return True
        same = self.before.text.strip() == self.after.text.strip()
        return not same or self.before.parameters != self.after.parameters

    @property
    def protects(self) -> bool:
        """Whether protection against deletion is to be switched on again: a destroy that was cut off had lifted it."""
        sides = [side.parameters or {} for side in (self.before, self.after) if side]
        return len(sides) == 2 and [side.get(PROTECT, "true") for side in sides] == ["false", "true"]

    @property
    def loses_data(self) -> bool:
        """Whether a database or a bucket goes, which is protected until then."""
        return bool(self.before and self.after and data_in(self.before.text) - data_in(self.after.text))

    @property
    def is_protection_alone(self) -> bool:
        """Whether nothing else differs."""
        if not self.protects or self.before is None or self.after is None:
            return False
        known = {**(self.before.parameters or {}), PROTECT: "true"}
        return self.before.text.strip() == self.after.text.strip() and known == self.after.parameters


Pairs = tuple[Pair, ...]


def online(desired: Desired, live: Live) -> Pairs:
    """Against the cloud: wreckage counts as absent, and what the plan decides is put over what is there."""
    whole = standing(desired, live)
    there = {part: stack for part, stack in stacks(live).items() if not is_shell(stack)}
    found = []
    for part in desired.parts:
        template, stack = _template(desired, part), there.get(part)
        before = Body(stack.body, stack.parameters) if stack else None
        if whole == "complete" and stack and part == FOUNDATION:
            values: Mapping[str, str] = {**stack.parameters, **parameters.protected(template)}
        elif whole == "complete" and stack:
            values = _kept_or_switched(template, stack, desired, live)
        else:
            values = {**(stack.parameters if stack else {}), **parameters.final(template, desired)}
        found.append(Pair(part, template.stack, before, Body(template.body, values)))
    if whole == "complete":
        found += _orphans(desired, there)
    return tuple(found)


def offline(desired: Desired, committed: Mapping[str, str]) -> Pairs:
    """Against the committed bodies; with none, everything is new and ends as a create does.

    The bootstrap stack belongs to the account and is not committed, so nothing is said of it beside committed parts.
    """
    rendered = tuple(part for part in desired.parts if not committed or part != BOOTSTRAP or part in committed)
    found = [_bodies(desired, part, committed.get(part)) for part in rendered]
    found += [Pair(part, _stack_name(desired, part), Body(committed[part]), None) for part in _gone(desired, committed)]
    return tuple(found) if committed else assumed(tuple(found), desired)


def _bodies(desired: Desired, part: str, before: str | None) -> Pair:
    template = _template(desired, part)
    return Pair(part, template.stack, Body(before) if before else None, Body(template.body))


def _gone(desired: Desired, committed: Mapping[str, str]) -> Iterator[str]:
    """Committed parts that nobody renders any more."""
    return (part for part in committed if part not in desired.parts)


def assumed(pairs: Pairs, desired: Desired) -> Pairs:
    """With the parameters that a created environment ends with, wherever none are known."""
    return tuple(
        replace(pair, before=_assumed(pair, pair.before, desired), after=_assumed(pair, pair.after, desired))
        for pair in pairs
    )


def _assumed(pair: Pair, body: Body | None, desired: Desired) -> Body | None:
    if body is None or body.parameters is not None:
        return body
    template = Template(part=pair.part, stack=pair.stack, body=body.text)
    return Body(body.text, parameters.final(template, desired))


def removal(live: Live, parts: tuple[str, ...]) -> Pairs:
    """Everything that stands, on its way out."""
    there = stacks(live)
    return tuple(
        Pair(part, there[part].name, Body(there[part].body, there[part].parameters), None)
        for part in parts
        if part in there and there[part].body
    )


def _kept_or_switched(template: Template, stack: LiveStack, desired: Desired, live: Live) -> Mapping[str, str]:
    service = live.services.get(template.part)
    colour = serving(service) if service else None
    if service is None:
        return stack.parameters
    arrived = arriving(stack, desired, live)
    if colour and why_switch(template, stack, desired, live):
        return parameters.switched(arrived, colour, template, desired)
    return {**arrived, **resized(arrived, stack.body, template.body)}


def _orphans(desired: Desired, there: Mapping[str, LiveStack]) -> Iterator[Pair]:
    """Services that the spec no longer has."""
    for part, stack in there.items():
        if part not in desired.parts and part not in (BOOTSTRAP, FOUNDATION):
            yield Pair(part, stack.name, Body(stack.body, stack.parameters), None)


def _template(desired: Desired, part: str) -> Template:
    return next(t for t in desired.templates if t.part == part)


def _stack_name(desired: Desired, part: str) -> str:
    name, env = desired.spec.name, desired.environment.name
    return foundation_stack(name, env) if part == FOUNDATION else service_stack(name, env, part)
