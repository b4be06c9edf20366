"""Auto Scaling's calls about lifecycle hooks; moto only stores hooks, with half of their fields.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups import record
from hivemind.emulator.groups.errors import find_group, refuse
from hivemind.emulator.groups.hooks import LAUNCHING, TERMINATING, Action, Hook
from hivemind.emulator.groups.notices import greet

RESULTS = ("CONTINUE", "ABANDON")
FIELDS = {
    "LifecycleTransition": "lifecycle_transition",
    "DefaultResult": "default_result",
    "HeartbeatTimeout": "heartbeat_timeout",
    "NotificationTargetARN": "notification_target_arn",
    "NotificationMetadata": "notification_metadata",
    "RoleARN": "role_arn",
}


def hook_of(group: str, asked: Mapping[str, Any], before: Hook | None = None) -> Hook:
    """A hook as asked, over what it was before; raises ValidationError for what AWS refuses."""
    was = vars(before) if before else {}
    given = {field: asked[name] for name, field in FIELDS.items() if asked.get(name) is not None}
    hook = Hook(**{
        "lifecycle_transition": "", **was, **given,
        "lifecycle_hook_name": asked["LifecycleHookName"], "auto_scaling_group_name": group,
    })  # fmt: skip
    if hook.lifecycle_transition not in (LAUNCHING, TERMINATING):
        raise refuse("ValidationError", f"Lifecycle Transition is not valid. Valid ones: {LAUNCHING}, {TERMINATING}")
    if hook.default_result not in RESULTS:
        raise refuse("ValidationError", f"Invalid default result: {hook.default_result}. Use CONTINUE or ABANDON")
    if not 30 <= hook.heartbeat_timeout <= 7200:
        raise refuse("ValidationError", f"Heartbeat timeout {hook.heartbeat_timeout} is not between 30 and 7200")
    if hook.notification_target_arn and ":sns:" not in hook.notification_target_arn:
        raise refuse("ValidationError", "The local cloud notifies SNS topics only")
    return hook


def _group(call: Any) -> Any:
    return find_group(call.autoscaling_backend, call._get_param("AutoScalingGroupName"))


def _put(call: Any) -> Any:
    from moto.core.responses import EmptyResult

    group, asked = _group(call), call._get_params()
    hooks = record.of(group).hooks
    hook = hook_of(group.name, asked, hooks.get(asked["LifecycleHookName"]))
    hooks[hook.lifecycle_hook_name] = hook
    greet(group, hook)
    return EmptyResult()


def _describe(call: Any) -> Any:
    from moto.core.responses import ActionResult

    names = call._get_param("LifecycleHookNames", [])
    found = record.of(_group(call)).hooks.values()
    return ActionResult({"LifecycleHooks": [one for one in found if not names or one.lifecycle_hook_name in names]})


def _delete(call: Any) -> Any:
    """Instances that wait for the hook go on."""
    from moto.core.responses import EmptyResult

    group, name = _group(call), call._get_param("LifecycleHookName")
    if record.of(group).hooks.pop(name, None) is None:
        raise refuse("ValidationError", f"No Lifecycle Hook found with name {name}")
    for member in group.instance_states:
        for action in member.actions:
            if action.hook.lifecycle_hook_name == name:
                action.result = "CONTINUE"
    return EmptyResult()


def _complete(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html"""
    from moto.core.responses import EmptyResult

    result = call._get_param("LifecycleActionResult")
    if result not in RESULTS:
        raise refuse("ValidationError", f"Invalid lifecycle action result: {result}. Use CONTINUE or ABANDON")
    _action(call).result = result
    return EmptyResult()


def _beat(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html"""
    from moto.core.responses import EmptyResult

    _action(call).heartbeat = datetime.now(UTC)
    return EmptyResult()


def _action(call: Any) -> Action:
    """The action that still waits, by its token or else by the instance."""
    name, token = call._get_param("LifecycleHookName"), call._get_param("LifecycleActionToken")
    instance = call._get_param("InstanceId")
    for member in _group(call).instance_states:
        for action in member.actions:
            asked = action.token == token if token else member.instance_id == instance
            if asked and action.hook.lifecycle_hook_name == name and not action.outcome(datetime.now(UTC)):
                return action  # type: ignore[no-any-return]
    what = f"token {token}" if token else f"instance ID {instance}"
    raise refuse("ValidationError", f"No active Lifecycle Action found with {what}")


CALLS: Mapping[str, Callable[[Any], Any]] = {
    "put_lifecycle_hook": _put,
    "describe_lifecycle_hooks": _describe,
    "delete_lifecycle_hook": _delete,
}
ADDED: Mapping[str, Callable[[Any], Any]] = {
    "complete_lifecycle_action": _complete,
    "record_lifecycle_action_heartbeat": _beat,
}
