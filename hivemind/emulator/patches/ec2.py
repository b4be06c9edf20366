"""EC2: states that take time, launch templates applied whole, idempotent launches, real console output.

moto starts instances `running` and ends them at once, drops a template's role, metadata options, interfaces and
shutdown behaviour, ignores ClientToken, accepts any image, and has one sample console.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from hivemind.emulator.patches import instance_attributes, launch_templates
from hivemind.emulator.seam import Seam

Original = Callable[..., Any]
IMAGE_METADATA_OPTIONS = {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
"""What Amazon Linux 2023 images ask for where nobody says otherwise.

https://docs.aws.amazon.com/linux/al2023/ug/imdsv2.html
"""
CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}


@dataclass(frozen=True)
class Hooks:
    """What EC2 calls make happen: `settle` after a state change, `reboot`, and `console` of an instance id."""

    settle: Callable[[Any], None]
    reboot: Callable[[Any], None]
    console: Callable[[str], bytes]


def set_state(instance: Any, name: str, reason: str = "") -> None:
    """Move an instance to a state; `reason` is `Code: message` as EC2 shows it."""
    from moto.ec2.models.instances import InstanceState

    instance._state = InstanceState(name, CODES[name])
    if reason:
        explain(instance, reason)


def explain(instance: Any, reason: str) -> None:
    """Say why an instance is in its state; `reason` is `Code: message` as EC2 shows it."""
    from moto.ec2.models.instances import StateReason

    instance.state_reason = StateReason(reason, reason.partition(":")[0])
    instance._reason = reason


def memory_of(instance: Any) -> int:
    """MiB that an instance of its type has."""
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    return int(INSTANCE_TYPES[instance.instance_type]["MemoryInfo"]["SizeInMiB"])


def install(hooks: Hooks) -> None:
    """Patch moto's EC2."""
    _states(hooks)
    _launching(hooks)
    _console(hooks)
    launch_templates.install()
    instance_attributes.install()


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.ec2.models.instances import Instance, InstanceBackend
    from moto.ec2.responses.general import General

    return (
        Seam(Instance, "__init__", "self ec2_backend image_id user_data security_groups kwargs"),
        Seam(Instance, "start", "self"),
        Seam(Instance, "stop", "self"),
        Seam(Instance, "terminate", "self"),
        Seam(Instance, "reboot", "self"),
        Seam(InstanceBackend, "run_instances", "self image_id count user_data security_group_names kwargs"),
        Seam(General, "get_console_output", "self"),
        *launch_templates.seams(),
        *instance_attributes.seams(),
    )


def _states(hooks: Hooks) -> None:
    by_name: dict[str, Original] = {
        "__init__": _create,
        "start": partial(_start, hooks),
        "stop": partial(_stop, hooks),
        "terminate": partial(_terminate, hooks),
        "reboot": partial(_reboot, hooks),
    }
    for seam in seams():
        if seam.name in by_name:
            seam.wrap(by_name[seam.name])


def _create(original: Original, instance: Any, *args: Any, **kwargs: Any) -> None:
    original(instance, *args, **kwargs)
    set_state(instance, "pending")
    given = {row.get("NetworkInterfaceId") for row in kwargs.get("nics") or ()}
    for nic in instance.nics.values():
        nic.delete_on_termination = nic.id not in given


def _start(hooks: Hooks, original: Original, instance: Any) -> Any:
    if instance.state in ("running", "pending"):
        return instance._state
    _require(instance, "started", "stopped")
    before = original(instance)
    set_state(instance, "pending")
    hooks.settle(instance)
    return before


def _stop(hooks: Hooks, original: Original, instance: Any) -> Any:
    if instance.state in ("stopped", "stopping"):
        return instance._state
    _require(instance, "stopped", "running", "pending")
    before = original(instance)
    set_state(instance, "stopping")
    hooks.settle(instance)
    return before


def _terminate(hooks: Hooks, original: Original, instance: Any) -> Any:
    if instance.state in ("shutting-down", "terminated"):
        return instance._state
    before = original(instance)
    set_state(instance, "shutting-down")
    hooks.settle(instance)
    return before


def _reboot(hooks: Hooks, _original: Original, instance: Any) -> None:
    _require(instance, "rebooted", "running")
    hooks.reboot(instance)


