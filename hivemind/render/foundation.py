"""The foundation of an environment: what no release touches."""

from __future__ import annotations

from typing import Any

from troposphere import Join, Output, Parameter, Ref, Template, sns

from hivemind.model import names
from hivemind.render import stack
from hivemind.render.alarms import add_foundation_alarms
from hivemind.render.balancer import add_balancer
from hivemind.render.builder import add_builder
from hivemind.render.database import add_database
from hivemind.render.doors import add_security_groups
from hivemind.render.network import Network, add_network
from hivemind.render.scope import Scope


def foundation_text(scope: Scope) -> str:
    """The foundation's template as text; its outputs are what service stacks take as parameters."""
    template = Template(Description=f"{scope.deployment}: the foundation, which no release touches")
    template.set_version("2010-09-09")
    _add_parameters(template)
    network = add_network(template, scope)
    add_security_groups(template, scope, network)
    _add_shared_outputs(template, network)
    _add_alerts(template, scope.environment.monitoring.alarm_email)
    if scope.web_services:
        add_balancer(template, scope, network)
    if scope.database:
        add_database(template, scope, network, scope.database)
    add_builder(template, scope, network)
    add_foundation_alarms(template, scope)
    return stack.text(template, scope.tags)


def _add_parameters(template: Template) -> None:
    template.add_parameter(
        Parameter(names.ARTIFACT_BUCKET, Type="String", Description="The bucket of bundles and built trees")
    )
    template.add_parameter(
        Parameter(
            names.PROTECT,
            Type="String",
            AllowedValues=["true", "false"],
            Description="Whether load balancer and database refuse to be deleted",
        )
    )


def _add_shared_outputs(template: Template, network: Network) -> None:
    outputs: dict[str, Any] = {
        "VpcId": network.vpc,
        "AppSubnets": Join(",", list(network.apps)),
        "AppSecurityGroup": Ref("AppSecurityGroup"),
    }
    for title, value in outputs.items():
        template.add_output(Output(title, Value=value))


def _add_alerts(template: Template, email: str | None) -> None:
    """Not encrypted by SNS's own key, under which CloudWatch alarms cannot publish."""
    template.add_resource(sns.Topic("AlertsTopic"))
    if email:
        template.add_resource(
            sns.SubscriptionResource("AlertsEmail", TopicArn=Ref("AlertsTopic"), Protocol="email", Endpoint=email)
        )
    template.add_output(Output("AlertsTopic", Value=Ref("AlertsTopic")))
