"""Know that a colour works before any user sees it."""

from __future__ import annotations

from hivemind.apply.acting import Acting
from hivemind.apply.outcome import Finished, Outcome, Waiting
from hivemind.apply.standing import output, physical_id, standing
from hivemind.model import names
from hivemind.model.live import LiveStack
from hivemind.model.names import for_colour
from hivemind.model.step import AwaitHealthy, VerifyRelease
from hivemind.ports import Answer

POLL = 2.0
TIMEOUT = 10.0
IN_A_ROW = 2
"""Good answers that prove a release: one may come from an instance that is about to fall over."""


def await_healthy(step: AwaitHealthy, acting: Acting) -> Outcome:
    """Done when as many targets as the colour has capacity are healthy, and none is anything else."""
    stack = standing(step.stack, acting)
    capacity = max(1, int(stack.parameters.get(for_colour(step.colour, "Capacity"), "1")))
    if stack.resource(for_colour(step.colour, "Targets")) is None:
        return _await_running(step, stack, capacity, acting)
    found = acting.cloud.traffic.health(physical_id(stack, for_colour(step.colour, "Targets")))
    targets = [t for t in found if t.state != "draining"]
    healthy = sum(t.state == "healthy" for t in targets)
    if healthy == len(targets) and healthy >= capacity:
        return Finished({"healthy": str(healthy)})
    waiting = [f"{t.target} {t.state} {t.reason}".rstrip() for t in targets if t.state != "healthy"]
    return Waiting(POLL, "; ".join([f"{healthy} of {capacity} healthy", *waiting]))


def verify_release(step: VerifyRelease, acting: Acting) -> Outcome:
    """Done when the colour answers 200 to 399 twice in a row through its test rule; the rule's token is never shown."""
    stack = standing(step.stack, acting)
    header, token = acting.cloud.traffic.header(physical_id(stack, for_colour(step.colour, "TestRule")))
    url = output(acting.foundation, names.URL, acting).rstrip("/") + step.path
    for _ in range(IN_A_ROW):
        answer = acting.probe.get(url, {header: token}, TIMEOUT)
        if not 200 <= answer.status < 400:
            return Waiting(POLL, f"GET {step.path} {_said(answer)}".replace(token, "****"))
    return Finished({"url": url, "status": str(answer.status)})


def _await_running(step: AwaitHealthy, stack: LiveStack, capacity: int, acting: Acting) -> Outcome:
    """A service without the web has no targets: its instances run, and their signals have told that the app does."""
    machines = acting.cloud.instances.in_group(physical_id(stack, for_colour(step.colour, "Group")))
    running = sum(machine.state == "running" for machine in machines)
    if running >= capacity:
        return Finished({"running": str(running)})
    return Waiting(POLL, f"{running} of {capacity} running")


def _said(answer: Answer) -> str:
    first = next((line.strip() for line in answer.body.splitlines() if line.strip()), "")
    said = f"answered {answer.status}" if answer.status else "got no answer"
    return f"{said}: {first[:80]}" if first else said