def _require(instance: Any, verb: str, *states: str) -> None:
    from moto.ec2.exceptions import EC2ClientError

    if instance.state not in states:
        message = f"The instance '{instance.id}' is not in a state from which it can be {verb}."
        raise EC2ClientError("IncorrectInstanceState", message)


def _console(hooks: Hooks) -> None:
    from moto.core.responses import ActionResult
    from moto.core.utils import utcnow
    from moto.ec2.responses.general import General

    def get_console_output(self: Any) -> Any:
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        output = base64.b64encode(hooks.console(instance.id)).decode()
        return ActionResult({"InstanceId": instance.id, "Timestamp": utcnow(), "Output": output})

    Seam(General, "get_console_output", "self").replace(get_console_output)


_launch_lock = threading.Lock()


def _launching(hooks: Hooks) -> None:
    from moto.ec2.models.instances import InstanceBackend

    Seam(InstanceBackend, "run_instances").wrap(partial(_run, hooks))


def _run(  # noqa: PLR0913, the parameters are moto's
    hooks: Hooks,
    original: Original,
    backend: Any,
    image_id: str | None,
    count: int,
    user_data: Any,
    security_group_names: Any,
    **asked: Any,
) -> Any:
    with _launch_lock:
        earlier = _launched_before(backend, asked.get("client_token"))
        if earlier is not None:
            return earlier
        template = _template_data(backend, asked.get("launch_template"))
        image = image_id or template.get("ImageId")
        _require_image(backend, image)
        asked = _with_template(template, asked)
        reservation = original(backend, image, count, user_data, security_group_names, **asked)
        _give_role(backend, reservation, template, asked)
    for instance in reservation.instances:
        hooks.settle(instance)
    return reservation


def _launched_before(backend: Any, token: str | None) -> Any:
    """The reservation of the same ClientToken; moto's stand-in for `none given` is ABCDE."""
    if not token or token == "ABCDE":
        return None
    for reservation in list(backend.reservations.values()):
        if any(instance.client_token == token for instance in reservation.instances):
            return reservation
    return None


def _template_data(backend: Any, argument: Any) -> dict[str, Any]:
    return dict(backend._get_template_from_args(argument).data) if argument else {}


def _require_image(backend: Any, image: str | None) -> None:
    from moto.ec2.exceptions import InvalidAMIIdError, MissingParameterError

    if not image:
        raise MissingParameterError("ImageId")
    if image not in backend.amis:
        raise InvalidAMIIdError([image])


def _with_template(template: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The request over the template, in those parts that moto takes from the request alone."""
    merged = dict(asked)
    given = {**(template.get("MetadataOptions") or {}), **(asked.get("metadata_options") or {})}
    merged["metadata_options"] = {**IMAGE_METADATA_OPTIONS, **given}
    merged["disable_api_termination"] = bool(template.get("DisableApiTermination"))
    behaviour = "instance_initiated_shutdown_behavior"
    merged[behaviour] = asked.get(behaviour) or template.get("InstanceInitiatedShutdownBehavior")
    if not asked.get("nics") and template.get("NetworkInterfaces"):
        merged["nics"] = [_interface(row, asked.get("subnet_id")) for row in template["NetworkInterfaces"]]
    if (template.get("Monitoring") or {}).get("Enabled"):
        merged["monitoring_state"] = "enabled"
    if template.get("EbsOptimized"):
        merged["ebs_optimized"] = True
    return merged


def _interface(row: dict[str, Any], subnet: str | None) -> dict[str, Any]:
    return {"DeviceIndex": 0, **row, **({"SubnetId": subnet} if subnet else {})}


def _give_role(backend: Any, reservation: Any, template: dict[str, Any], asked: dict[str, Any]) -> None:
    profile = template.get("IamInstanceProfile") or {}
    if not profile or asked.get("iam_instance_profile_name") or asked.get("iam_instance_profile_arn"):
        return
    for instance in reservation.instances:
        backend.associate_iam_instance_profile(
            instance_id=instance.id,
            iam_instance_profile_name=profile.get("Name"),
            iam_instance_profile_arn=profile.get("Arn"),
        )
