"""Create or update a whole stack."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.condition import condition
from hivemind.apply.converge import Change, converge
from hivemind.apply.outcome import Finished, Outcome
from hivemind.apply.parameters import empty_colour, filled, parameter_names
from hivemind.apply.sizing import settled_capacities
from hivemind.apply.standing import observed_weights, standing
from hivemind.errors import StepError
from hivemind.model import names
from hivemind.model.live import COLOURS, LiveStack
from hivemind.model.step import UpdateStack
from hivemind.model.template import StackInput
from hivemind.plan.widening import widened


def update_stack(step: UpdateStack, acting: Acting) -> Outcome:
    """Done when the stack is complete and CloudFormation finds nothing to change; the result is its outputs."""
    match step.purpose:
        case "bootstrap" | "base" | "widen" | "change":
            return converge(_change(step, acting), acting)
        case "protect":
            return _protect(step, acting)
        case "unprotect":
            return _unprotect(step, acting)


def _change(step: UpdateStack, acting: Acting) -> Change:
    return Change(step.stack, acting.token(step.purpose), lambda stack: _wanted(step, stack, acting))


def _wanted(step: UpdateStack, stack: LiveStack | None, acting: Acting) -> StackInput:
    body = acting.plan.templates.get(step.part)
    if body is None:
        raise StepError(f"the plan holds no template for {step.part}", hint="Run `hivemind plan` again.")
    if step.purpose == "widen" and stack is not None:
        body = widened(stack.body, body)
    given = {**_decided(step, stack, acting), **observed_weights(stack, acting)}
    parameters = filled(body, given, stack, acting)
    return StackInput(name=step.stack, body=body, parameters=parameters, tags=_tags(step, acting))


def _decided(step: UpdateStack, stack: LiveStack | None, acting: Acting) -> dict[str, str]:
    """The step's values, but for what later steps of this very plan have changed since, if it was begun before.

    A colour that holds the plan's release is not emptied, and protection once on is not switched off by the way.
    """
    if stack is None:
        return dict(step.parameters)
    if step.purpose == "change":
        return {**step.parameters, **settled_capacities(step, stack, acting)}
    release = acting.plan.release
    kept = {names.PROTECT}
    for colour in COLOURS:
        if release and stack.parameters.get(names.for_colour(colour, "Release")) == release.digest:
            kept |= empty_colour(colour).keys()
    return {name: value for name, value in step.parameters.items() if name not in kept}


def _protect(step: UpdateStack, acting: Acting) -> Outcome:
    """Deletion protection of what holds data, then termination protection of the stack itself."""
    outcome = converge(_protection(step, "true", acting), acting)
    if isinstance(outcome, Finished) and not standing(step.stack, acting).protected:
        acting.cloud.stacks.protect(step.stack, True)
    return outcome


def _unprotect(step: UpdateStack, acting: Acting) -> Outcome:
    """Nothing to do where nothing is protected, whatever state it is in: a broken stack must stay deletable."""
    stack = acting.cloud.stacks.find(step.stack)
    standing_still = condition(stack) != "busy"
    if stack is None or (standing_still and stack.parameters.get(names.PROTECT) != "true"):
        return Finished()
    return converge(_protection(step, "false", acting), acting)


def _protection(step: UpdateStack, value: str, acting: Acting) -> Change:
    """The live template with the one parameter changed, so that nothing else can change by the way."""

    def wanted(stack: LiveStack | None) -> StackInput:
        body = (stack or standing(step.stack, acting)).body
        parameters = {name: value if name == names.PROTECT else None for name in parameter_names(body)}
        return StackInput(name=step.stack, body=body, parameters=parameters, tags=_tags(step, acting))

    return Change(step.stack, acting.token(step.purpose), wanted)


def _tags(step: UpdateStack, acting: Acting) -> dict[str, str]:
    return names.stack_tags(step.part, acting.plan.deployment)
