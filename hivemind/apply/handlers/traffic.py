"""Move the traffic, in seconds and whatever state the stack is in."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.outcome import Finished, Outcome, Waiting
from hivemind.apply.standing import physical_id, standing
from hivemind.model import names
from hivemind.model.step import ShiftTraffic

CONFIRM = 0.5


def shift_traffic(step: ShiftTraffic, acting: Acting) -> Outcome:
    """Done when the listener rule is seen to have the weights."""
    stack = standing(step.stack, acting)
    rule = physical_id(stack, names.FORWARD_RULE)
    wanted = {physical_id(stack, names.for_colour(c, "Targets")): weight for c, weight in step.weights.items()}
    observed = acting.cloud.traffic.weights(rule)
    said = ", ".join(f"{colour} {weight}" for colour, weight in step.weights.items())
    if all(observed.get(group) == weight for group, weight in wanted.items()):
        return Finished({"weights": said})
    acting.cloud.traffic.shift(rule, wanted)
    return Waiting(CONFIRM, f"{step.service}: shifting to {said}")
