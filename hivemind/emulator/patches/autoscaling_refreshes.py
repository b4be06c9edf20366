"""Auto Scaling's calls about instance refreshes, which moto does not have.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hivemind.emulator.groups import record, refreshing
from hivemind.emulator.groups.errors import find_group, refuse
from hivemind.emulator.groups.refresh import DEFAULT_LEAST, Preferences, Refresh


def _group(call: Any) -> Any:
    return find_group(call.autoscaling_backend, call._get_param("AutoScalingGroupName"))


def _start(call: Any) -> Any:
    from moto.core.responses import ActionResult

    group, asked = _group(call), call._get_params()
    if asked.get("Strategy", "Rolling") != "Rolling":
        raise refuse("ValidationError", f"The local cloud refreshes with the strategy Rolling, not {asked['Strategy']}")
    if record.of(group).refresh:
        message = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
        raise refuse("InstanceRefreshInProgress", message)
    desired = asked.get("DesiredConfiguration") or {}
    if desired.get("MixedInstancesPolicy"):
        raise refuse("ValidationError", "The local cloud does not have MixedInstancesPolicy of an Auto Scaling group")
    template = desired.get("LaunchTemplate")
    wanted = _preferences(group, asked.get("Preferences") or {})
    _require_way_back(group, wanted, template)
    try:
        refresh = refreshing.start(group, wanted, template, datetime.now(UTC))
    except (ValueError, _service_exception()) as problem:
        told = getattr(problem, "message", None) or problem
        raise refuse("ValidationError", f"You must use a valid fully-formed launch template. {told}") from problem
    return ActionResult({"InstanceRefreshId": refresh.id})


def _service_exception() -> type[Exception]:
    from moto.core.exceptions import ServiceException

    return ServiceException  # type: ignore[no-any-return]


def _preferences(group: Any, asked: Mapping[str, Any]) -> Preferences:
    """The preferences as asked, with AWS's defaults; raises ValidationError for what AWS refuses."""
    warmup = asked.get("InstanceWarmup")
    if warmup is None:
        warmup = group.__dict__.get("default_instance_warmup")
    wanted = Preferences(
        least=int(asked.get("MinHealthyPercentage", DEFAULT_LEAST)),
        most=None if asked.get("MaxHealthyPercentage") is None else int(asked["MaxHealthyPercentage"]),
        warmup=int(group.health_check_grace_period or 0) if warmup is None else int(warmup),
        skip_matching=bool(asked.get("SkipMatching")),
        auto_rollback=bool(asked.get("AutoRollback")),
        checkpoints=tuple(int(one) for one in asked.get("CheckpointPercentages") or ()),
        checkpoint_delay=int(asked.get("CheckpointDelay", 3600)),
        bake=int(asked.get("BakeTime") or 0),
        protected=asked.get("ScaleInProtectedInstances", "Wait"),
        standby=asked.get("StandbyInstances", "Wait"),
        alarms=tuple((asked.get("AlarmSpecification") or {}).get("Alarms") or ()),
        asked=dict(asked),
    )
    _check(wanted)
    return wanted


def _check(wanted: Preferences) -> None:
    if not 0 <= wanted.least <= 100:
        raise refuse("ValidationError", "MinHealthyPercentage must be between 0 and 100")
    if wanted.most is not None and not 100 <= wanted.most <= 200:
        raise refuse("ValidationError", "MaxHealthyPercentage must be between 100 and 200")
    if wanted.most is not None and "MinHealthyPercentage" not in wanted.asked:
        raise refuse("ValidationError", "MaxHealthyPercentage needs MinHealthyPercentage")
    if wanted.most is not None and wanted.most - wanted.least > 100:
        raise refuse("ValidationError", "The difference of MaxHealthyPercentage and MinHealthyPercentage is over 100")
    rising = list(wanted.checkpoints) == sorted(set(wanted.checkpoints))
    if not rising or any(not 1 <= one <= 100 for one in wanted.checkpoints):
        raise refuse("ValidationError", "CheckpointPercentages must be unique, between 1 and 100, in ascending order")
    if "CheckpointDelay" in wanted.asked and not wanted.checkpoints:
        raise refuse("ValidationError", "CheckpointDelay needs CheckpointPercentages")


