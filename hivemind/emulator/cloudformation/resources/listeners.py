"""What a load balancer listens to, and where it sends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hivemind.emulator.cloudformation.cloud import Cloud
from hivemind.emulator.cloudformation.records import Json
from hivemind.emulator.cloudformation.resources.handler import Handler, Wanted, words
from hivemind.emulator.cloudformation.resources.tags import retag_balancing

_LISTENING = "Port Protocol SslPolicy Certificates"


class Listener(Handler):
    """AWS::ElasticLoadBalancingV2::Listener."""

    type = "AWS::ElasticLoadBalancingV2::Listener"
    honours = words(f"LoadBalancerArn DefaultActions Tags {_LISTENING}")
    offers = words("ListenerArn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        _check_targets(cloud, wanted["DefaultActions"])
        asked = wanted.without("Tags")
        tags = {"Tags": wanted.tag_list()} if wanted.tag_list() else {}
        return str(cloud.call("elbv2", "create_listener", **asked, **tags)["Listeners"][0]["ListenerArn"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"ListenerArn": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        _check_targets(cloud, after["DefaultActions"])
        asked = after.pick("DefaultActions", *_LISTENING.split())
        cloud.call("elbv2", "modify_listener", ListenerArn=physical_id, **asked)
        retag_balancing(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("elbv2", "delete_listener", ListenerArn=physical_id)


class ListenerRule(Handler):
    """AWS::ElasticLoadBalancingV2::ListenerRule."""

    type = "AWS::ElasticLoadBalancingV2::ListenerRule"
    honours = words("ListenerArn Priority Conditions Actions Tags")
    offers = words("RuleArn")

    def create(self, cloud: Cloud, wanted: Wanted) -> str:
        _check_targets(cloud, wanted["Actions"])
        tags = {"Tags": wanted.tag_list()} if wanted.tag_list() else {}
        return str(cloud.call("elbv2", "create_rule", **wanted.without("Tags"), **tags)["Rules"][0]["RuleArn"])

    def attributes(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> Mapping[str, Json]:
        return {"RuleArn": physical_id}

    def update(self, cloud: Cloud, physical_id: str, before: Wanted, after: Wanted) -> None:
        _check_targets(cloud, after["Actions"])
        if after.changes(before, "Conditions", "Actions"):
            cloud.call("elbv2", "modify_rule", RuleArn=physical_id, **after.pick("Conditions", "Actions"))
        if after.changes(before, "Priority") and self._live_priority(cloud, physical_id) != str(after["Priority"]):
            priorities = [{"RuleArn": physical_id, "Priority": after["Priority"]}]
            cloud.call("elbv2", "set_rule_priorities", RulePriorities=priorities)
        retag_balancing(cloud, physical_id, before, after)

    def delete(self, cloud: Cloud, physical_id: str, wanted: Wanted) -> None:
        cloud.call("elbv2", "delete_rule", RuleArn=physical_id)

    def _live_priority(self, cloud: Cloud, physical_id: str) -> str:
        return str(cloud.call("elbv2", "describe_rules", RuleArns=[physical_id])["Rules"][0]["Priority"])


def _check_targets(cloud: Cloud, actions: Iterable[Mapping[str, Json]]) -> None:
    """AWS refuses to send traffic to a target group that does not exist."""
    if groups := sorted(set(_groups(actions))):
        cloud.call("elbv2", "describe_target_groups", TargetGroupArns=groups)


def _groups(actions: Iterable[Mapping[str, Json]]) -> Iterator[str]:
    for action in actions:
        if "TargetGroupArn" in action:
            yield action["TargetGroupArn"]
        for group in action.get("ForwardConfig", {}).get("TargetGroups", ()):
            yield group["TargetGroupArn"]
