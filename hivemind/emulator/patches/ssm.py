"""SSM Run Command: commands really run; moto says Success at once, and cannot list invocations or instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hivemind.emulator.images import PLATFORMS, system_of
from hivemind.emulator.seam import Seam

DOCUMENT = "AWS-RunShellScript"


def install(run: Callable[[Any, dict[str, Any]], None], find: Callable[[Any, str], Any]) -> None:
    """Patch moto's SSM: `run` starts an invocation in the background, `find` is the instance of an id, or None."""
    from moto.ssm.models import Command, SimpleSystemManagerBackend
    from moto.ssm.responses import SimpleSystemManagerResponse

    def send_command(original: Callable[..., Any], self: Any, **asked: Any) -> Any:
        _require_runnable(self, asked, find)
        command = original(self, **asked)
        command.status = command.status_details = "InProgress"
        command.completed_count = 0
        command.target_count = len(command.invocations)
        for invocation in command.invocations:
            invocation.update(Status="InProgress", StatusDetails="InProgress", ResponseCode=-1)
            invocation.update(ExecutionEndDateTime="", ExecutionElapsedTime="")
            run(command, invocation)
        return command

    def from_targets(original: Callable[..., Any], self: Any) -> Any:
        """moto takes no targets for every instance there is: a command would run where nobody sent it."""
        return original(self) if self.targets else []

    Seam(SimpleSystemManagerBackend, "send_command").wrap(send_command)
    Seam(Command, "_get_instance_ids_from_targets", "self").wrap(from_targets)
    SimpleSystemManagerResponse.list_command_invocations = _list_command_invocations
    SimpleSystemManagerResponse.describe_instance_information = _describe_instance_information


def seams() -> tuple[Seam, ...]:
    """Everything this file replaces."""
    from moto.ssm.models import Command, SimpleSystemManagerBackend

    return (
        Seam(SimpleSystemManagerBackend, "send_command"),
        Seam(SimpleSystemManagerBackend, "list_commands", "self command_id instance_id"),
        Seam(Command, "invocation_response", "self instance_id plugin_name"),
        Seam(Command, "_get_instance_ids_from_targets", "self"),
    )


def _require_runnable(backend: Any, asked: dict[str, Any], find: Callable[[Any, str], Any]) -> None:
    from moto.ssm.exceptions import SSMException

    if asked.get("document_name") != DOCUMENT:
        raise SSMException("InvalidDocument", f"The local cloud runs document {DOCUMENT} only.")
    if not asked.get("instance_ids") and not asked.get("targets"):
        raise SSMException("InvalidInstanceId", "Specify InstanceIds or Targets.")
    for instance_id in asked.get("instance_ids") or ():
        instance = find(backend, instance_id)
        if instance is None or instance.state != "running":
            raise SSMException("InvalidInstanceId", f"Instances [[{instance_id}]] not in a valid state for account")


def _list_command_invocations(self: Any) -> Any:
    from moto.core.responses import ActionResult

    wanted = self._get_param("InstanceId")
    commands = self.ssm_backend.list_commands(self._get_param("CommandId"), wanted)
    rows = [
        _invocation_row(command, invocation, bool(self._get_param("Details", False)))
        for command in commands
        for invocation in command.invocations
        if not wanted or invocation["InstanceId"] == wanted
    ]
    return ActionResult({"CommandInvocations": rows})


def _invocation_row(command: Any, invocation: dict[str, Any], details: bool) -> dict[str, Any]:
    status = {name: invocation[name] for name in ("Status", "StatusDetails")}
    plugin = {
        "Name": invocation["PluginName"],
        "ResponseCode": invocation["ResponseCode"],
        "Output": invocation["StandardOutputContent"][:2500],
        **status,
    }
    return {
        "CommandId": command.command_id,
        "InstanceId": invocation["InstanceId"],
        "Comment": command.comment,
        "DocumentName": command.document_name,
        "RequestedDateTime": command.requested_date_time,
        "CommandPlugins": [plugin] if details else [],
        **status,
    }


def _describe_instance_information(self: Any) -> Any:
    from moto.core.responses import ActionResult
    from moto.ec2 import ec2_backends

    instances = ec2_backends[self.current_account][self.region].all_running_instances()
    rows = [_instance_row(instance) for instance in instances]
    return ActionResult({"InstanceInformationList": rows})


def _instance_row(instance: Any) -> dict[str, Any]:
    name, version = PLATFORMS[system_of(instance.image_id)]
    return {
        "InstanceId": instance.id,
        "PingStatus": "Online",
        "PlatformType": "Linux",
        "PlatformName": name,
        "PlatformVersion": version,
        "AgentVersion": "3.3.0.0",
        "IsLatestVersion": True,
        "ResourceType": "EC2Instance",
        "IPAddress": instance.private_ip,
    }
