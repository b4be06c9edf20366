"""How requests reach a service: a target group per colour, one rule with their weights, one test rule each.

The test rules match a header with a secret token. They serve the probe of a new release before any user sees it, and
keep both target groups in use, since the balancer checks the health of no group that no rule names.
"""

from __future__ import annotations

from typing import Any

from troposphere import Output, Ref, Sub, Template
from troposphere import elasticloadbalancingv2 as elb

from hivemind.model import names
from hivemind.model.balancing import DRAIN_SECONDS
from hivemind.model.findings import ServiceFindings
from hivemind.model.live import COLOURS, Colour
from hivemind.render.scope import Scope


def add_targets(template: Template, scope: Scope, service: ServiceFindings) -> None:
    """Target groups, listener rules and their outputs."""
    *tests, forward = scope.priorities(service)
    for colour in COLOURS:
        _output(template, template.add_resource(_target_group(service, colour)))
    for colour, priority in zip(COLOURS, tests, strict=True):
        _output(template, template.add_resource(_test_rule(colour, priority)))
    catches_all = service == scope.web_services[0]
    paths = ["/*"] if catches_all else [f"/{service.name}", f"/{service.name}/*"]
    _output(template, template.add_resource(_forward_rule(forward, paths)))


def _target_group(service: ServiceFindings, colour: Colour) -> Any:
    # A page meant for people may redirect; a health path says yes or no.
    path = service.checked_path
    return elb.TargetGroup(
        names.for_colour(colour, "Targets"),
        VpcId=Ref("VpcId"),
        TargetType="instance",
        Protocol="HTTP",
        Port=Ref(names.for_colour(colour, "Port")),
        HealthCheckPath=Ref(names.for_colour(colour, "HealthPath")),
        HealthCheckIntervalSeconds=10,
        HealthCheckTimeoutSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher=elb.Matcher(HttpCode="200-399" if path == "/" else "200"),
        TargetGroupAttributes=[
            elb.TargetGroupAttribute(Key="deregistration_delay.timeout_seconds", Value=str(DRAIN_SECONDS))
        ],
    )


def _test_rule(colour: Colour, priority: int) -> Any:
    header = elb.HttpHeaderConfig(HttpHeaderName=names.TEST_HEADER, Values=[Sub(f"{colour}-${{{names.TEST_TOKEN}}}")])
    return elb.ListenerRule(
        names.for_colour(colour, "TestRule"),
        ListenerArn=Ref("Listener"),
        Priority=priority,
        Conditions=[elb.Condition(Field="http-header", HttpHeaderConfig=header)],
        Actions=[elb.ListenerRuleAction(Type="forward", TargetGroupArn=Ref(names.for_colour(colour, "Targets")))],
    )


def _forward_rule(priority: int, paths: list[str]) -> Any:
    weighted = [
        elb.TargetGroupTuple(
            TargetGroupArn=Ref(names.for_colour(colour, "Targets")), Weight=Ref(names.for_colour(colour, "Weight"))
        )
        for colour in COLOURS
    ]
    return elb.ListenerRule(
        names.FORWARD_RULE,
        ListenerArn=Ref("Listener"),
        Priority=priority,
        Conditions=[elb.Condition(Field="path-pattern", PathPatternConfig=elb.PathPatternConfig(Values=paths))],
        Actions=[elb.ListenerRuleAction(Type="forward", ForwardConfig=elb.ForwardConfig(TargetGroups=weighted))],
    )


def _output(template: Template, resource: Any) -> None:
    template.add_output(Output(resource.title, Value=Ref(resource)))
