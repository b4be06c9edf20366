"""How many instances a serving colour is told to have, after a look at how many really run."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.model.live import COLOURS, Colour, LiveStack
from hivemind.model.names import for_colour
from hivemind.model.step import UpdateStack
from hivemind.plan.sizing import most


def running(stack: LiveStack, colour: Colour, acting: Acting) -> int:
    """The colour's instances that run or start; 0 where it has no group."""
    group = stack.resource(for_colour(colour, "Group"))
    if group is None or not group.physical_id:
        return 0
    machines = acting.cloud.instances.in_group(group.physical_id)
    return sum(machine.state in ("pending", "running") for machine in machines)


def settled_capacities(step: UpdateStack, stack: LiveStack, acting: Acting) -> dict[str, str]:
    """The capacities a step decides; where scaling has moved the number since, nothing that it added goes.

    A stack that already has the plan's template was told its size with it, and keeps that.
    """
    found, decided, body = {}, step.parameters, acting.plan.templates[step.part]
    if stack.body.strip() == body.strip():
        return {name: stack.parameters[name] for name in decided if name in stack.parameters}
    for colour in COLOURS:
        name = for_colour(colour, "Capacity")
        told = stack.parameters.get(name)
        if name in decided:
            count, wanted = running(stack, colour, acting), int(decided[name])
            found[name] = str(wanted if str(count) == told else min(max(count, wanted), most(name, body)))
    return found
