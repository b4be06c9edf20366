"""X-Ray for a service: which of its requests are traced, and the group that shows them."""

from __future__ import annotations

import hashlib

from troposphere import Template, xray

from hivemind.model import names
from hivemind.model.findings import ServiceFindings
from hivemind.render.scope import Scope

NAME_LIMIT = 32
"""X-Ray's own limit for the names of groups and sampling rules, both of which must be given."""


def add_tracing(template: Template, scope: Scope, service: ServiceFindings) -> None:
    """One request a second and 5 % of the rest. Applications name themselves after the stack (`environment`)."""
    stack = names.service_stack(scope.spec.name, scope.environment.name, service.name)
    name = _short(stack)
    template.add_resource(xray.Group("TraceGroup", GroupName=name, FilterExpression=f'service("{stack}")'))
    rule = xray.SamplingRuleProperty(
        RuleName=name,
        Priority=1000,
        ReservoirSize=1,
        FixedRate=0.05,
        ServiceName=stack,
        ServiceType="*",
        Host="*",
        HTTPMethod="*",
        URLPath="*",
        ResourceARN="*",
        Version=1,
    )
    template.add_resource(xray.SamplingRule("TraceSampling", SamplingRule=rule))


def _short(name: str) -> str:
    """The name itself where it fits, else its beginning and a digest of all of it."""
    if len(name) <= NAME_LIMIT:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: NAME_LIMIT - 9]}-{digest}"
