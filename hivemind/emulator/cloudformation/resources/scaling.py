"""Auto Scaling: groups, policies, lifecycle hooks.

A group is only asked for; its instances come and go by themselves. It is created when as many as wanted are in
service (or, with a CreationPolicy, when they signalled); an update waits for none; and it is gone when its instances
ended and none of its targets drains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hivemind.emulator.cloudformation.cloud import Cloud, missing
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.refusal import Refusal, Unable
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, exists_already, words

_SIZES = ("MinSize", "MaxSize", "DesiredCapacity")
_PLAIN = (
    "CapacityRebalance Cooldown DefaultInstanceWarmup HealthCheckGracePeriod HealthCheckType MaxInstanceLifetime "
    "NewInstancesProtectedFromScaleIn TerminationPolicies LaunchTemplate"
)


class ScalingGroup(Handler):
    """AWS::AutoScaling::AutoScalingGroup."""

    type = "AWS::AutoScaling::AutoScalingGroup"
    honours = words(
        f"AutoScalingGroupName VPCZoneIdentifier AvailabilityZones TargetGroupARNs LifecycleHookSpecificationList "
        f"Tags {' '.join(_SIZES)} {_PLAIN}"
    )
    offers = words("AutoScalingGroupARN")
    patience = 1800
    settles_after_update = False

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name = wanted.named("AutoScalingGroupName", 255)
        _check_update_policy(wanted)
        asked = wanted.pick("TargetGroupARNs", "LifecycleHookSpecificationList", "AvailabilityZones")
        cloud.call(
            "autoscaling",
            "create_auto_scaling_group",
            AutoScalingGroupName=name,
            Tags=_tags(name, wanted),
            **asked,
            **_shape(wanted, _SIZES),
        )
        return name

    def ready(self, cloud: Cloud, physical_id: str) -> bool:
        group = _live(cloud, physical_id)
        serving = [each for each in group["Instances"] if each["LifecycleState"] == "InService"]
        return len(serving) >= int(group["DesiredCapacity"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"AutoScalingGroupARN": _live(cloud, physical_id)["AutoScalingGroupARN"]}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        _check_update_policy(after)
        if after.changes(before, "LifecycleHookSpecificationList"):
            raise Unable("the local cloud cannot change LifecycleHookSpecificationList; use AWS::AutoScaling::"
                          "LifecycleHook")  # fmt: skip
        sizes = () if _keeps_sizes(before, after) else _SIZES
        asked = _shape(after, sizes)
        cloud.call("autoscaling", "update_auto_scaling_group", AutoScalingGroupName=physical_id, **asked)
        self._retarget(cloud, physical_id, before, after)
        if before.all_tags() != after.all_tags():
            self._retag(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        nothing = dict.fromkeys(_SIZES, 0)
        _live(cloud, physical_id)
        cloud.call("autoscaling", "update_auto_scaling_group", AutoScalingGroupName=physical_id, **nothing)

    def gone(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> bool:
        try:
            live = _live(cloud, physical_id)
        except Refusal as error:
            if missing(error):
                return not _draining(cloud, wanted.get("TargetGroupARNs", ()))
            raise
        if live["Instances"] or live.get("Status") or _draining(cloud, wanted.get("TargetGroupARNs", ())):
            return False  # a group that has a status is being deleted already, and may be gone at any moment
        cloud.call("autoscaling", "delete_auto_scaling_group", AutoScalingGroupName=physical_id, ForceDelete=True)
        return False

    def _retarget(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        present = set(_live(cloud, physical_id).get("TargetGroupARNs") or ())
        then, mine = set(after.get("TargetGroupARNs", ())), {"AutoScalingGroupName": physical_id}
        if then - present:
            arns = sorted(then - present)
            cloud.call("autoscaling", "attach_load_balancer_target_groups", TargetGroupARNs=arns, **mine)
        if going := sorted(present & set(before.get("TargetGroupARNs", ())) - then):
            cloud.call("autoscaling", "detach_load_balancer_target_groups", TargetGroupARNs=going, **mine)

    def _retag(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        cloud.call("autoscaling", "create_or_update_tags", Tags=_tags(physical_id, after))
        going = [tag for tag in _tags(physical_id, before) if tag["Key"] not in after.all_tags()]
        if going:
            cloud.call("autoscaling", "delete_tags", Tags=going)


def _live(cloud: Cloud, name: str) -> Mapping[str, Any]:
    answer = cloud.call("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[name])
    if not answer["AutoScalingGroups"]:
        raise Refusal(f"AutoScalingGroup name not found - {name}", code="GroupNotFound")
    group: Mapping[str, Any] = answer["AutoScalingGroups"][0]
    return group


def _shape(wanted: Wanted, sizes: Iterable[str]) -> dict[str, Json]:
    asked = wanted.pick(*_PLAIN.split(), *sizes)
    if "Cooldown" in asked:
        asked["DefaultCooldown"] = asked.pop("Cooldown")
    if "VPCZoneIdentifier" in wanted.properties:
        asked["VPCZoneIdentifier"] = ",".join(wanted["VPCZoneIdentifier"])
    return asked


def _tags(name: str, wanted: Wanted) -> list[dict[str, Json]]:
    propagated = {tag["Key"]: tag.get("PropagateAtLaunch", True) for tag in wanted.get("Tags", ())}
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": key,
            "Value": value,
            "PropagateAtLaunch": propagated.get(key, True),
        }
        for key, value in wanted.all_tags().items()
    ]


def _check_update_policy(wanted: Wanted) -> None:
    strange = set(wanted.attributes.get("UpdatePolicy") or ()) - {"AutoScalingScheduledAction"}
    if strange:
        raise Unable(f"the local cloud does not support {', '.join(sorted(strange))} in an UpdatePolicy")


def _keeps_sizes(before: Wanted, after: Wanted) -> bool:
    """`IgnoreUnmodifiedGroupSizeProperties`: sizes that the template does not change stay what scaling made them."""
    policy = (after.attributes.get("UpdatePolicy") or {}).get("AutoScalingScheduledAction", {})
    ignores = policy.get("IgnoreUnmodifiedGroupSizeProperties") in (True, "true")
    return ignores and not after.changes(before, *_SIZES)


def _draining(cloud: Cloud, groups: Iterable[str]) -> bool:
    for group in groups:
        try:
            answer = cloud.call("elbv2", "describe_target_health", TargetGroupArn=group)
        except Refusal as error:
            if missing(error):
                continue
            raise
        if any(each["TargetHealth"]["State"] == "draining" for each in answer["TargetHealthDescriptions"]):
            return True
    return False


class ScalingPolicy(Handler):
    """AWS::AutoScaling::ScalingPolicy; `Ref` is its ARN."""

    type = "AWS::AutoScaling::ScalingPolicy"
    honours = words(
        "AutoScalingGroupName PolicyType TargetTrackingConfiguration AdjustmentType ScalingAdjustment Cooldown "
        "EstimatedInstanceWarmup MetricAggregationType MinAdjustmentMagnitude StepAdjustments"
    )
    offers = words("Arn PolicyName")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name, group = wanted.named("", 255), wanted["AutoScalingGroupName"]
        cloud.call("autoscaling", "put_scaling_policy", PolicyName=name, **wanted.properties)
        # moto leaves the ARN out of the answer above
        found = cloud.call("autoscaling", "describe_policies", AutoScalingGroupName=group, PolicyNames=[name])
        return str(found["ScalingPolicies"][0]["PolicyARN"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"Arn": physical_id, "PolicyName": _policy_name(physical_id)}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        name = _policy_name(physical_id)
        cloud.call("autoscaling", "put_scaling_policy", PolicyName=name, **after.properties)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        group = wanted["AutoScalingGroupName"]
        name = _policy_name(physical_id)
        cloud.call("autoscaling", "delete_policy", AutoScalingGroupName=group, PolicyName=name)


def _policy_name(arn: str) -> str:
    return arn.partition("policyName/")[2]


class LifecycleHook(Handler):
    """AWS::AutoScaling::LifecycleHook."""

    type = "AWS::AutoScaling::LifecycleHook"
    honours = words(
        "AutoScalingGroupName LifecycleHookName LifecycleTransition DefaultResult HeartbeatTimeout "
        "NotificationMetadata NotificationTargetARN RoleARN"
    )

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        name, group = wanted.named("LifecycleHookName", 255), {"AutoScalingGroupName": wanted["AutoScalingGroupName"]}
        if cloud.call("autoscaling", "describe_lifecycle_hooks", LifecycleHookNames=[name], **group)["LifecycleHooks"]:
            raise exists_already(self.type, f"{wanted['AutoScalingGroupName']}|{name}")
        self._put(cloud, name, wanted)
        return name

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        self._put(cloud, physical_id, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        group = wanted["AutoScalingGroupName"]
        cloud.call("autoscaling", "delete_lifecycle_hook", AutoScalingGroupName=group, LifecycleHookName=physical_id)

    def _put(self, cloud: Cloud, name: str, wanted: Wanted) -> None:
        asked = wanted.without("LifecycleHookName")
        cloud.call("autoscaling", "put_lifecycle_hook", LifecycleHookName=name, **asked)
