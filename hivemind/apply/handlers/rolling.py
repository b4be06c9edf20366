"""Roll a colour: its stack is told the release, then its instances are replaced, one more before one fewer.

An instance refresh of Auto Scaling would do it, too, but blindly: it goes by EC2's health and a time to warm up, and
goes on when we are gone. Here no instance is taken out before the load balancer finds another one healthy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import assert_never

from hivemind.apply.acting import Acting
from hivemind.apply.converge import Change, converge
from hivemind.apply.crew import Complete, Crew, Grow, NoRoom, Rest, Retire, move
from hivemind.apply.evidence import VERDICT, explained, of_colour
from hivemind.apply.handlers.colour import checksum, told
from hivemind.apply.handlers.watch import complaints
from hivemind.apply.outcome import Finished, Outcome, Stopped, Waiting
from hivemind.apply.sizing import running
from hivemind.apply.standing import observed_weights, physical_id, standing
from hivemind.model.live import Instance, LiveStack
from hivemind.model.names import TAG_RELEASE, for_colour
from hivemind.model.step import RollInstances
from hivemind.model.template import StackInput

POLL = 2.0


def roll_instances(step: RollInstances, acting: Acting) -> Outcome:
    """Done when every instance of the colour runs the release, the load balancer finds all healthy and none drains."""
    way = "there" if _is_forward(step, acting) else "back"
    change = Change(
        step.stack, acting.token("roll", step.colour, way), lambda stack: _with_release(step, stack, acting)
    )
    outcome = converge(change, acting)
    return _replaced(step, acting) if isinstance(outcome, Finished) else outcome


def _is_forward(step: RollInstances, acting: Acting) -> bool:
    """Whether this is the release being rolled out, not the one before taking its place again."""
    return step in acting.plan.steps


def _with_release(step: RollInstances, stack: LiveStack | None, acting: Acting) -> StackInput:
    stack = stack or standing(step.stack, acting)
    content = {"Release": step.digest, "Image": step.image, "InstanceType": step.instance_type}
    begun = all(stack.parameters.get(for_colour(step.colour, what)) == value for what, value in content.items())
    if _is_forward(step, acting) and not begun:
        # What scaling added since the stack was last told is there at rest; read once, before there is a surplus.
        content["Capacity"] = str(max(1, running(stack, step.colour, acting)))
    content["Checksum"] = checksum(step.digest, acting)
    given = {for_colour(step.colour, what): value for what, value in content.items()}
    return told(stack, stack.body, {**given, **observed_weights(stack, acting)}, step.service, acting)


def _replaced(step: RollInstances, acting: Acting) -> Outcome:
    stack = standing(step.stack, acting)
    group = physical_id(stack, for_colour(step.colour, "Group"))
    machines = acting.cloud.instances.in_group(group)
    crew, draining = _crew(step, stack, machines, acting)
    if stopped := _does_not_do(step, stack, crew, machines, acting):
        return stopped
    match move(crew):
        case Grow():
            acting.cloud.groups.resize(group, crew.desired + 1)
        case Retire(member=member):
            acting.cloud.groups.retire(member)
        case NoRoom():
            return _no_room(step, crew)
        case Complete() if not draining:
            return Finished({"instances": str(len(crew.new))})
        case Complete():
            return Waiting(POLL, f"{step.service} {step.colour}: {draining} old target(s) draining")
        case Rest():
            pass
        case never:
            assert_never(never)
    return Waiting(POLL, f"{step.service} {step.colour}: {len(crew.new)} new, {len(crew.old)} to go")


def _crew(step: RollInstances, stack: LiveStack, machines: Iterable[Instance], acting: Acting) -> tuple[Crew, int]:
    """The group as it is, and how many targets drain."""
    group = acting.cloud.groups.find(physical_id(stack, for_colour(step.colour, "Group")))
    targets = acting.cloud.traffic.health(physical_id(stack, for_colour(step.colour, "Targets")))
    of_release = {machine.id for machine in machines if _runs(machine, step)}
    crew = Crew(
        told=int(stack.parameters[for_colour(step.colour, "Capacity")]),
        desired=group.desired,
        most=group.most,
        old=tuple(member for member in group.members if member not in of_release),
        new=tuple(member for member in group.members if member in of_release),
        healthy=frozenset(target.target for target in targets if target.state == "healthy"),
    )
    return crew, sum(target.state == "draining" for target in targets)


def _runs(machine: Instance, step: RollInstances) -> bool:
    wanted = (step.digest, step.image, step.instance_type)
    return (machine.tags.get(TAG_RELEASE), machine.image, machine.type) == wanted


def _does_not_do(
    step: RollInstances, stack: LiveStack, crew: Crew, machines: Iterable[Instance], acting: Acting
) -> Stopped | None:
    """A new instance that gave up, or takes too long; or, on the way there, users who notice."""
    began = [m for m in machines if _runs(m, step) and m.launched and m.launched >= acting.since]
    gave_up = [m.id for m in began if m.id not in crew.healthy and VERDICT in acting.cloud.instances.console(m.id)]
    late = acting.clock.now() - timedelta(seconds=step.patience)
    slow = [m.id for m in began if m.id in crew.starting and m.launched and m.launched < late]
    if gave_up or slow:
        said = f"{gave_up[0]} gave up" if gave_up else f"{slow[0]} is not healthy after {step.patience} s"
        return _stopped(step, said, (), acting)
    noticed = complaints(stack, step, acting) if _is_forward(step, acting) and began else []
    return _stopped(step, noticed[0], tuple(noticed), acting) if noticed else None


def _stopped(step: RollInstances, said: str, lines: tuple[str, ...], acting: Acting) -> Stopped:
    stopped = Stopped(
        f"{step.service} {step.colour} cannot be rolled further: {said}",
        "The release before is rolled in its place. See the evidence, fix the cause and update again.",
        lines,
    )
    gathered = {k: v for k, v in of_colour(step.stack, step.colour, acting).items() if k != "events"}
    return explained(stopped, step.service, step.colour, gathered)


def _no_room(step: RollInstances, crew: Crew) -> Stopped:
    return Stopped(
        f"{step.service} {step.colour} has {crew.desired} instances and may have no more: there is no room to roll",
        "Wait until scaling takes some away, or update without --rolling: that is released beside what runs.",
    )
