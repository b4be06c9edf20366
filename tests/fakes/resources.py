"""What the fake's resources are: physical ids, the effects of a few types, and references resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fakes.world import Crowd, Launch, World

from hivemind.model.live import LiveResource
from hivemind.model.names import TAG_RELEASE

GROUP = "AWS::AutoScaling::AutoScalingGroup"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
Made = tuple[str, str, str, str]


def resolved(template: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The template with its conditions applied: what a condition forbids is not in it."""
    holds = {name: _holds(c, parameters) for name, c in template.get("Conditions", {}).items()}
    kept = {n: r for n, r in template.get("Resources", {}).items() if holds.get(r.get("Condition", ""), True)}
    return {**template, "Resources": kept}


def shown(template: dict[str, Any], parameters: Mapping[str, str], resources: Mapping[str, Any]) -> dict[str, str]:
    """The outputs whose resources are there."""
    holds = {name: _holds(c, parameters) for name, c in template.get("Conditions", {}).items()}
    ids = {name: resource.physical_id for name, resource in resources.items()}
    outputs = template.get("Outputs", {})
    return {
        name: _value(output["Value"], {**parameters, **ids})
        for name, output in outputs.items()
        if holds.get(output.get("Condition", ""), True)
    }


class Resources:
    """One stack's resources on their way to what a template wants; `log` tells each step."""

    def __init__(
        self,
        world: World,
        stack: str,
        tags: Mapping[str, str],
        there: dict[str, LiveResource],
        parameters: Mapping[str, str],
    ) -> None:
        self.world, self.stack, self.tags, self.there = world, stack, tags, there
        self.parameters = parameters
        self.log: list[Made] = []

    def become(self, wanted: Mapping[str, Any]) -> list[Made]:
        """Create, update, then delete; returns the failures. What follows a failure is called off."""
        for logical_id, resource in wanted.items():
            if failed := self._failed():
                self.log.append((logical_id, resource["Type"], "CREATE_FAILED", "Resource creation cancelled"))
                return failed
            if logical_id not in self.there:
                self._create(logical_id, resource)
            if not self._failed():
                self._effect(logical_id, resource)
        for logical_id in [name for name in reversed(self.there) if name not in wanted]:
            self._delete(logical_id)
        return self._failed()

    def _failed(self) -> list[Made]:
        return [made for made in self.log if made[2].endswith("_FAILED")]

    def _create(self, logical_id: str, resource: Any) -> None:
        kind = resource["Type"]
        self.log.append((logical_id, kind, "CREATE_IN_PROGRESS", ""))
        physical = f"{self.stack}-{logical_id}-{self.world.number()}"
        reason = self.world.faults.resources.get(logical_id)
        if name := resource.get("Properties", {}).get("LogGroupName"):
            physical = self._value(name)
            reason = f"Resource of type '{kind}' already exists" if physical in self.world.logs else reason
        if kind == GROUP:
            self._fill(logical_id, physical, resource)
            if self.world.faults.crash:
                reason = "Received 1 FAILURE signal(s) out of 1. Unable to satisfy 100% MinSuccessfulInstancesPercent"
        status = "CREATE_FAILED" if reason else "CREATE_COMPLETE"
        self.there[logical_id] = LiveResource(logical_id=logical_id, type=kind, physical_id=physical, status=status)
        self.log.append((logical_id, kind, status, reason or ""))

    def _fill(self, logical_id: str, group: str, resource: Any) -> None:
        """A new Auto Scaling group."""
        self.world.colours_added += 1
        self._resize(logical_id.removesuffix("Group"), group, resource["Properties"])

    def _resize(self, colour: str, group: str, properties: Any) -> None:
        """A group that is told another size starts machines and registers them, or ends some; else it is let be."""
        wanted = int(self._value(properties["DesiredCapacity"]))
        crowd = self.world.groups.setdefault(group, Crowd(Launch({}), wanted))
        crowd.launch, crowd.least = self._launch(colour, properties), int(properties.get("MinSize", 0))
        if self.world.sizes.get(group) == wanted:
            return
        self.world.sizes[group] = crowd.desired = wanted
        alive = [m for m in self.world.machines.values() if m.group == group and m.state != "terminated"]
        for machine in alive[wanted:]:
            self.world.end(machine)
        for _ in range(wanted - len(alive)):
            self.world.join(group).state = "running"  # a group is there when its machines are in service

    def _launch(self, colour: str, properties: Any) -> Launch:
        release, image, kind = (self.parameters.get(f"{colour}{w}", "") for w in ("Release", "Image", "InstanceType"))
        targets = tuple(self._value(targets) for targets in properties.get("TargetGroupARNs", ()))
        return Launch({**self.tags, TAG_RELEASE: release}, image, kind, targets)

    def _effect(self, logical_id: str, resource: Any) -> None:
        there = self.there[logical_id]
        properties = resource.get("Properties", {})
        if there.type == GROUP and int(self._value(properties["DesiredCapacity"])) < int(properties.get("MinSize", 0)):
            self.log.append((logical_id, there.type, "UPDATE_FAILED", "Desired capacity is below min value"))
            return
        match resource["Type"]:
            case "AWS::ElasticLoadBalancingV2::TargetGroup":
                self.world.targets.setdefault(there.physical_id, {})
            case "AWS::EC2::LaunchTemplate":
                self.world.templates.add(there.physical_id)
            case "AWS::S3::Bucket":
                self.world.buckets.setdefault(there.physical_id, {})
            case "AWS::Logs::LogGroup":
                self.world.logs.setdefault(there.physical_id, [])
            case "AWS::AutoScaling::AutoScalingGroup":
                self._resize(logical_id.removesuffix("Group"), there.physical_id, properties)
            case "AWS::ElasticLoadBalancingV2::ListenerRule":
                self._rule(there.physical_id, properties)
            case _:
                return

    def _rule(self, rule: str, properties: Any) -> None:
        forward = properties["Actions"][0]["ForwardConfig"]["TargetGroups"]
        self.world.rules[rule] = {self._value(g["TargetGroupArn"]): int(self._value(g["Weight"])) for g in forward}
        if not properties.get("Conditions"):
            self.world.served |= {group for group, weight in self.world.rules[rule].items() if weight}
        for condition in properties.get("Conditions", ()):
            if header := condition.get("HttpHeaderConfig"):
                self.world.headers[rule] = (header["HttpHeaderName"], self._value(header["Values"][0]))

    def _delete(self, logical_id: str) -> None:
        there = self.there[logical_id]
        if reason := self._undeletable(there):
            self.log.append((logical_id, there.type, "DELETE_FAILED", reason))
            return
        if there.type == GROUP:
            self._end_machines(there.physical_id)
        if there.type == GROUP or there.status != "CREATE_FAILED":
            for kept in (self.world.targets, self.world.rules, self.world.buckets, self.world.logs):
                kept.pop(there.physical_id, None)  # type: ignore[attr-defined]
        del self.there[logical_id]
        self.log.append((logical_id, there.type, "DELETE_COMPLETE", ""))

    def _end_machines(self, group: str) -> None:
        self.world.sizes.pop(group, None)
        self.world.groups.pop(group, None)
        for machine in self.world.machines.values():
            if machine.group == group:
                self.world.end(machine)

    def _undeletable(self, there: LiveResource) -> str:
        if there.type == "AWS::S3::Bucket" and self.world.buckets.get(there.physical_id):
            return "The bucket you tried to delete is not empty"
        if there.type == "AWS::RDS::DBInstance" and self.parameters.get("Protect") == "true":
            return "Cannot delete protected DB Instance, please disable deletion protection and try again"
        alive = [m for m in self.world.machines.values() if m.state != "terminated" and m.tags.get("hivemind:role")]
        if there.type == "AWS::EC2::Subnet" and alive:
            return f"The subnet has dependencies and cannot be deleted: {alive[0].id}"
        return self.world.faults.resources.get(f"{there.logical_id}.delete", "")

    def _value(self, value: Any) -> str:
        ids = {name: resource.physical_id for name, resource in self.there.items()}
        return _value(value, {**self.parameters, **ids})


def _value(value: Any, known: Mapping[str, str]) -> str:
    match value:
        case {"Ref": name}:
            return known.get(name, f"?{name}")
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{known.get(name, name)}.{attribute}"
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{(\w+)\}", lambda found: known.get(found[1], f"?{found[1]}"), text)
        case _:
            return str(value)


def _holds(condition: Any, parameters: Mapping[str, str]) -> bool:
    match condition:
        case {"Fn::Not": [inner]}:
            return not _holds(inner, parameters)
        case {"Fn::Equals": [left, right]}:
            return _value(left, parameters) == _value(right, parameters)
        case _:
            raise NotImplementedError(str(condition))
