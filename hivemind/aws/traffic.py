"""The load balancer's rules and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hivemind.aws.failures import cloud_errors, code_of
from hivemind.aws.session import Session
from hivemind.errors import CloudError
from hivemind.model.live import TargetHealth

GONE = ("RuleNotFound", "TargetGroupNotFound", "ListenerNotFound")


class AwsTraffic:
    """The Traffic port."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def weights(self, rule: str) -> Mapping[str, int]:
        """Weight by target group ARN; a rule that is gone has none."""
        with cloud_errors(f"rule {rule}"):
            found = self._rule(rule)
        if found is None:
            return {}
        return {group["TargetGroupArn"]: int(group.get("Weight", 1)) for group in _forward(found)["TargetGroups"]}

    def health(self, target_group: str) -> tuple[TargetHealth, ...]:
        """Every target of the group, draining ones too."""
        from botocore.exceptions import ClientError

        with cloud_errors(f"target group {target_group}"):
            try:
                found = self._client.describe_target_health(TargetGroupArn=target_group)
            except ClientError as error:
                if code_of(error) in GONE:
                    return ()
                raise
        return tuple(_health(target) for target in found["TargetHealthDescriptions"])

    def header(self, rule: str) -> tuple[str, str]:
        """The header name and value that a test rule matches. Raises CloudError when it matches none."""
        with cloud_errors(f"rule {rule}"):
            found = self._rule(rule) or {}
        for condition in found.get("Conditions", ()):
            if condition.get("Field") == "http-header":
                header = condition["HttpHeaderConfig"]
                return header["HttpHeaderName"], header["Values"][0]
        raise CloudError("the rule matches no header", hint="Run `hivemind plan`: it shows the drift.", where=rule)

    def shift(self, rule: str, weights: Mapping[str, int]) -> None:
        """Set the weights of a rule at once; whatever else its forward action says stays."""
        with cloud_errors(f"rule {rule}"):
            forward = _forward(self._rule(rule) or {})
            known = {group["TargetGroupArn"]: group.get("Weight", 1) for group in forward["TargetGroups"]}
            groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in {**known, **weights}.items()]
            action = {"Type": "forward", "ForwardConfig": {**forward, "TargetGroups": groups}}
            self._client.modify_rule(RuleArn=rule, Actions=[action])

    @property
    def _client(self) -> Any:
        return self._session.client("elbv2")

    def _rule(self, rule: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return self._client.describe_rules(RuleArns=[rule])["Rules"][0]
        except ClientError as error:
            if code_of(error) in GONE:
                return None
            raise


def _forward(rule: Any) -> dict[str, Any]:
    """The forward action's configuration; AWS leaves it out where there is but one target group."""
    for action in rule.get("Actions", ()):
        if action.get("Type") == "forward":
            return action.get("ForwardConfig") or {"TargetGroups": [{"TargetGroupArn": action["TargetGroupArn"]}]}
    return {"TargetGroups": []}


def _health(found: Any) -> TargetHealth:
    health = found["TargetHealth"]
    state = health["State"]
    return TargetHealth(
        target=found["Target"]["Id"],
        state="draining" if state == "unhealthy.draining" else state,
        reason=health.get("Reason", ""),
    )