def _require_way_back(group: Any, wanted: Preferences, template: Any) -> None:
    if wanted.auto_rollback and not _can_roll_back(group, template):
        message = (
            "AutoRollback needs a desired configuration, and a group whose launch template version is a number: "
            "neither $Latest nor $Default."
        )
        raise refuse("ValidationError", message)


def _can_roll_back(group: Any, template: Any) -> bool:
    return bool(template) and str(group.launch_template_version).isdigit()


def _describe(call: Any) -> Any:
    from moto.core.responses import ActionResult

    ids = call._get_param("InstanceRefreshIds", [])
    found = [one for one in record.of(_group(call)).refreshes if not ids or one.id in ids]
    if ids and len(found) < len(set(ids)):
        raise refuse("ValidationError", f"The InstanceRefreshIds provided are not valid: {', '.join(ids)}")
    return ActionResult({"InstanceRefreshes": [_shown(refresh) for refresh in found]})


def _shown(refresh: Refresh) -> dict[str, Any]:
    row = {
        "InstanceRefreshId": refresh.id,
        "AutoScalingGroupName": refresh.group,
        "Status": refresh.status,
        "StatusReason": refresh.reason or None,
        "StartTime": refresh.started,
        "EndTime": refresh.ended,
        "PercentageComplete": refresh.percentage,
        "InstancesToUpdate": refresh.left,
        "Preferences": _shown_preferences(refresh.preferences),
        "DesiredConfiguration": {"LaunchTemplate": refresh.template} if refresh.template else None,
        "RollbackDetails": refresh.rollback,
        "Strategy": "Rolling",
    }
    return {name: value for name, value in row.items() if value is not None}


def _shown_preferences(wanted: Preferences) -> dict[str, Any]:
    return {
        "MinHealthyPercentage": wanted.least,
        "MaxHealthyPercentage": wanted.most or 100,
        "InstanceWarmup": wanted.warmup,
        "SkipMatching": wanted.skip_matching,
        "AutoRollback": wanted.auto_rollback,
        "ScaleInProtectedInstances": wanted.protected,
        "StandbyInstances": wanted.standby,
        **wanted.asked,
    }


def _cancel(call: Any) -> Any:
    """What is replaced stays replaced; what is on its way comes to its end first."""
    from moto.core.responses import ActionResult

    refresh = _active(_group(call))
    refresh.status = "Cancelling"
    refresh.reason = "Cancelled by user."
    return ActionResult({"InstanceRefreshId": refresh.id})


def _roll_back(call: Any) -> Any:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html"""
    from moto.core.responses import ActionResult

    group = _group(call)
    refresh = _active(group)
    if refresh.status not in ("Pending", "InProgress", "Baking"):
        raise refuse("ActiveInstanceRefreshNotFound", f"The instance refresh is {refresh.status}: no way back from it")
    if not _can_roll_back(group, refresh.template):
        message = (
            "The instance refresh cannot be rolled back: it has no desired configuration, or the group's launch "
            "template version is $Latest or $Default."
        )
        raise refuse("IrreversibleInstanceRefresh", message)
    refreshing.roll_back(group, refresh, "A rollback was initiated by the user.", datetime.now(UTC))
    return ActionResult({"InstanceRefreshId": refresh.id})


def _active(group: Any) -> Refresh:
    refresh = record.of(group).refresh
    if refresh is None:
        message = f"No in progress or pending Instance Refresh found for Auto Scaling group {group.name}"
        raise refuse("ActiveInstanceRefreshNotFound", message)
    return refresh


CALLS: Mapping[str, Callable[[Any], Any]] = {}
ADDED: Mapping[str, Callable[[Any], Any]] = {
    "start_instance_refresh": _start,
    "describe_instance_refreshes": _describe,
    "cancel_instance_refresh": _cancel,
    "rollback_instance_refresh": _roll_back,
}
