"""Remove what a deployment owns, and prove that nothing is left."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.condition import caused_by, condition, last_operation, reasons
from hivemind.apply.converge import WORKING, waiting_for
from hivemind.apply.outcome import Finished, Outcome, Stopped, Waiting
from hivemind.apply.standing import outputs
from hivemind.model import names
from hivemind.model.live import LiveStack
from hivemind.model.step import DeleteArtifacts, DeleteStack, ProveEmpty
from hivemind.model.template import FOUNDATION


def delete_stack(step: DeleteStack, acting: Acting) -> Outcome:
    """Done when the stack is gone; builders that still run in a foundation's subnets are ended first.

    Of a part that is wanted only wreckage goes: a complete stack is what the plan itself has made in its place.
    """
    stack = acting.cloud.stacks.find(step.stack)
    if stack is None or stack.status == "DELETE_COMPLETE":
        return Finished()
    if condition(stack) == "busy":
        return waiting_for(stack)
    is_wanted = acting.plan.transition != "destroy" and step.part in acting.plan.templates
    if condition(stack) == "ready" and is_wanted:
        return Finished({"kept": "it has been made anew since the plan was made"})
    if step.part == FOUNDATION and (ended := _end_builders(acting)):
        return Waiting(WORKING, f"ending {ended} builder(s)")
    token = acting.token("delete")
    if stack.status == "DELETE_FAILED" and (failed := _own_failure(stack, token, acting)):
        return failed
    if stack.protected:
        acting.cloud.stacks.protect(step.stack, False)
    acting.cloud.stacks.delete(step.stack, token)
    return Waiting(WORKING, f"{step.stack}: deleting")


def delete_artifacts(step: DeleteArtifacts, acting: Acting) -> Outcome:
    """Done when no object is left under the prefix."""
    bucket = outputs(names.BOOTSTRAP_STACK, acting).get(names.ARTIFACT_BUCKET)
    if not bucket:
        return Finished({"deleted": "0"})
    return Finished({"deleted": str(acting.cloud.objects.delete_all(bucket, step.prefix))})


def prove_empty(step: ProveEmpty, acting: Acting) -> Outcome:
    """Done when neither the stacks nor anything with the deployment's tag is found."""
    stacks = [name for name in step.stacks if acting.cloud.stacks.find(name) is not None]
    owned = acting.cloud.inventory.owned(acting.plan.deployment)
    left = [*(f"stack {name}" for name in stacks), *(f"{o.kind} {o.id}" for o in owned if o.id not in stacks)]
    return Waiting(WORKING, f"still there: {', '.join(left)}") if left else Finished({"left": "nothing"})


def _end_builders(acting: Acting) -> int:
    wanted = {names.TAG_DEPLOYMENT: acting.plan.deployment, names.TAG_ROLE: names.BUILDER}
    alive = [m for m in acting.cloud.instances.tagged(wanted) if m.state != "terminated"]
    for machine in alive:
        if machine.state != "shutting-down":
            acting.cloud.instances.terminate(machine.id)
    return len(alive)


def _own_failure(stack: LiveStack, token: str, acting: Acting) -> Stopped | None:
    operation = last_operation(acting.cloud.stacks.events(stack.name, frozenset()))
    if not caused_by(token, acting.since, operation):
        return None
    causes = reasons(operation)
    return Stopped(
        f"stack {stack.name} could not be deleted: {causes[0] if causes else stack.reason}",
        "Remove by hand what still uses the resource, then run `hivemind destroy` again.",
        causes,
    )
