"""Targets of moto's target groups, as AWS treats them: registered, deregistered, and told of truthfully."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hivemind.emulator.balancer.report import TargetHealth, Verdict

NOT_REGISTERED = Verdict("unused", "Target.NotRegistered")
NOT_IN_USE = Verdict("unused", "Target.NotInUse")
REGISTERING = Verdict("initial", "Elb.RegistrationInProgress")
REGISTRABLE = ("pending", "running")
ENDED = ("stopped", "terminated")


def register(group: Any, targets: Sequence[Mapping[str, Any]]) -> None:
    """Register all of them or none; an instance may still be starting, as one that a group launches is."""
    from moto.elbv2.exceptions import InvalidTargetError, TargetNotRunning

    for target in targets:
        instance = group.ec2_backend.get_instance_by_id(target["Id"])
        if group.target_type == "instance" and instance is None:
            raise InvalidTargetError
        if instance is not None and instance.state not in REGISTRABLE:
            raise TargetNotRunning(instance_id=target["Id"])
    for target in targets:
        group.targets[target["Id"]] = {"Id": target["Id"], "Port": target.get("Port", group.port)}
        group.deregistered_targets.pop(target["Id"], None)


def deregister(group: Any, targets: Sequence[Mapping[str, Any]]) -> None:
    """Deregister those that are registered; for the others AWS returns successfully."""
    for target in targets:
        registered = group.targets.get(target["Id"])
        if registered is not None and str(target.get("Port", registered["Port"])) == str(registered["Port"]):
            group.deregistered_targets[target["Id"]] = group.targets.pop(target["Id"])


def described(group: Any, known: Sequence[TargetHealth], asked: Sequence[Mapping[str, Any]]) -> list[Any]:
    """moto's rows of DescribeTargetHealth: for the targets asked, or for all that are registered or draining."""
    verdicts = {(one.id, one.port): one.verdict for one in known}
    registered = [(target["Id"], int(target["Port"])) for target in group.targets.values()]
    if asked:
        keys = [(target["Id"], _port(group, verdicts, target)) for target in asked]
    else:
        draining = [key for key, verdict in verdicts.items() if verdict.state == "draining"]
        keys = list(dict.fromkeys((*registered, *draining)))
    unheard = REGISTERING if group.load_balancer_arns else NOT_IN_USE
    return [_row(group, key, verdicts.get(key, unheard if key in registered else NOT_REGISTERED)) for key in keys]


def _port(group: Any, verdicts: Mapping[tuple[str, int], Verdict], target: Mapping[str, Any]) -> int:
    """The port that is meant when none is given: the one registered, else the one still draining."""
    if target.get("Port"):
        return int(target["Port"])
    if target["Id"] in group.targets:
        return int(group.targets[target["Id"]]["Port"])
    return next((port for id_, port in verdicts if id_ == target["Id"]), int(group.port))


def _row(group: Any, key: tuple[str, int], verdict: Verdict) -> Any:
    from moto.elbv2.models import FakeHealthStatus

    id_, port = key
    state, reason, description = str(verdict.state), str(verdict.reason), verdict.description
    instance = group.ec2_backend.get_instance_by_id(id_)
    if state == "unhealthy" and instance is not None and instance.state in ENDED:
        # Only failing checks tell AWS that an instance ended; until then it keeps its share of the traffic.
        state, reason = "unused", "Target.InvalidState"
        description = f"Target is in the {instance.state} state"
    check_port = group.health_check_port
    shown = str(port) if check_port == "traffic-port" else check_port
    return FakeHealthStatus(id_, port, shown, state, reason or None, description or None)
