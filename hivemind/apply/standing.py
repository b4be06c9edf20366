"""What a step finds standing: the artifact bucket, the foundation's outputs, a service's resources."""

from __future__ import annotations

from collections.abc import Mapping

from hivemind.apply.acting import Acting
from hivemind.errors import StepError
from hivemind.model import names
from hivemind.model.live import COLOURS, LiveStack


def outputs(stack: str, acting: Acting) -> Mapping[str, str]:
    """A stack's outputs; none where no stack stands."""
    found = acting.cloud.stacks.find(stack)
    return found.outputs if found else {}


def output(stack: str, name: str, acting: Acting) -> str:
    """One output. Raises StepError when the stack does not give it."""
    value = outputs(stack, acting).get(name)
    if not value:
        raise StepError(f"stack {stack} gives no output {name}", hint=_AGAIN)
    return value


def artifact_bucket(acting: Acting) -> str:
    """The bucket of bundles and built trees. Raises StepError where the account is not bootstrapped."""
    return output(names.BOOTSTRAP_STACK, names.ARTIFACT_BUCKET, acting)


def standing(stack: str, acting: Acting) -> LiveStack:
    """A stack that must be there. Raises StepError."""
    found = acting.cloud.stacks.find(stack)
    if found is None:
        raise StepError(f"stack {stack} is not there", hint=_AGAIN)
    return found


def physical_id(stack: LiveStack, logical_id: str) -> str:
    """What the cloud calls a resource of a stack. Raises StepError when the stack has none."""
    resource = stack.resource(logical_id)
    if resource is None or not resource.physical_id:
        raise StepError(f"stack {stack.name} has no resource {logical_id}", hint=_AGAIN)
    return resource.physical_id


def observed_weights(stack: LiveStack | None, acting: Acting) -> dict[str, str]:
    """The weight parameters as the listener really has them, so that no update of a stack undoes a shift."""
    rule = stack.resource(names.FORWARD_RULE) if stack else None
    if stack is None or rule is None or not rule.physical_id:
        return {}
    weights = acting.cloud.traffic.weights(rule.physical_id)
    groups = {colour: stack.resource(names.for_colour(colour, "Targets")) for colour in COLOURS}
    return {
        names.for_colour(colour, "Weight"): str(weights[group.physical_id])
        for colour, group in groups.items()
        if group and group.physical_id in weights
    }


_AGAIN = "Something was removed since the plan was made. Run `hivemind plan` again."
