"""Fill and empty one colour of a service."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.apply.acting import Acting
from hivemind.apply.condition import condition
from hivemind.apply.converge import Change, converge, roll_back
from hivemind.apply.evidence import explained, of_colour
from hivemind.apply.handlers.builder import record_at
from hivemind.apply.outcome import Finished, Outcome, Stopped, Waiting
from hivemind.apply.parameters import empty_colour as empty_parameters
from hivemind.apply.parameters import filled
from hivemind.apply.sizing import running
from hivemind.apply.standing import observed_weights, outputs, standing
from hivemind.errors import StepError
from hivemind.model import names
from hivemind.model.live import COLOURS, LiveStack, other
from hivemind.model.names import for_colour
from hivemind.model.step import AddColour, EmptyColour
from hivemind.model.template import StackInput
from hivemind.plan.sizing import most, resized

DRAINING = 2.0


def add_colour(step: AddColour, acting: Acting) -> Outcome:
    """Done when the stack is complete with the release in the colour; what failed is kept, so that it can be read."""
    change = Change(
        step.stack,
        acting.token("add", step.colour),
        lambda stack: _with_release(step, stack, acting),
        keep_failed=True,
    )
    outcome = converge(change, acting)
    if not isinstance(outcome, Stopped):
        return outcome
    gathered = {k: v for k, v in of_colour(step.stack, step.colour, acting).items() if k != "events"}
    return explained(outcome, step.service, step.colour, gathered)


def empty_colour(step: EmptyColour, acting: Acting) -> Outcome:
    """Done when the stack agrees that the colour is empty, its group is gone and its target group has no target."""
    stack = acting.cloud.stacks.find(step.stack)
    match condition(stack):
        case "absent" | "shell":
            return Finished()
        case "kept":
            return roll_back(step.stack, acting)
        case _:
            change = Change(
                step.stack, acting.token("empty", step.colour), lambda stack: _without_release(step, stack, acting)
            )
            outcome = converge(change, acting)
    return _gone(step, acting) if isinstance(outcome, Finished) else outcome


def _with_release(step: AddColour, stack: LiveStack | None, acting: Acting) -> StackInput:
    stack = stack or standing(step.stack, acting)
    body = acting.plan.templates.get(step.service, stack.body)
    content = {
        "Release": step.digest,
        "Checksum": checksum(step.digest, acting),
        "Image": step.image,
        "InstanceType": step.instance_type,
        "Capacity": str(_capacity(step, stack, body, acting)),
    }
    asked = {"Port": str(step.port), "HealthPath": step.health_path} if step.port and step.health_path else {}
    given = {for_colour(step.colour, what): value for what, value in {**content, **asked}.items()}
    # A stack from before each colour had a port of its own says nothing of the live one's: it was the service's.
    known = {for_colour(colour, what): value for colour in COLOURS for what, value in asked.items()}
    given |= {name: value for name, value in known.items() if name not in {**given, **stack.parameters}}
    if subnets := outputs(acting.foundation, acting).get(names.SUBNETS):
        given[for_colour(step.colour, "Subnets")] = subnets
    # The live colour's group is held to the new template's least and most, too.
    fitting = resized(stack.parameters, stack.body, body)
    return told(stack, body, {**fitting, **given, **observed_weights(stack, acting)}, step.service, acting)


def _without_release(step: EmptyColour, stack: LiveStack | None, acting: Acting) -> StackInput:
    stack = stack or standing(step.stack, acting)
    weights = {for_colour(colour, "Weight"): str(weight) for colour, weight in step.weights.items()}
    return told(stack, stack.body, {**empty_parameters(step.colour), **weights}, step.service, acting)


def told(stack: LiveStack, body: str, given: Mapping[str, str], service: str, acting: Acting) -> StackInput:
    """A service's stack with these values, all others as they are."""
    tags = names.stack_tags(service, acting.plan.deployment)
    return StackInput(name=stack.name, body=body, parameters=filled(body, given, stack, acting), tags=tags)


def checksum(digest: str, acting: Acting) -> str:
    """What an instance checks the built tree by. Raises StepError where the release is not built."""
    record = record_at(names.built_record_key(acting.prefix, digest), acting) or {}
    if not record.get("checksum"):
        raise StepError(
            f"release {digest[:12]} has no built tree in the artifact bucket",
            hint="Run `hivemind plan` again: the plan then builds it first.",
        )
    return str(record["checksum"])


def _capacity(step: AddColour, stack: LiveStack, body: str, acting: Acting) -> int:
    """As many instances as the live colour really has, read once: what scaling added must not be missing."""
    if stack.parameters.get(for_colour(step.colour, "Release")) == step.digest:
        return int(stack.parameters.get(for_colour(step.colour, "Capacity"), step.capacity))
    limit = most(for_colour(step.colour, "Capacity"), body)
    return min(max(step.capacity, running(stack, other(step.colour), acting)), limit)


def _gone(step: EmptyColour, acting: Acting) -> Outcome:
    """CloudFormation may say complete although it gave up deleting something, so look."""
    stack = standing(step.stack, acting)
    targets = stack.resource(for_colour(step.colour, "Targets"))
    left = acting.cloud.traffic.health(targets.physical_id) if targets and targets.physical_id else ()
    if stack.resource(for_colour(step.colour, "Group")) is not None:
        return Waiting(DRAINING, f"{step.service}: the {step.colour} group is still there")
    if left:
        return Waiting(DRAINING, f"{step.service}: {len(left)} {step.colour} target(s) draining")
    return Finished()
