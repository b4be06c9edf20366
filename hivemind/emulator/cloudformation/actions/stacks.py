"""Actions that change a stack."""

from __future__ import annotations

import re

from hivemind.emulator.cloudformation.actions.request import Answer, Request
from hivemind.emulator.cloudformation.admission import check_expansion
from hivemind.emulator.cloudformation.changes import forecast
from hivemind.emulator.cloudformation.history import Finding
from hivemind.emulator.cloudformation.records import DELETE, DO_NOTHING, ROLLBACK, Order, Stack, Target
from hivemind.emulator.cloudformation.refusal import Refusal
from hivemind.emulator.cloudformation.region import NO_EXPORT
from hivemind.emulator.cloudformation.stack_policy import parse_policy
from hivemind.emulator.cloudformation.stacks import Signal
from hivemind.emulator.cloudformation.template import parse

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")
_LONGEST_NAME = 128


def create_stack(request: Request) -> Answer:
    """CreateStack."""
    name = request["StackName"]
    check_name(name)
    if request.get("OnFailure") and request.get("DisableRollback") is not None:
        raise Refusal("You can specify either DisableRollback or OnFailure, but not both.")
    on_failure = request.get("OnFailure", DO_NOTHING if request.flag("DisableRollback") else ROLLBACK)
    if on_failure not in (ROLLBACK, DELETE, DO_NOTHING):
        raise Refusal(f"Value '{on_failure}' at 'onFailure' failed to satisfy constraint")
    policy = _policy_body(request)
    target = request.target()
    check_expansion(parse(target.body), target.capabilities)
    with request.engine.stacks.lock:
        if (same := _namesake(request, name)) is not None:
            return _answer(same)
        findings = _foreseen(request, _imagined(request, name), target)
        stack = request.engine.stacks.add(name, request.region_name, "CREATE_PENDING")
        stack.policy = policy
        stack.termination_protection = request.flag("EnableTerminationProtection")
        with request.named(stack):
            request.engine.create(stack, Order(target, on_failure, findings=findings))
    return _answer(stack)


def _answer(stack: Stack) -> Answer:
    return {"StackId": stack.id, "OperationId": stack.operation.id if stack.operation else None}


def check_name(name: str, member: str = "stackName") -> None:
    """Refuses a name that no stack, or by the same rules no change set, may have."""
    if not _NAME.fullmatch(name):
        demand = "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    elif len(name) > _LONGEST_NAME:
        demand = f"have length less than or equal to {_LONGEST_NAME}"
    else:
        return
    raise Refusal(
        f"1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint: Member must {demand}"
    )


def _namesake(request: Request, name: str) -> Stack | None:
    """The stack that the same request made before; raises Refusal when the name belongs to another."""
    living = [each for each in request.engine.stacks.stacks.values() if each.alive]
    found = [each for each in living if (each.name, each.region) == (name, request.region_name)]
    if found and not request.repeats(found[0], "CREATE_STACK"):
        raise Refusal(f"Stack [{name}] already exists", code="AlreadyExistsException")
    return found[0] if found else None


def _imagined(request: Request, name: str) -> Stack:
    """A stack to compute the changes of one that is not there yet."""
    return Stack(id=f"arn:aws:cloudformation:::stack/{name}/new", name=name, region=request.region_name, status="")


def _foreseen(request: Request, stack: Stack, target: Target, *, must_change: bool = False) -> tuple[Finding, ...]:
    """What early validation finds; raises Refusal for what the local cloud lacks, and for no change at all."""
    try:
        foreseen = forecast(request.region, stack, target)
    except Refusal as refusal:
        if refusal.code == NO_EXPORT:
            return ()
        raise
    if foreseen.unsupported:
        raise Refusal("\n".join(foreseen.unsupported), hint="leave it out")
    if must_change and foreseen.empty:
        raise Refusal("No updates are to be performed.", hint="nothing to do")
    return tuple(each for each in request.findings(foreseen) if each.mode == "FAIL")  # change sets warn, too


def update_stack(request: Request) -> Answer:
    """UpdateStack."""
    stack = request.stack()
    if request.repeats(stack, "UPDATE_STACK"):
        return _answer(stack)
    request.engine.check_updatable(stack)
    target = request.target(stack)
    check_expansion(parse(target.body), target.capabilities)
    retried = stack.status.endswith("_FAILED")
    findings = _foreseen(request, stack, target, must_change=not retried)
    if policy := _policy_body(request):
        stack.policy = policy
    on_failure = DO_NOTHING if request.flag("DisableRollback") else ROLLBACK
    with request.named(stack):
        request.engine.update(stack, Order(target, on_failure, request.get("StackPolicyDuringUpdateBody"), findings))
    return _answer(stack)


def cancel_update_stack(request: Request) -> Answer:
    """CancelUpdateStack."""
    stack = request.stack()
    if not request.repeats(stack, "ROLLBACK"):
        with request.named(stack):
            request.engine.cancel_update(stack)
    return None


def delete_stack(request: Request) -> Answer:
    """DeleteStack; a stack that is not there is as good as deleted."""
    try:
        stack = request.stack()
    except Refusal:
        return None
    retain = request.get("RetainResources", ())
    if retain and stack.status != "DELETE_FAILED":
        raise Refusal(f"Invalid operation on stack [{stack.id}]. When you delete a stack, specify which resources to "
                      "retain only when the stack is in the DELETE_FAILED state.")  # fmt: skip
    with request.named(stack):
        request.engine.delete(stack, retain)
    return None


def roll_back_stack(request: Request) -> Answer:
    """RollbackStack."""
    stack = request.stack()
    if not request.repeats(stack, "ROLLBACK"):
        with request.named(stack):
            request.engine.roll_back(stack)
    return _answer(stack)


def continue_update_rollback(request: Request) -> Answer:
    """ContinueUpdateRollback."""
    stack = request.stack()
    if not request.repeats(stack, "CONTINUE_ROLLBACK"):
        with request.named(stack):
            request.engine.continue_rollback(stack, request.get("ResourcesToSkip", ()))
    return {}


def signal_resource(request: Request) -> Answer:
    """SignalResource."""
    signal = Signal(request["UniqueId"], request["Status"])
    if signal.status not in ("SUCCESS", "FAILURE"):
        raise Refusal(f"Value '{signal.status}' at 'status' failed to satisfy constraint")
    request.engine.signal(request.stack(), request["LogicalResourceId"], signal)
    return None


def update_termination_protection(request: Request) -> Answer:
    """UpdateTerminationProtection."""
    stack = request.stack()
    with request.engine.stacks.lock:
        stack.termination_protection = request.flag("EnableTerminationProtection")
    request.engine.stacks.changed()
    return {"StackId": stack.id}


def set_stack_policy(request: Request) -> Answer:
    """SetStackPolicy."""
    policy, stack = _policy_body(request), request.stack()
    with request.engine.stacks.lock:
        stack.policy = policy
    request.engine.stacks.changed()
    return None


def get_stack_policy(request: Request) -> Answer:
    """GetStackPolicy."""
    return {"StackPolicyBody": request.stack().policy}


def _policy_body(request: Request) -> str | None:
    if request.get("StackPolicyURL"):
        raise Refusal("the local cloud takes a stack policy by StackPolicyBody only")
    body: str | None = request.get("StackPolicyBody")
    if body is not None:
        parse_policy(body)
    if during := request.get("StackPolicyDuringUpdateBody"):
        parse_policy(during)
    return body
